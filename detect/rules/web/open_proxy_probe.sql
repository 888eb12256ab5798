/*---
id = "WB-27"
title.en = "Web server tried as a proxy"
title.it = "Server web provato come proxy"
description.en = "A request for a page of somebody else, as one asks a proxy: it looks for servers to hide behind."
description.it = "Una richiesta per la pagina di un altro sito, come si fa a un proxy: cerca server dietro cui nascondersi."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1090", "T1595.002"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip"] }
false_positives = ["a health check that writes the whole address"]
false_positives_it = ["un controllo di stato che scrive l'indirizzo intero"]
response_it = [
  "1. Verificare che il server abbia risposto con un errore.",
  "2. Se ha risposto 200 con una pagina altrui, disattivare subito la funzione di proxy.",
  "3. Bloccare l'indirizzo se insiste.",
]

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a page of somebody else"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET http://x.example/ip.txt HTTP/1.1" 400 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a page of ours"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /ip.txt?u=http://x.example/ HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, url_domain, http_response_status_code
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND format IN ('web_access', 'traefik', 'nginx_proxy_manager', 'nginx_json', 'caddy')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND regexp_like(message, '"[A-Z]+ https?://[^ /"]+', 'i')
  AND NOT regexp_like(message, '"[A-Z]+ https?://(localhost|127[.][0-9.]+|\[::1\])[:/ ]', 'i')
