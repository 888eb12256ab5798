/*---
id = "WB-09"
version = 2
title.en = "Malicious upload in a form"
title.it = "File malevolo caricato in un modulo"
description.en = "Uploaded executable or script in a front-desk form."
description.it = "Uno script o un programma è stato caricato e richiamato nella cartella dei file del sito."
severity = "high"
family = "both"
entity = ["source_ip", "url_path"]
attack = ["T1105", "T1566.001"]
acn_class = "Malware / -"
requires = { classes = ["web"], columns = ["url_path"] }
false_positives = ["signed p7m attachments (allowed)"]
false_positives_it = ["gli allegati firmati p7m (ammessi)"]
response_it = [
  "1. Mettere in quarantena.",
  "2. Verificare se è stato eseguito o aperto.",
  "3. Correggere il modulo.",
]

[[test]]
name = "a script among the images"
alerts = [{ source_ip = "198.51.100.23" }]
[[test.line]]
text = '198.51.100.23 - - [{clf}] "GET /media/x.phtml?c=id HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'

[[test]]
name = "an image"
alerts = []
[[test.line]]
text = '198.51.100.23 - - [{clf}] "GET /media/stemma.png HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'

[[test]]
name = "pages of the site that show documents"
alerts = []
[[test.line]]
text = '198.51.100.23 - - [{clf}] "GET /documenti/dettaglio.aspx?id=12 HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'
[[test.line]]
text = '198.51.100.23 - - [{clf}] "GET /allegati/download.php?id=12 HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'
---*/
SELECT source_ip, url_path
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND http_response_status_code = 200
  AND regexp_like(url_path, '/(media|uploads?|tmp)/[^?]*\.(php[0-9]?|phtml|phar|jspx?|aspx?|cgi)$|/(files?|allegati|documenti|images?)/[^?]*\.(php[0-9]|phtml|phar)$', 'i')
