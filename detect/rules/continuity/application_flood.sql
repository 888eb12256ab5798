/*---
id = "SC-02"
version = 2
title.en = "Application-layer flood on a portal"
title.it = "Attacco DDoS applicativo (L7) a un portale"
description.en = "Many clients hitting few costly pages without the shape of citizens: no assets, no referrer, same paths, POST or random query strings."
description.it = "Molti client chiedono sempre le stesse pagine costose, senza immagini, fogli di stile e pagina di provenienza: non sono cittadini."
severity = "critical"
family = "continuity"
window = "1m"
entity = ["site", "url_path"]
attack = ["T1499", "T1499.002"]
acn_class = "DDoS / IS-3"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["click day (assets and referrers are present, SPID logins follow): see SC-03", "monitoring probes", "a news site linking a page"]
false_positives_it = ["un click day (ci sono risorse della pagina e referrer, seguono accessi SPID): vedi SC-03", "le sonde di monitoraggio", "un giornale che rimanda a una pagina"]
response_it = [
  "1. Guardare i 10 percorsi e gli user-agent più frequenti.",
  "2. Attivare limite di richieste o sfida sul bilanciatore.",
  "3. Bloccare le reti (ASN) prevalenti, non i singoli utenti.",
  "4. Segnalare al COSC con l'elenco degli IP.",
]

[param]
requests = 600
sources = 50
# A referrer is written by the client. People do not load one page every five seconds.
machines = 10
each = 12

[[test]]
name = "one search page from two hundred addresses"
alerts = [{ url_path = "/ricerca" }]
[[test.line]]
text = '198.51.100.{n} - - [{clf}] "GET /ricerca?q=x{n} HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "200ms"
count = 250
[[test.line]]
text = '203.0.113.{n} - - [{clf}] "GET /ricerca?q=y{n} HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "200ms"
count = 250
[[test.line]]
text = '192.0.2.{n} - - [{clf}] "GET /ricerca?q=z{n} HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "200ms"
count = 250
[[test.line]]
text = '198.51.100.{n} - - [{clf}] "GET /ricerca?q=w{n} HTTP/1.1" 200 5120 "-" "curl/8"'
every = "200ms"
count = 250

[[test]]
name = "a click day has referrers"
alerts = []
[[test.line]]
text = '198.51.100.{n} - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "200ms"
count = 250
[[test.line]]
text = '203.0.113.{n} - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "200ms"
count = 250
[[test.line]]
text = '192.0.2.{n} - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "200ms"
count = 250
[[test.line]]
text = '198.51.100.{n} - - [{clf}] "GET /static/a.css HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "200ms"
count = 250

[[test]]
name = "one monitoring probe"
alerts = []
[[test.line]]
text = '198.51.100.7 - - [{clf}] "GET /health HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'
every = "66ms"
count = 900

[[test]]
name = "forty machines that make a referrer up"
alerts = [{ url_path = "/ricerca" }]
[[test.line]]
text = '''198.51.100.1{n} - - [{clf}] "GET /ricerca?q=x{n} HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "500ms"
count = 40
[[test.line]]
text = '''198.51.100.21 - - [{clf}] "GET /ricerca?q=y{n} HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "100ms"
count = 600
---*/
SELECT coalesce(url_domain, host_name, collector) AS site, url_path, sum(event_count) AS requests, count(DISTINCT source_ip) AS sources
FROM events
WHERE class = 'web' AND event_action = 'http_request'
  AND NOT regexp_like(url_path, '\.(css|js|png|jpe?g|gif|svg|ico|woff2?|ttf)$', 'i')
GROUP BY coalesce(url_domain, host_name, collector), url_path
HAVING (sum(event_count) FILTER (WHERE http_request_referrer IS NULL) >= $requests
    AND count(DISTINCT source_ip) FILTER (WHERE http_request_referrer IS NULL) >= $sources)
    OR (sum(event_count) >= $requests AND count(DISTINCT source_ip) >= $machines AND sum(event_count) >= $each * count(DISTINCT source_ip))
