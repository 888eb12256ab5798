/*---
id = "WB-01"
title.en = "Web scanner"
title.it = "Scansione del sito web"
description.en = "Tools probing many missing paths."
description.it = "Un indirizzo prova molti percorsi che non esistono, o si presenta come uno strumento di scansione."
severity = "low"
family = "both"
window = "5m"
attack = ["T1595.002", "T1595.003"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["supplier's yearly scan (known address: info)", "broken link crawler of a search engine"]
false_positives_it = ["la scansione annuale del fornitore (indirizzo noto)", "un motore di ricerca che segue collegamenti rotti"]
response_it = [
  "1. Nessuna urgenza se ha ricevuto solo 404.",
  "2. Guardare le pagine che hanno risposto 200.",
  "3. Bloccare l'indirizzo se insiste.",
]

[param]
paths = 40
share = 0.7
tool_requests = 3

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "eighty missing pages in two minutes"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '203.0.113.9 - - [{clf}] "GET /prova{n}.php HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'
every = "1500ms"
count = 80

[[test]]
name = "a scanner says its name"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '203.0.113.9 - - [{clf}] "GET / HTTP/1.1" 200 5120 "-" "sqlmap/1.8#stable (https://sqlmap.org)"'
every = "1s"
count = 5

[[test]]
name = "a robot reads the albo"
alerts = []
[[test.line]]
text = '203.0.113.9 - - [{clf}] "GET /albo/atto/{n} HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (compatible; Cercatore/2.1; +https://cercatore.example/bot)"'
every = "2s"
count = 120

[[test]]
name = "some old links"
alerts = []
[[test.line]]
text = '203.0.113.9 - - [{clf}] "GET /vecchio{n}.html HTTP/1.1" 404 5120 "https://www.comune.example/" "Mozilla/5.0"'
every = "10s"
count = 12
---*/
SELECT source_ip, count(DISTINCT url_path) AS paths, sum(event_count) AS requests
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND source_ip IS NOT NULL AND in_list(source_ip, 'known_scanners') IS NOT TRUE
GROUP BY source_ip
HAVING (count(DISTINCT url_path) FILTER (WHERE http_response_status_code IN (400, 401, 403, 404, 405)) >= $paths
    AND sum(event_count) FILTER (WHERE http_response_status_code IN (400, 401, 403, 404, 405)) >= $share * sum(event_count))
    OR count(*) FILTER (WHERE regexp_like(user_agent_original, '(sqlmap|nikto|nuclei|wpscan|masscan|zgrab|dirbuster|gobuster|acunetix|nessus|openvas|feroxbuster|ffuf)', 'i')) >= $tool_requests
