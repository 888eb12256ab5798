/*---
id = "WB-20"
title.en = "Scanner or attack tool that says its name"
title.it = "Scanner o strumento di attacco che si dichiara"
description.en = "A user agent that names a scanner or an attack tool."
description.it = "Uno user agent che dichiara il nome di uno scanner o di uno strumento di attacco."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1595.002"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip", "user_agent_original"] }
false_positives = ["the supplier's announced scan: put its address into known_scanners"]
false_positives_it = ["la scansione annunciata del fornitore: mettere il suo indirizzo in known_scanners"]
response_it = [
  "1. Nessuna urgenza se ha ricevuto solo 403 e 404.",
  "2. Guardare le pagine che hanno risposto 200.",
  "3. Bloccare l'indirizzo.",
]

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "one request is enough"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET / HTTP/1.1" 200 5120 "-" "Mozilla/5.0 zgrab/0.x"'''

[[test]]
name = "a command-line client"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET / HTTP/1.1" 200 5120 "-" "curl/8.5.0"'''
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET / HTTP/1.1" 200 5120 "-" "urlgrabber/3.10 yum/3.4.3"'''

[[test]]
name = "the announced scan of the supplier"
alerts = []
lists.known_scanners = ["198.51.100.60"]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET / HTTP/1.1" 404 5120 "-" "nuclei"'''
---*/
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (attack_tool(user_agent_original) IS NOT NULL)
