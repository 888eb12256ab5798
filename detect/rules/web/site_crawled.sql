/*---
id = "WB-34"
title.en = "Site copied page by page"
title.it = "Sito copiato pagina per pagina"
description.en = "An address reads forty different pages in fifteen seconds, without what belongs to them: a program copies the site or looks for its doors."
description.it = "Un indirizzo legge quaranta pagine diverse in quindici secondi, senza ciò che le compone: un programma copia il sito o ne cerca gli ingressi."
severity = "low"
family = "both"
window = "15s"
attack = ["T1595.003", "T1213"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["a search engine in a hurry: put its network into known_crawlers"]
false_positives_it = ["un motore di ricerca frettoloso: mettere la sua rete in known_crawlers"]
response_it = [
  "1. Vedere se è un motore di ricerca che si dichiara: in quel caso chiedergli di rallentare (robots.txt).",
  "2. Altrimenti limitare le richieste di quell'indirizzo.",
  "3. Verificare se ha letto pagine con dati personali (WB-07).",
]

[param]
pages = 40

[list.known_scanners]
when_empty = "nothing-listed"

[list.known_crawlers]
when_empty = "nothing-listed"

[[test]]
name = "sixty pages in six seconds"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /atti/{n}/scheda HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
count = 60
every = "100ms"

[[test]]
name = "a reader in a hurry"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /atti/{n}/scheda HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
count = 60
every = "2s"
---*/
SELECT source_ip, count(DISTINCT url_path) AS pages
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND source_ip IS NOT NULL AND in_list(source_ip, 'known_scanners') IS NOT TRUE AND in_list(source_ip, 'known_crawlers') IS NOT TRUE
  AND http_request_referrer IS NULL
  AND NOT regexp_like(coalesce(url_path, '/'), '[.](css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|eot|mp[34]|webm|json|xml|txt)$', 'i')
GROUP BY source_ip
HAVING count(DISTINCT url_path) >= $pages
