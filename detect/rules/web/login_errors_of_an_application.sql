/*---
id = "WB-31"
title.en = "Login errors that an application writes to the web server"
title.it = "Errori di accesso scritti da un'applicazione web"
description.en = "An application behind the web server says in the error log that logins failed, again and again for one address."
description.it = "Un'applicazione dietro il server web scrive nel log degli errori che gli accessi falliscono, più volte per lo stesso indirizzo."
severity = "low"
family = "both"
window = "2m"
attack = ["T1110.001"]
acn_class = "Brute force / -"
requires = { classes = ["web"], columns = ["source_ip"] }
false_positives = ["a program with an old password"]
false_positives_it = ["un programma con la vecchia password"]
response_it = [
  "1. Se l'indirizzo è esterno, bloccarlo sul firewall.",
  "2. Cercare un accesso riuscito all'applicazione dallo stesso indirizzo.",
  "3. Attivare il secondo fattore o un limite di tentativi.",
]

[param]
failures = 5

[[test]]
name = "six failures"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''2026/03/16 10:00:0{n} [error] 11#11: *5 FastCGI sent in stderr: "PHP message: Failed login for prova@comune.example" while reading response header from upstream, client: 203.0.113.9, server: _, request: "POST /entra HTTP/1.1", host: "app.comune.example"'''
count = 6

[[test]]
name = "a warning of PHP"
alerts = []
[[test.line]]
text = '''2026/03/16 10:00:0{n} [error] 11#11: *5 FastCGI sent in stderr: "PHP message: PHP Warning: Undefined variable" while reading response header from upstream, client: 203.0.113.9, server: _, request: "POST /entra HTTP/1.1", host: "app.comune.example"'''
count = 6
---*/
SELECT source_ip, sum(event_count) AS failures
FROM events
WHERE class = 'web' AND event_action = 'web_error' AND source_ip IS NOT NULL
  AND regexp_like(message, '(failed (log-?in|sign-?in|authentication)|(log-?in|sign-?in|authentication|auth) (attempt )?(failed|failure|denied|error)|(invalid|wrong|incorrect|bad) (user ?name|user|password|credentials?|login)|user [^ ]{1,64} (not found|authentication failure)|password mismatch)', 'i')
GROUP BY source_ip
HAVING sum(event_count) >= $failures
