/*---
id = "AC-02"
title.en = "Password spraying"
title.it = "Password spraying (poche password, molti utenti)"
description.en = "Few attempts on many accounts."
description.it = "Un indirizzo prova poche password su molti utenti diversi, per non bloccare nessun account."
severity = "high"
family = "both"
window = "60m"
attack = ["T1110.003"]
acn_class = "Brute force / -"
requires = { classes = ["authentication"], columns = ["source_ip", "user_name"] }
false_positives = ["a legacy device trying many service names", "NAC with machine accounts"]
false_positives_it = ["un vecchio dispositivo che prova molti nomi di servizio", "il controllo di accesso alla rete con account macchina"]
response_it = [
  "1. Bloccare la rete di origine.",
  "2. Forzare il cambio password degli utenti con password stagionali (Estate2026!).",
  "3. Cercare successi (AC-03).",
]

[param]
users = 15
per_user = 3

[[test]]
name = "twenty users, one attempt each"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for utente{n} from 203.0.113.9 port 5{n:04} ssh2'
every = "90s"
count = 20

[[test]]
name = "ten users are below the threshold"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for utente{n} from 203.0.113.9 port 5{n:04} ssh2'
every = "90s"
count = 10

[[test]]
name = "twenty users spread over a day"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for utente{n} from 203.0.113.9 port 5{n:04} ssh2'
every = "30m"
count = 20
---*/
SELECT source_ip, count(DISTINCT user_name) AS users, sum(event_count) AS failures
FROM events
WHERE class = 'authentication' AND event_action = 'login' AND event_outcome = 'failure' AND source_ip IS NOT NULL
GROUP BY source_ip
HAVING count(DISTINCT user_name) >= $users AND sum(event_count) <= $per_user * count(DISTINCT user_name)
