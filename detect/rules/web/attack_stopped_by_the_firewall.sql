/*---
id = "WB-32"
title.en = "Attack that the web application firewall saw"
title.it = "Attacco visto dal firewall applicativo"
description.en = "The web application firewall matched an attack, and blocked it or only wrote it down."
description.it = "Il firewall applicativo ha riconosciuto un attacco, bloccandolo o soltanto annotandolo."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1190"]
acn_class = "Sfruttamento di vulnerabilità / -"
requires = { classes = ["web"], columns = ["source_ip"] }
false_positives = ["a rule that is too strict for an application of ours"]
false_positives_it = ["una regola troppo severa per una nostra applicazione"]
response_it = [
  "1. Vedere se l'attacco è stato bloccato o soltanto annotato.",
  "2. Se solo annotato, guardare la risposta della pagina (DB-02, WB-06).",
  "3. Se la regola colpisce una nostra applicazione, correggerla con il fornitore.",
]

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "one block"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''[Mon Mar 16 10:00:00.000000 2026] [security2:error] [pid 1211] [client 198.51.100.60:51234] [client 198.51.100.60] ModSecurity: Access denied with code 403 (phase 2). Pattern match "x" at ARGS:q. [file "/etc/modsecurity/rules.conf"] [line "12"] [id "900100"] [msg "Prova di injection"] [severity "CRITICAL"] [hostname "www.comune.example"] [uri "/cerca"] [unique_id "abc"]'''

[[test]]
name = "a request"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /cerca HTTP/1.1" 403 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, rule_name, url_path
FROM events
WHERE event_action = 'waf_block' AND in_list(source_ip, 'known_scanners') IS NOT TRUE
