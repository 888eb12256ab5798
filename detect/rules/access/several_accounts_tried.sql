/*---
id = "AC-32"
title.en = "Several accounts tried from one address"
title.it = "Più account provati dallo stesso indirizzo"
description.en = "Three different accounts fail within ten seconds from one address: a list of names is tried. AC-39 says when it goes slower."
description.it = "Tre account diversi falliscono in dieci secondi dallo stesso indirizzo: qualcuno prova un elenco di nomi. AC-39 avvisa quando va più piano."
severity = "low"
family = "both"
window = "10s"
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
users = 3

[list.shared_nat]
when_empty = "nothing-listed"

[[test]]
name = "three names in six seconds"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for invalid user prova{n} from 203.0.113.9 port 5{n:04} ssh2'''
count = 3
every = "3s"

[[test]]
name = "one person tries two spellings of the own name"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'''
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for M.Verdi from 10.20.4.31 port 5{n:04} ssh2'''
at = "3s"
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for mverdi from 10.20.4.31 port 5{n:04} ssh2'''
at = "6s"

[[test]]
name = "a library behind one address"
lists = { shared_nat = ["192.0.2.130"] }
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for utente{n} from 192.0.2.130 port 5{n:04} ssh2'''
count = 4
every = "1s"

[[test]]
name = "three names in six seconds after one failure two minutes earlier"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[1{n:03}]: Failed password for invalid user altro from 203.0.113.9 port 4{n:04} ssh2'''
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for invalid user prova{n} from 203.0.113.9 port 5{n:04} ssh2'''
at = "2m"
count = 3
every = "3s"

[[test]]
name = "three people in half a minute"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for utente{n} from 192.0.2.130 port 5{n:04} ssh2'''
count = 3
every = "12s"
---*/
SELECT source_ip, count(DISTINCT lower(user_name)) AS users
FROM events
WHERE event_action IN ('login', 'federated_login') AND event_outcome = 'failure' AND source_ip IS NOT NULL AND user_name IS NOT NULL
  AND in_list(source_ip, 'shared_nat') IS NOT TRUE
GROUP BY source_ip
HAVING count(DISTINCT lower(user_name)) >= $users
