/*---
id = "WB-11"
title.en = "SQL injection in a request"
title.it = "SQL injection in una richiesta"
description.en = "One request whose path, query, referrer or agent carries SQL meant for the database behind the page."
description.it = "Una richiesta che porta SQL nel percorso, nei parametri, nel referrer o nello user agent, destinato alla base dati dietro la pagina."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1190"]
acn_class = "Sfruttamento di vulnerabilità / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["Internet background noise: it counts when the product is there or the answer is 200", "a search for SQL by a technician"]
false_positives_it = ["il rumore di fondo di Internet: conta quando il prodotto c'è o la risposta è 200", "un tecnico che cerca un testo SQL"]
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
name = "a union behind a number"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /albo/atto?id=12%20UNION%20SELECT%20login,hash%20FROM%20utenti HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a condition that always holds, encoded twice"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /albo/atto?id=12%2527%2520or%25201%253D1-- HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "the questions of PostgreSQL to JSON"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /albo/atto?id=12'%20and%20'%7B%22k%22:1%7D'::jsonb%20@%3E%20'%7B%7D' HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "surnames and places with an apostrophe"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /ricerca?q=D%27Angelo+e+Dell%27Orto HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /ricerca?q=via+dell'unione+12+-+scala+B HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "the announced scan of the supplier"
alerts = []
lists.known_scanners = ["198.51.100.60"]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /albo/atto?id=12%20UNION%20SELECT%201,2,3 HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (sqli_score(concat(url_path, '?', coalesce(url_query, ''))) >= $score
    OR sqli_score(http_request_referrer) >= $score
    OR sqli_score(concat('agent=', replace(user_agent_original, '; ', ', '))) >= $score)
