/*---
id = "WB-19"
title.en = "Request that bends the protocol"
title.it = "Richiesta che forza il protocollo"
description.en = "Line ends or null bytes in an address, headers or mail commands in a value, full-width letters, a method in disguise."
description.it = "Fine riga o byte nulli in un indirizzo, intestazioni o comandi di posta in un valore, lettere a larghezza piena, un metodo mascherato."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1190", "T1027"]
acn_class = "Sfruttamento di vulnerabilità / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["Internet background noise: it counts when the product is there or the answer is 200", "an application of ours that sends _method in the address"]
false_positives_it = ["il rumore di fondo di Internet: conta quando il prodotto c'è o la risposta è 200", "una nostra applicazione che manda _method nell'indirizzo"]
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
name = "a header behind a line end"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /vai?u=%0d%0aSet-Cookie:%20a=1 HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a null byte"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /leggi?f=x.php%00.pdf HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "two lines of a message"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /contatti?testo=prima+riga%0D%0Aseconda+riga+di+testo HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "the server says that the request was none"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''[Mon Mar 16 10:00:00.000000 2026] [core:error] [pid 1211] [client 198.51.100.60:51234] AH00126: Invalid URI in request GET /cgi-bin/.%2E/%2E%2E/etc/hosts HTTP/1.1'''

[[test]]
name = "the server says that a page is not there"
alerts = []
[[test.line]]
text = '''[Mon Mar 16 10:00:00.000000 2026] [core:error] [pid 1211] [client 198.51.100.60:51234] AH00128: File does not exist: /var/www/html/vecchia.html'''
---*/
-- The error log tells of requests that never reach the access log as such.
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block', 'web_error')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (protocol_score(concat(url_path, '?', coalesce(url_query, ''))) >= $score OR protocol_score(fields['request']) >= $score
    OR (event_action = 'web_error' AND source_ip IS NOT NULL
      AND regexp_like(message, '(invalid uri in request|malformed host header|client sent (an? )?(invalid|malformed) (method|header|host|request|http version)|request (header|line) (is too long|exceeds|without colon|missing)|invalid (method|protocol) in request|erroneous characters after protocol|too long http request)', 'i')))
