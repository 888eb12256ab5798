/*---
id = "SC-04"
title.en = "Slow-request exhaustion (slowloris)"
title.it = "Esaurimento connessioni con richieste lente"
description.en = "Many half-open requests: 408, 'request timeout', worker limit reached."
description.it = "Molte richieste mai completate (408) o limite di processi del server web raggiunto."
severity = "high"
family = "continuity"
window = "5m"
entity = ["site"]
attack = ["T1499.001", "T1499.002"]
acn_class = "DDoS / IS-3"
requires = { classes = ["web"] }
false_positives = ["old mobile network clients", "a broken monitoring probe"]
false_positives_it = ["client su vecchie reti mobili", "una sonda di monitoraggio guasta"]
response_it = [
  "1. Ridurre i timeout sul bilanciatore.",
  "2. Limitare connessioni per IP.",
  "3. Conservare i log e segnalare se prosegue.",
]

[param]
timeouts = 100
timeouts_at_limit = 50

[[test]]
name = "a hundred and fifty timeouts in four minutes"
alerts = [{ site = "test.log" }]
[[test.line]]
text = '203.0.113.{n:01} - - [{clf}] "-" 408 0 "-" "-"'
every = "1500ms"
count = 150

[[test]]
name = "a few slow phones"
alerts = []
[[test.line]]
text = '203.0.113.{n:01} - - [{clf}] "-" 408 0 "-" "-"'
every = "10s"
count = 20
---*/
SELECT coalesce(url_domain, host_name, collector) AS site, sum(event_count) AS timeouts
FROM events
WHERE class = 'web' AND (http_response_status_code = 408
   OR message LIKE '%MaxRequestWorkers%' OR message LIKE '%worker_connections are not enough%')
GROUP BY coalesce(url_domain, host_name, collector)
HAVING sum(event_count) FILTER (WHERE http_response_status_code = 408) >= $timeouts
    OR (sum(event_count) FILTER (WHERE http_response_status_code = 408) >= $timeouts_at_limit
      AND count(*) FILTER (WHERE http_response_status_code IS NULL) >= 1)
