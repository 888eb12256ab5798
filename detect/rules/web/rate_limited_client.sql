/*---
id = "WB-29"
title.en = "Client held back by the rate limit"
title.it = "Client frenato dal limite di richieste"
description.en = "The web server refused one address again and again because it asked too fast."
description.it = "Il server web ha rifiutato più volte un indirizzo perché chiedeva troppo in fretta."
severity = "low"
family = "both"
window = "60s"
attack = ["T1499.002", "T1595.003"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip"] }
false_positives = ["many citizens behind one address on a click day"]
false_positives_it = ["molti cittadini dietro un solo indirizzo in un click day"]
response_it = [
  "1. Guardare quali pagine chiedeva e con quale user agent.",
  "2. Se è uno scanner o un bot, bloccarlo.",
  "3. Se sono cittadini dietro un solo indirizzo, alzare il limite per quell'indirizzo.",
]

[param]
refusals = 5

[[test]]
name = "eight refusals"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /cerca?p={n} HTTP/1.1" 429 5120 "-" "Mozilla/5.0"'''
count = 8
every = "1s"

[[test]]
name = "one"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /cerca HTTP/1.1" 429 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, sum(event_count) AS refusals
FROM events
WHERE class = 'web' AND source_ip IS NOT NULL
  AND (fields['reason'] = 'rate_limited' OR (event_action = 'http_request' AND http_response_status_code = 429))
GROUP BY source_ip
HAVING sum(event_count) >= $refusals
