/*---
id = "SC-21"
version = 2
title.en = "Own zone flooded with invented names"
title.it = "Zona DNS inondata di nomi inventati"
description.en = "Random-subdomain flood against the zone of the comune."
description.it = "Un diluvio di nomi inventati sotto un solo dominio satura i server DNS."
severity = "medium"
family = "continuity"
window = "5m"
entity = ["host_name", "domain"]
attack = ["T1568.002", "T1499"]
acn_class = "Malware / -"
requires = { classes = ["dns"], columns = ["dns_question_name"] }
false_positives = ["a search-suffix misconfiguration (one suffix only)", "browser start-up probes", "printer after domain change"]
false_positives_it = ["un suffisso di ricerca sbagliato (sempre lo stesso)", "le prove dei browser all'avvio", "una stampante dopo il cambio di dominio"]
response_it = [
  "1. Guardare se i nomi finiscono tutti con il dominio interno (errore di configurazione).",
  "2. Altrimenti scansione antivirus del PC.",
]
privacy = "yes, workstation"

[param]
names = 500

[[test]]
name = "a thousand invented names in four minutes"
alerts = [{ domain = "comune.example" }]
[[test.line]]
text = '<30>{rfc3164} ns1 named[812]: queries: info: client @0x7f8a2c001e40 203.0.113.9#5{n:04} (r{n:05}x.comune.example): query: r{n:05}x.comune.example IN A + (10.20.1.2)'
every = "200ms"
count = 1000

[[test]]
name = "a broken search suffix inside"
alerts = []
[[test.line]]
text = '<30>{rfc3164} ns1 named[812]: queries: info: client @0x7f8a2c001e40 10.20.4.31#5{n:04} (pc{n:04}.comune.example): query: pc{n:04}.comune.example IN A + (10.20.1.2)'
every = "200ms"
count = 1000
---*/
SELECT host_name, registrable_domain(dns_question_name) AS domain, count(DISTINCT dns_question_name) AS names
FROM events
WHERE class = 'dns' AND event_action = 'dns_query' AND dns_question_name IS NOT NULL AND source_ip IS NOT NULL AND NOT is_private_ip(source_ip)
GROUP BY host_name, registrable_domain(dns_question_name)
HAVING count(DISTINCT dns_question_name) >= $names
