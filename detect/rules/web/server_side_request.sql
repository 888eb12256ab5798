/*---
id = "WB-14"
title.en = "Address for the server to fetch (file inclusion, SSRF)"
title.it = "Indirizzo da far scaricare al server (inclusione remota, SSRF)"
description.en = "A parameter that leads the server to its own host, to the metadata of the cloud, to a bare address or to a script to include."
description.it = "Un parametro che porta il server verso se stesso, verso i metadati del cloud, verso un indirizzo numerico o verso uno script da includere."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1190", "T1552.005"]
acn_class = "Sfruttamento di vulnerabilità / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["Internet background noise: it counts when the product is there or the answer is 200", "a monitoring page that takes an address of the inside"]
false_positives_it = ["il rumore di fondo di Internet: conta quando il prodotto c'è o la risposta è 200", "una pagina di monitoraggio che riceve un indirizzo interno"]
response_it = [
  "1. Verificare se la pagina scarica davvero l'indirizzo che riceve.",
  "2. Guardare nel firewall se il server ha contattato quell'indirizzo.",
  "3. Se sì, isolare il server e cambiare le chiavi del cloud.",
  "4. Chiedere al fornitore un elenco chiuso di destinazioni.",
]

[param]
score = 0.7

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "the metadata of the cloud"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /anteprima?url=http://169.254.169.254/latest/meta-data/ HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a script to include"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /index.php?pagina=http://x.example/c.txt? HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a page that is shared"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /condividi?url=https%3A%2F%2Fwww.comune.example%2Fnotizie%2F42 HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (inclusion_score(concat(url_path, '?', coalesce(url_query, ''))) >= $score)
