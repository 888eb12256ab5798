/*---
id = "WB-24"
title.en = "Requests that are none"
title.it = "Richieste malformate in serie"
description.en = "An address sends the web server lines that are no HTTP request: other protocols, binary data, broken headers."
description.it = "Un indirizzo manda al server web righe che non sono richieste HTTP: altri protocolli, dati binari, intestazioni rotte."
severity = "low"
family = "both"
window = "60s"
attack = ["T1595.002"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip"] }
false_positives = ["a device that speaks TLS to the plain port"]
false_positives_it = ["un apparato che parla TLS alla porta in chiaro"]
response_it = [
  "1. Nessuna urgenza se ha ricevuto solo errori.",
  "2. Guardare le pagine che hanno risposto 200.",
  "3. Bloccare l'indirizzo se insiste.",
]

[param]
requests = 10

[[test]]
name = "twelve lines of another protocol"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "\x16\x03\x01\x02" 400 150 "-" "-"'''
count = 12
every = "1s"

[[test]]
name = "one"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "\x16\x03\x01\x02" 400 150 "-" "-"'''
count = 1
---*/
SELECT source_ip, sum(event_count) AS requests
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND source_ip IS NOT NULL
  AND http_response_status_code IN (400, 408, 494, 505) AND (http_request_method IS NULL OR fields['request'] IS NOT NULL)
GROUP BY source_ip
HAVING sum(event_count) >= $requests
