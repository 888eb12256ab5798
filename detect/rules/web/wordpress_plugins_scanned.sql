/*---
id = "WB-25"
version = 2
title.en = "WordPress plug-ins looked for"
title.it = "Ricerca di plug-in di WordPress"
description.en = "An address asks for several files of WordPress plug-ins, themes or internals that are not there."
description.it = "Un indirizzo chiede più file di plug-in, temi o parti interne di WordPress che non ci sono."
severity = "low"
family = "both"
window = "5m"
attack = ["T1595.003"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["a site that was moved away from WordPress"]
false_positives_it = ["un sito che prima era in WordPress"]
response_it = [
  "1. Nessuna urgenza se il sito non usa WordPress.",
  "2. Se lo usa, aggiornare i plug-in e togliere quelli inutili.",
  "3. Bloccare l'indirizzo se insiste.",
]

[param]
paths = 3

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "four plug-ins"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /wp-content/plugins/prova{n}/readme.txt HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''
count = 4
every = "1s"

[[test]]
name = "the login page alone"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /wp-login.php HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''
count = 4
every = "1s"

[[test]]
name = "readme files, with a referrer that is made up"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "HEAD /wp-content/plugins/modulo{n}/README.md HTTP/2.0" 404 0 "https://www.comune.example" "Mozilla/5.0 (Windows NT 6.1)"'''
count = 3
every = "1s"
---*/
-- No page links the readme of a plug-in: there a referrer is made up.
SELECT source_ip, count(DISTINCT url_path) AS paths
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND source_ip IS NOT NULL AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND http_response_status_code IN (403, 404, 410) AND url_path LIKE '%/wp-%'
  AND (http_request_referrer IS NULL OR regexp_like(url_path, '/(readme|changelog)[.](txt|md|html)$', 'i'))
  AND regexp_like(url_path, '/wp-(content/(plugins|themes|uploads)/.+|includes/.+|admin/.+)[.](php|txt|md|zip|sql)$', 'i')
GROUP BY source_ip
HAVING count(DISTINCT url_path) >= $paths
