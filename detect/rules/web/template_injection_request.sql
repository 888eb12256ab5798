/*---
id = "WB-17"
title.en = "Template expression in a request"
title.it = "Espressione di template in una richiesta"
description.en = "An expression for a template engine to compute: it calls, reckons or reaches into objects."
description.it = "Un'espressione da far calcolare al motore di template: chiama, calcola o esplora oggetti."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1190", "T1221"]
acn_class = "Sfruttamento di vulnerabilità / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["Internet background noise: it counts when the product is there or the answer is 200", "a mail campaign whose placeholders were not filled in"]
false_positives_it = ["il rumore di fondo di Internet: conta quando il prodotto c'è o la risposta è 200", "una campagna di posta con i segnaposto non riempiti"]
response_it = [
  "1. Ripetere la richiesta da una postazione di prova: se la pagina mostra il risultato del calcolo, è vulnerabile.",
  "2. In quel caso mettere la pagina fuori servizio e chiamare il fornitore.",
  "3. Cercare altri allarmi dello stesso indirizzo.",
  "4. Bloccare l'indirizzo se insiste.",
]

[param]
score = 0.7

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a sum for the engine"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /saluto?nome=%7B%7B8*8%7D%7D HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a placeholder that nobody filled in"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /newsletter?nome=%7B%7Bnome%7D%7D HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (template_score(concat(url_path, '?', coalesce(url_query, ''))) >= $score
    OR template_score(http_request_referrer) >= $score
    OR template_score(concat('agent=', replace(user_agent_original, '; ', ', '))) >= $score)
