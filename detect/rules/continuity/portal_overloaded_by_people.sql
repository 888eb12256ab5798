/*---
id = "SC-03"
title.en = "Portal overloaded by real users"
title.it = "Portale sovraccarico per le troppe visite"
description.en = "Many people come at once, load whole pages, and the portal begins to fail: the day of an enrolment, not an attack."
description.it = "Molte persone arrivano insieme, caricano pagine intere e il portale comincia a non rispondere: il giorno di un'iscrizione, non un attacco."
severity = "medium"
family = "continuity"
window = "5m"
entity = ["site"]
acn_class = "Indisponibilità / IS-3"
requires = { classes = ["web"], columns = ["http_response_status_code", "http_request_referrer"] }
false_positives = ["an application that broke during an ordinary day (SC-05 tells of it)"]
false_positives_it = ["un applicativo guasto in un giorno normale (ne parla SC-05)"]
response_it = [
  "1. Non è un attacco: non bloccare indirizzi.",
  "2. Mettere una coda o una pagina leggera, chiedere al fornitore più risorse.",
  "3. Avvisare i cittadini e, se c'è una scadenza, valutare la proroga.",
]

[param]
errors = 50
sources = 200

[[test]]
name = "three hundred people, and one answer in ten fails"
alerts = [{ site = "portale.comune.example" }]
[[test.line]]
text = '''portale.comune.example 198.51.100.{n} - - [{clf}] "GET /stile.css HTTP/1.1" 200 512 "https://portale.comune.example/iscrizioni" "Mozilla/5.0"'''
count = 250
every = "200ms"
[[test.line]]
text = '''portale.comune.example 203.0.113.{n} - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 512 "https://portale.comune.example/" "Mozilla/5.0"'''
count = 250
every = "200ms"
[[test.line]]
text = '''portale.comune.example 192.0.2.{n} - - [{clf}] "POST /iscrizioni HTTP/1.1" 503 512 "https://portale.comune.example/iscrizioni" "Mozilla/5.0"'''
count = 60
every = "800ms"

[[test]]
name = "as many people, all served"
alerts = []
[[test.line]]
text = '''portale.comune.example 198.51.100.{n} - - [{clf}] "GET /stile.css HTTP/1.1" 200 512 "https://portale.comune.example/iscrizioni" "Mozilla/5.0"'''
count = 250
every = "200ms"
[[test.line]]
text = '''portale.comune.example 203.0.113.{n} - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 512 "https://portale.comune.example/" "Mozilla/5.0"'''
count = 250
every = "200ms"
---*/
SELECT coalesce(url_domain, host_name, collector) AS site, sum(event_count) AS requests, count(DISTINCT source_ip) AS sources
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND http_request_referrer IS NOT NULL
GROUP BY coalesce(url_domain, host_name, collector)
HAVING sum(event_count) FILTER (WHERE http_response_status_code >= 500) >= $errors
   AND sum(event_count) FILTER (WHERE http_response_status_code >= 500) * 20 >= sum(event_count)
   AND count(DISTINCT source_ip) >= $sources
   AND sum(event_count) FILTER (WHERE url_path LIKE '%.css' OR url_path LIKE '%.js' OR url_path LIKE '%.png' OR url_path LIKE '%.jpg' OR url_path LIKE '%.svg' OR url_path LIKE '%.woff2') * 10 >= 3 * sum(event_count)
