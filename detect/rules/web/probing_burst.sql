/*---
id = "WB-23"
title.en = "Burst of missing pages"
title.it = "Raffica di pagine inesistenti"
description.en = "One address asks for ten different missing pages in ten seconds, coming from no page: a list is tried. WB-01 says when it goes on."
description.it = "Un indirizzo chiede dieci pagine inesistenti diverse in dieci secondi, senza venire da nessuna pagina: prova una lista. WB-01 avvisa quando continua."
severity = "low"
family = "both"
window = "10s"
attack = ["T1595.003"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["an application of ours whose addresses changed"]
false_positives_it = ["una nostra applicazione con gli indirizzi cambiati"]
response_it = [
  "1. Nessuna urgenza se ha ricevuto solo errori.",
  "2. Guardare le pagine che hanno risposto 200.",
  "3. Bloccare l'indirizzo se insiste.",
]

[param]
paths = 10

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "fifteen guesses in three seconds"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /prova{n}.php HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''
count = 15
every = "200ms"

[[test]]
name = "a page whose pictures are gone"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /img/{n}.png HTTP/1.1" 404 5120 "https://www.comune.example/" "Mozilla/5.0"'''
count = 15
every = "100ms"
---*/
SELECT source_ip, count(DISTINCT url_path) AS paths
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND source_ip IS NOT NULL AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND http_request_referrer IS NULL AND http_response_status_code IN (400, 403, 404, 405, 410)
GROUP BY source_ip
HAVING count(DISTINCT url_path) >= $paths
