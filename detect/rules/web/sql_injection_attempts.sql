/*---
id = "DB-01"
title.en = "SQL injection attempts"
title.it = "Tentativi di SQL injection"
description.en = "Repeated SQL in the requests of one address."
description.it = "Un indirizzo invia ripetutamente SQL nelle richieste a un sito."
severity = "high"
family = "database"
window = "5m"
attack = ["T1190"]
acn_class = "Sfruttamento di vulnerabilità / IS-1, IS-4"
requires = { classes = ["web"], columns = ["source_ip"] }
false_positives = ["supplier's vulnerability scan (known address, A without B)", "a citizen named O'Neil (one request)"]
false_positives_it = ["la scansione di vulnerabilità del fornitore (indirizzo noto, nessun errore della base dati)", "un cittadino di nome O'Neil (una richiesta)"]
response_it = [
  "1. Bloccare l'indirizzo sul firewall.",
  "2. Guardare quali pagine hanno risposto 200 con molti byte.",
  "3. Chiedere al fornitore di correggere la pagina.",
  "4. Verificare DB-03 e DB-12.",
]

[param]
score = 0.7
attempts = 5

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "ten probes in five minutes"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '198.51.100.60 - - [{clf}] "GET /albo/dettaglio?id={n}%27%20OR%20%271%27=%271%27-- HTTP/1.1" 500 5120 "-" "Mozilla/5.0"'
every = "20s"
count = 10

[[test]]
name = "names with an apostrophe"
alerts = []
[[test.line]]
text = '198.51.100.61 - - [{clf}] "GET /ricerca?q=D%27Angelo%20e%20dell%27Orto HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'
every = "10s"
count = 20

[[test]]
name = "one odd request"
alerts = []
[[test.line]]
text = '198.51.100.60 - - [{clf}] "GET /albo/dettaglio?id=1%27%20OR%20%271%27=%271%27-- HTTP/1.1" 500 5120 "-" "Mozilla/5.0"'
---*/
SELECT source_ip, sum(event_count) AS attempts
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block') AND source_ip IS NOT NULL
  AND sqli_score(concat(url_path, '?', coalesce(url_query, ''))) >= $score
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
GROUP BY source_ip
HAVING sum(event_count) >= $attempts
