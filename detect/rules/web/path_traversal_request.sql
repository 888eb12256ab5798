/*---
id = "WB-13"
version = 2
title.en = "File outside the site or not meant for visitors asked for"
title.it = "Richiesta di un file fuori dal sito o riservato"
description.en = "Steps out of the web root, files of the system, configuration, keys, hidden files, backups. WB-06 says when one was given."
description.it = "Passaggi fuori dalla cartella del sito, file di sistema, configurazioni, chiavi, file nascosti, copie di backup. WB-06 dice quando uno è stato consegnato."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1083", "T1595.003"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["Internet background noise: it counts when the product is there or the answer is 200", "a link of the site to a file with such a name"]
false_positives_it = ["il rumore di fondo di Internet: conta quando il prodotto c'è o la risposta è 200", "un collegamento del sito a un file con quel nome"]
response_it = [
  "1. Nessuna urgenza se la risposta è 403 o 404.",
  "2. Se la risposta è 200, vedere WB-06: togliere il file e cambiare le password che conteneva.",
  "3. Bloccare l'indirizzo se insiste.",
]

[param]
score = 0.7

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "two steps up, encoded"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /leggi?file=..%2f..%2fetc%2fhosts HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "the settings of the site"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /portale/.env HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "the notes of a coding assistant"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /.assistente/chiavi.json HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "public addresses"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /.well-known/security.txt HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /bandi/2026/capitolato.zip HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /stili/../img/stemma.png HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "the schema scripts that an application ships with its pages"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /dati/migrations/1548957970627_indici.sql HTTP/1.1" 200 52 "-" "Mozilla/5.0"'''

[[test]]
name = "steps up behind the address of a schema script"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /index.php/migrations/a.sql?page=../../../../etc/passwd HTTP/1.1" 404 52 "-" "Mozilla/5.0"'''

[[test]]
name = "steps up to a schema script"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /leggi/..%2f..%2f..%2fetc/migrations/a.sql HTTP/1.1" 404 52 "-" "Mozilla/5.0"'''
---*/
-- Scripts under migrations/ make tables; they hold no data.
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (traversal_score(CASE WHEN url_path LIKE '%/migrations/%.sql' AND url_query IS NULL THEN regexp_replace(url_path, '[.]sql$', '')
      ELSE concat(url_path, '?', coalesce(url_query, '')) END) >= $score
    OR traversal_score(concat('agent=', user_agent_original)) >= 0.85)
