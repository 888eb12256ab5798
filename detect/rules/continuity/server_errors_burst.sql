/*---
id = "SC-05"
title.en = "Errors 5xx burst on a public service"
title.it = "Raffica di errori 5xx su un servizio pubblico"
description.en = "Service failing for users whatever the cause: far more errors than at that hour of the week, and a hundred at least."
description.it = "Un sito risponde con molti errori del server in pochi minuti, più di quanti ne dia a quell'ora della settimana: il servizio non funziona per i cittadini."
severity = "medium"
family = "continuity"
window = "5m"
entity = ["site"]
attack = ["T1499.004"]
acn_class = "Disservizio / IS-3"
requires = { classes = ["web"], columns = ["http_response_status_code"] }
false_positives = ["supplier's release", "database maintenance window"]
false_positives_it = ["un rilascio del fornitore", "la finestra di manutenzione della base dati"]
response_it = [
  "1. Aprire il sito da rete esterna.",
  "2. Controllare database e disco del server.",
  "3. Chiamare il fornitore.",
]

[baseline]
of = "errors"
times = 6
min_history = "14d"

[param]
errors = 100

[list.planned_events]
when_empty = "nothing-listed"

[[test]]
name = "half of the answers are 503"
alerts = [{ site = "test.log" }]
[[test.line]]
text = '203.0.113.{n} - - [{clf}] "GET /servizi HTTP/1.1" 503 5120 "https://www.comune.example/" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "1s"
count = 150
[[test.line]]
text = '198.51.100.{n} - - [{clf}] "GET / HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "1s"
count = 150

[[test]]
name = "a short restart"
alerts = []
[[test.line]]
text = '203.0.113.{n} - - [{clf}] "GET /servizi HTTP/1.1" 503 5120 "https://www.comune.example/" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "1s"
count = 20
[[test.line]]
text = '198.51.100.{n} - - [{clf}] "GET / HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "1s"
count = 150

[[test]]
name = "an announced maintenance"
lists = { planned_events = ["test.log"] }
alerts = []
[[test.line]]
text = '203.0.113.{n} - - [{clf}] "GET /servizi HTTP/1.1" 503 5120 "https://www.comune.example/" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "1s"
count = 150

[[test]]
name = "a weekly restart, known after two weeks"
start = "2026-05-04T03:00:00+02:00"
alerts = [{ site = "test.log" }, { site = "test.log" }]
[[test.line]]
text = '203.0.113.{n} - - [{clf}] "GET /servizi HTTP/1.1" 503 5120 "https://www.comune.example/" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "1s"
count = 120
[[test.line]]
text = '203.0.113.{n} - - [{clf}] "GET /servizi HTTP/1.1" 503 5120 "https://www.comune.example/" "Mozilla/5.0 (X11; Linux x86_64)"'
at = "7d"
every = "1s"
count = 120
[[test.line]]
text = '203.0.113.{n} - - [{clf}] "GET /servizi HTTP/1.1" 503 5120 "https://www.comune.example/" "Mozilla/5.0 (X11; Linux x86_64)"'
at = "14d"
every = "1s"
count = 120
---*/
SELECT coalesce(url_domain, host_name, collector) AS site, sum(event_count) AS errors
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND http_response_status_code >= 500
  AND in_list(coalesce(url_domain, host_name, collector), 'planned_events') IS NOT TRUE
GROUP BY coalesce(url_domain, host_name, collector)
HAVING sum(event_count) >= $errors
