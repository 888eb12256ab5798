/*---
id = "WB-12"
title.en = "Script put into a request (cross-site scripting)"
title.it = "Script inserito in una richiesta (cross-site scripting)"
description.en = "HTML or JavaScript in a request, for the page to give back to whoever opens the link."
description.it = "HTML o JavaScript in una richiesta, perché la pagina lo restituisca a chi apre il collegamento."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1190", "T1059.007"]
acn_class = "Sfruttamento di vulnerabilità / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["Internet background noise: it counts when the product is there or the answer is 200", "an editor that sends HTML in the query"]
false_positives_it = ["il rumore di fondo di Internet: conta quando il prodotto c'è o la risposta è 200", "un redattore che manda HTML nei parametri"]
response_it = [
  "1. Aprire la pagina da una postazione di prova e vedere se restituisce il testo senza filtrarlo.",
  "2. Se lo restituisce, chiedere al fornitore di correggere la pagina.",
  "3. Cercare chi ha seguito il collegamento (stesso percorso, referrer esterno).",
  "4. Bloccare l'indirizzo se insiste.",
]

[param]
score = 0.7

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a script element"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /cerca?q=%3Cscript%20src=//x.example/a.js%3E HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "an event attribute in the agent"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET / HTTP/1.1" 404 5120 "-" "Visita/1.0 ' onmouseover=confirm(1) '"'''

[[test]]
name = "words of everyday"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /cerca?q=onere+reale&online=1&onlus=si HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /cerca?q=3<5+e+7>2 HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (xss_score(concat(url_path, '?', coalesce(url_query, ''))) >= $score
    OR xss_score(http_request_referrer) >= $score
    OR xss_score(concat('agent=', replace(user_agent_original, '; ', ', '))) >= $score)
