/*---
id = "WB-07"
version = 2
title.en = "Enumeration of documents by number"
title.it = "Scaricamento in serie di atti o pratiche per numero"
description.en = "IDOR: sequential ids of practices, fines, payments."
description.it = "Un indirizzo scarica in serie pratiche o atti cambiando solo il numero."
severity = "high"
family = "both"
window = "15m"
attack = ["T1213", "T1190"]
acn_class = "Esfiltrazione / IS-1"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["search engine reading the public albo (robots user agent on public paths only)"]
false_positives_it = ["un motore di ricerca che legge l'albo pubblico (si dichiara, solo percorsi pubblici)"]
response_it = [
  "1. Bloccare.",
  "2. Chiedere al fornitore di verificare il controllo di accesso.",
  "3. Elencare i documenti letti: DPO.",
]

[param]
documents = 150
documents_with_referrer = 300

[[test]]
name = "two hundred practices in a row"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '198.51.100.60 - - [{clf}] "GET /istanza?id=1{n:04} HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'
every = "2s"
count = 200

[[test]]
name = "a search engine on the albo"
alerts = []
[[test.line]]
text = '198.51.100.60 - - [{clf}] "GET /albo/atto?id=1{n:04} HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'
every = "2s"
count = 200

[[test]]
name = "four hundred practices in a row, a referrer with each"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '198.51.100.60 - - [{clf}] "GET /istanza?id=1{n:04} HTTP/1.1" 200 5120 "https://www.comune.example/area" "Mozilla/5.0"'
every = "2s"
count = 400

[[test]]
name = "an office at work"
alerts = []
[[test.line]]
text = '10.20.4.31 - - [{clf}] "GET /istanza?id=1{n:04} HTTP/1.1" 200 5120 "https://www.comune.example/area" "Mozilla/5.0"'
every = "2s"
count = 400
---*/
-- A referrer is one header: with it, more are needed, and none of the offices' own work counts.
SELECT source_ip, count(DISTINCT concat(url_path, '?', coalesce(url_query, ''))) AS documents
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND source_ip IS NOT NULL
  AND regexp_like(concat(url_path, '?', coalesce(url_query, '')), '(/(pratic[ah]e?|istanz[ae]|verbal[ei]|domand[ae]|pagament[oi]|document[oi])/[0-9]+|[?&](id|num|numero|pratica|istanza)=[0-9]+)', 'i')
  AND NOT regexp_like(url_path, '^/(albo|news|notizie|eventi)', 'i')
GROUP BY source_ip
HAVING count(DISTINCT concat(url_path, '?', coalesce(url_query, ''))) FILTER (WHERE http_response_status_code = 200 AND http_request_referrer IS NULL) >= $documents
    OR count(DISTINCT concat(url_path, '?', coalesce(url_query, ''))) FILTER (WHERE http_response_status_code = 200 AND NOT is_private_ip(source_ip)) >= $documents_with_referrer
