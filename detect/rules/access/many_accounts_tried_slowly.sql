/*---
id = "AC-39"
title.en = "Many accounts tried slowly from one address"
title.it = "Molti account provati piano dallo stesso indirizzo"
description.en = "Six different accounts fail within ten minutes from one address: a list of names is tried, also slower than AC-32 sees."
description.it = "Sei account diversi falliscono in dieci minuti dallo stesso indirizzo: qualcuno prova un elenco di nomi, anche più piano di quanto veda AC-32."
severity = "low"
family = "both"
window = "10m"
attack = ["T1110.003", "T1087"]
acn_class = "Brute force / -"
requires = { classes = ["authentication"], columns = ["source_ip", "user_name"] }
false_positives = ["many people behind one address that is not listed: a library, a school"]
false_positives_it = ["molte persone dietro un solo indirizzo non in elenco: una biblioteca, una scuola"]
response_it = [
  "1. Se l'indirizzo è esterno, bloccarlo sul firewall.",
  "2. Verificare se qualcuno di quegli account è poi entrato.",
  "3. Se è il proxy di una sede, metterlo nell'elenco shared_nat.",
]

[param]
users = 6

[list.shared_nat]
when_empty = "nothing-listed"

[[test]]
name = "six names in a minute"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for invalid user prova{n} from 203.0.113.9 port 5{n:04} ssh2'''
count = 6
every = "12s"

[[test]]
name = "five people of an office in ten minutes"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for utente{n} from 192.0.2.130 port 5{n:04} ssh2'''
count = 5
every = "90s"

[[test]]
name = "one person again and again"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'''
count = 8
every = "20s"

[[test]]
name = "a library behind one address"
lists = { shared_nat = ["192.0.2.130"] }
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for utente{n} from 192.0.2.130 port 5{n:04} ssh2'''
count = 8
every = "12s"
---*/
SELECT source_ip, count(DISTINCT lower(user_name)) AS users
FROM events
WHERE event_action IN ('login', 'federated_login') AND event_outcome = 'failure' AND source_ip IS NOT NULL AND user_name IS NOT NULL
  AND in_list(source_ip, 'shared_nat') IS NOT TRUE
GROUP BY source_ip
HAVING count(DISTINCT lower(user_name)) >= $users
