/*---
id = "AC-24"
version = 2
title.en = "Burst of failed logins"
title.it = "Raffica di accessi falliti"
description.en = "Five wrong passwords in half a minute from one address, on any service that says login: faster than a person types. AC-01 says when it goes on."
description.it = "Cinque password sbagliate in mezzo minuto da un indirizzo, su qualunque servizio con accesso: più in fretta di una persona. AC-01 avvisa quando continua."
severity = "low"
family = "both"
window = "30s"
attack = ["T1110.001"]
acn_class = "Brute force / -"
requires = { classes = ["authentication"], columns = ["source_ip"] }
false_positives = ["a program with an old password that tries again at once"]
false_positives_it = ["un programma con la vecchia password che riprova subito"]
response_it = [
  "1. Se l'indirizzo è esterno, bloccarlo sul firewall.",
  "2. Se è un PC interno, cercare quale programma ha la vecchia password.",
  "3. Guardare se dallo stesso indirizzo c'è poi un accesso riuscito (AC-03).",
]

[param]
failures = 5

[[test]]
name = "six in half a minute"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
count = 6
every = "5s"

[[test]]
name = "a person types it wrong four times and again later"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'''
count = 4
every = "15s"
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 6{n:04} ssh2'''
count = 2
every = "15s"
at = "3m"

[[test]]
name = "a person who tries six passwords in a minute"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'''
count = 6
every = "9s"
---*/
SELECT source_ip, sum(event_count) AS failures, count(DISTINCT user_name) AS users
FROM events
WHERE event_action IN ('login', 'federated_login') AND event_outcome = 'failure' AND source_ip IS NOT NULL
GROUP BY source_ip
HAVING sum(event_count) >= $failures
