/*---
id = "SC-02"
version = 2
title.en = "Application-layer flood on a portal"
title.it = "Attacco DDoS applicativo (L7) a un portale"
description.en = "In one minute at least 600 requests from at least 50 addresses, and far more than at that hour of the week, ask one site for one page without saying which page they come from: not citizens who follow links. Style sheets, scripts and images are not counted."
description.it = "In un minuto almeno 600 richieste da almeno 50 indirizzi, molte più che a quell'ora della settimana, chiedono a un sito la stessa pagina senza dire da quale pagina arrivano: non sono cittadini che seguono collegamenti. Fogli di stile, script e immagini non contano."
severity = "critical"
family = "continuity"
window = "1m"
entity = ["site", "url_path"]
attack = ["T1499", "T1499.002"]
acn_class = "DDoS / IS-3"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["a click day whose link was sent by mail or chat: see SC-03", "monitoring probes", "a news site linking a page"]
false_positives_it = ["un click day il cui collegamento è arrivato per posta o chat: vedi SC-03", "le sonde di monitoraggio", "un giornale che rimanda a una pagina"]
response_it = [
  "1. Guardare i 10 percorsi e gli user-agent più frequenti.",
  "2. Attivare limite di richieste o sfida sul bilanciatore.",
  "3. Bloccare le reti (ASN) prevalenti, non i singoli utenti.",
  "4. Segnalare al COSC con l'elenco degli IP.",
]

[baseline]
of = "requests"
times = 8
min_history = "14d"

[param]
requests = 600
sources = 50

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
name = "fifty clerks whose browsers ask every five seconds"
alerts = []
[[test.line]]
text = '''10.20.4.{n} - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.100 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.101 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.102 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.103 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.104 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.105 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.106 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.107 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.108 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.109 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.110 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60
[[test.line]]
text = '''10.20.4.111 - - [{clf}] "GET /sportello/coda HTTP/1.1" 200 120 "https://interno.comune.example/sportello" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "1s"
count = 60

[[test]]
name = "a click day behind the addresses of mobile carriers"
alerts = []
[[test.line]]
text = '''198.51.100.1 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110
[[test.line]]
text = '''198.51.100.2 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110
[[test.line]]
text = '''198.51.100.3 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110
[[test.line]]
text = '''198.51.100.4 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110
[[test.line]]
text = '''198.51.100.5 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110
[[test.line]]
text = '''198.51.100.6 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110
[[test.line]]
text = '''198.51.100.7 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110
[[test.line]]
text = '''198.51.100.8 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110
[[test.line]]
text = '''198.51.100.9 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110
[[test.line]]
text = '''198.51.100.10 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110
[[test.line]]
text = '''198.51.100.11 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110
[[test.line]]
text = '''198.51.100.12 - - [{clf}] "GET /iscrizioni HTTP/1.1" 200 5120 "https://www.comune.example/" "Mozilla/5.0 (Linux; Android 15)"'''
every = "500ms"
count = 110

[[test]]
name = "a page that everybody has open on Monday at ten, known after two weeks"
start = "2026-05-04T10:00:00+02:00"
alerts = [{ url_path = "/ricerca" }, { url_path = "/ricerca" }]
[[test.line]]
text = '''2001:db8::{n} - - [{clf}] "GET /ricerca?q=x{n} HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "80ms"
count = 700
[[test.line]]
text = '''2001:db8::{n} - - [{clf}] "GET /ricerca?q=x{n} HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'''
at = "7d"
every = "80ms"
count = 700
[[test.line]]
text = '''2001:db8::{n} - - [{clf}] "GET /ricerca?q=x{n} HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'''
at = "14d"
every = "80ms"
count = 700

[[test]]
name = "three times as many as on the Mondays before"
start = "2026-05-04T10:00:00+02:00"
alerts = [{ url_path = "/ricerca" }, { url_path = "/ricerca" }, { url_path = "/ricerca" }]
[[test.line]]
text = '''2001:db8::{n} - - [{clf}] "GET /ricerca?q=x{n} HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'''
every = "80ms"
count = 700
[[test.line]]
text = '''2001:db8::{n} - - [{clf}] "GET /ricerca?q=x{n} HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'''
at = "7d"
every = "80ms"
count = 700
[[test.line]]
text = '''2001:db8::{n} - - [{clf}] "GET /ricerca?q=x{n} HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"'''
at = "14d"
every = "25ms"
count = 2100
---*/
SELECT coalesce(url_domain, host_name, collector) AS site, url_path, sum(event_count) AS requests, count(DISTINCT source_ip) AS sources
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND http_request_referrer IS NULL
  AND NOT regexp_like(url_path, '\.(css|js|png|jpe?g|gif|svg|ico|woff2?|ttf)$', 'i')
GROUP BY coalesce(url_domain, host_name, collector), url_path
HAVING sum(event_count) >= $requests AND count(DISTINCT source_ip) >= $sources
