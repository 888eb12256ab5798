/*---
id = "WB-06"
version = 2
title.en = "Path traversal or sensitive file read"
title.it = "Lettura di file riservati dal sito"
description.en = "Config, backup or documents listed and downloaded."
description.it = "Un file di configurazione, di backup o di sistema è stato scaricato dal sito."
severity = "high"
family = "both"
entity = ["source_ip", "url_path"]
attack = ["T1083", "T1552.001"]
acn_class = "Esposizione dati / IS-1"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["a public zip really meant for citizens"]
false_positives_it = ["uno zip pubblico davvero destinato ai cittadini"]
response_it = [
  "1. Togliere il file.",
  "2. Cambiare le password che conteneva.",
  "3. Vedere chi lo ha scaricato.",
  "4. DPO.",
]

[[test]]
name = "the backup of the site"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '198.51.100.60 - - [{clf}] "GET /backup_sito.zip HTTP/1.1" 200 41000000 "-" "Mozilla/5.0"'

[[test]]
name = "the same is not there"
alerts = []
[[test.line]]
text = '198.51.100.60 - - [{clf}] "GET /backup_sito.zip HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'

[[test]]
name = "tender documents"
alerts = []
[[test.line]]
text = '198.51.100.60 - - [{clf}] "GET /bandi/2026/capitolato.zip HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'

[[test]]
name = "the schema scripts that an application ships with its pages"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /dati/migrations/1548957970627_indici.sql HTTP/1.1" 200 52 "-" "Mozilla/5.0"'''

[[test]]
name = "a file of the system behind the address of a schema script"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /index.php/migrations/a.sql?page=../../../../etc/passwd HTTP/1.1" 200 52 "-" "Mozilla/5.0"'''

[[test]]
name = "a dump of the site"
alerts = [{ source_ip = "198.51.100.60", url_path = "/copie/sito.sql" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /copie/sito.sql HTTP/1.1" 200 52000 "-" "Mozilla/5.0"'''
---*/
-- Scripts under migrations/ make tables; they hold no data.
SELECT source_ip, url_path
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND http_response_status_code IN (200, 206)
  AND (regexp_like(url_decode(concat(url_path, '?', coalesce(url_query, ''))), '(\.\./\.\./|\.\.\\\.\.\\|/etc/passwd|/win\.ini|/\.env(\?|$)|/\.git/(config|HEAD|index)|wp-config\.php\.|/id_rsa|\.(bak|old|swp)\?|\.sql\.(gz|zip)(\?|$)|/[^/]*backup[^/]*\.(zip|tar|gz|tgz|7z|rar)(\?|$)|web\.config(\?|$))', 'i')
    OR (regexp_like(url_decode(concat(url_path, '?', coalesce(url_query, ''))), '\.sql(\?|$)', 'i')
      AND NOT (url_path LIKE '%/migrations/%.sql' AND url_query IS NULL)))
