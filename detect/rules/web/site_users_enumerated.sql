/*---
id = "WB-26"
title.en = "Users of the site enumerated"
title.it = "Enumerazione degli utenti del sito"
description.en = "An address asks for the authors of a content manager one number after the other, or for the list of its users."
description.it = "Un indirizzo chiede gli autori del sito un numero dopo l'altro, o la lista dei suoi utenti."
severity = "low"
family = "both"
window = "10m"
attack = ["T1087", "T1589.003"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip", "url_query"] }
false_positives = ["a search engine on the pages of the authors"]
false_positives_it = ["un motore di ricerca sulle pagine degli autori"]
response_it = [
  "1. Disattivare le pagine degli autori e la lista utenti delle API.",
  "2. Verificare che gli amministratori abbiano il secondo fattore.",
  "3. Bloccare l'indirizzo.",
]

[param]
users = 4

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "eight authors"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /?author={n} HTTP/1.1" 301 5120 "-" "Mozilla/5.0"'''
count = 8
every = "1s"

[[test]]
name = "one author"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /?author=1 HTTP/1.1" 301 5120 "-" "Mozilla/5.0"'''
count = 8
every = "1s"
---*/
SELECT source_ip, count(DISTINCT concat(url_path, '?', url_query)) AS users
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND source_ip IS NOT NULL AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (regexp_like(coalesce(url_query, ''), '(^|&)author=[0-9]+', 'i') OR regexp_like(url_path, '/wp-json/wp/v[0-9]/users(/[0-9]+)?/?$', 'i')
    OR regexp_like(coalesce(url_query, ''), 'rest_route=/wp/v[0-9]/users', 'i'))
GROUP BY source_ip
HAVING count(DISTINCT concat(url_path, '?', coalesce(url_query, ''))) >= $users
