/*---
id = "WB-15"
title.en = "Command injection in a request"
title.it = "Comandi di sistema in una richiesta"
description.en = "A request that carries a command for the shell of the server, Unix or Windows."
description.it = "Una richiesta che porta un comando per la shell del server, Unix o Windows."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1190", "T1059"]
acn_class = "Sfruttamento di vulnerabilità / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["Internet background noise: it counts when the product is there or the answer is 200", "a manual that shows commands in its addresses"]
false_positives_it = ["il rumore di fondo di Internet: conta quando il prodotto c'è o la risposta è 200", "un manuale che mostra comandi nei suoi indirizzi"]
response_it = [
  "1. Vedere se quella pagina e quel prodotto esistono in Comune.",
  "2. Se la risposta è 200, cercare processi figli del server web (AC-09) e nuovi file (WB-09).",
  "3. Se ce ne sono, isolare il server e conservare i log.",
  "4. Altrimenti bloccare l'indirizzo.",
]

[param]
score = 0.7

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a command behind a semicolon"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /ping?host=192.0.2.1%3Bcat%20/etc/hosts HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a condition of the Windows shell"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /x?a=if+not+exist+c%3A%5Cprova+echo+si HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a function hidden in the agent"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /cgi-bin/stato HTTP/1.1" 404 5120 "-" "() { :;}; /bin/true"'''

[[test]]
name = "words that are also commands"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /cerca?q=tempo+libero%3B+trova+lavoro HTTP/1.1" 200 5120 "-" "Opera/9.80 (MTK; Opera Mini/2.1; U; id) Presto/2.8"'''
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /cgi-bin/stato.pl?ordine=sort&tipo=id HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (command_score(concat(url_path, '?', coalesce(url_query, ''))) >= $score
    OR command_score(http_request_referrer) >= $score
    OR command_score(concat('agent=', replace(user_agent_original, '; ', ', '))) >= $score)
