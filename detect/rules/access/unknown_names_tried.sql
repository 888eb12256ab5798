/*---
id = "AC-26"
title.en = "Names of accounts tried in turn"
title.it = "Nomi di account provati uno dopo l'altro"
description.en = "An address tries accounts that do not exist or may not log in: it looks for the names before the passwords."
description.it = "Un indirizzo prova account che non esistono o che non possono entrare: cerca i nomi prima delle password."
severity = "low"
family = "both"
window = "5m"
attack = ["T1087", "T1110.001"]
acn_class = "Brute force / -"
requires = { columns = ["source_ip"] }
false_positives = ["a program with the name of an account that was removed"]
false_positives_it = ["un programma con il nome di un account eliminato"]
response_it = [
  "1. Se l'indirizzo è esterno, bloccarlo sul firewall.",
  "2. Verificare che il servizio debba essere raggiungibile da Internet.",
  "3. Permettere l'accesso solo con chiave o con secondo fattore.",
]

[param]
attempts = 6

[[test]]
name = "eight names in two minutes"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Invalid user prova{n} from 203.0.113.9 port 5{n:04}'''
count = 8
every = "15s"

[[test]]
name = "one guess of a passer-by"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Invalid user admin from 203.0.113.9 port 5{n:04}'''
count = 3
every = "9s"
---*/
SELECT source_ip, sum(event_count) AS attempts, count(DISTINCT user_name) AS users
FROM events
WHERE event_outcome = 'failure' AND source_ip IS NOT NULL
  AND (fields['action'] IN ('invalid_user', 'not_allowed') OR (event_action = 'login' AND fields['reason'] = 'unknown_user'))
GROUP BY source_ip
HAVING sum(event_count) FILTER (WHERE event_action <> 'login') >= $attempts
    OR count(DISTINCT user_name) FILTER (WHERE event_action = 'login') >= $attempts
