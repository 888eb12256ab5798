/*---
id = "WB-18"
title.en = "LDAP or XPath injection in a request"
title.it = "Injection LDAP o XPath in una richiesta"
description.en = "A value that closes the filter of a directory or an XPath and opens another."
description.it = "Un valore che chiude il filtro della directory o di un XPath e ne apre un altro."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1190"]
acn_class = "Sfruttamento di vulnerabilità / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["Internet background noise: it counts when the product is there or the answer is 200", "formulas in a search"]
false_positives_it = ["il rumore di fondo di Internet: conta quando il prodotto c'è o la risposta è 200", "formule in una ricerca"]
response_it = [
  "1. Verificare se quella pagina interroga la directory (accesso, rubrica).",
  "2. Guardare se ci sono accessi riusciti dallo stesso indirizzo.",
  "3. Chiedere al fornitore di correggere il filtro.",
  "4. Bloccare l'indirizzo.",
]

[param]
score = 0.7

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a filter that is broken out of"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /rubrica?n=rossi)(mail=* HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a formula"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /calcolo?e=(1+2)+(3+4) HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (ldap_score(concat(url_path, '?', coalesce(url_query, ''))) >= $score)
