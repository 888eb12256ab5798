/*---
id = "SC-22"
title.en = "DNS zone copied by a stranger"
title.it = "Zona DNS copiata da un estraneo"
description.en = "An address of the Internet that is none of our secondary servers took the whole zone: the list of all our machines."
description.it = "Un indirizzo di Internet che non è un nostro server secondario ha preso l'intera zona: l'elenco di tutte le nostre macchine."
severity = "high"
family = "continuity"
entity = ["source_ip"]
attack = ["T1590.002"]
acn_class = "Ricognizione / IS-1"
requires = { classes = ["dns"], columns = ["source_ip"] }
false_positives = ["a secondary server of the provider that is not listed"]
false_positives_it = ["un server secondario del gestore non in elenco"]
response_it = [
  "1. Permettere il trasferimento solo ai secondari.",
  "2. Mettere i secondari nell'elenco secondaries.",
  "3. Verificare quali nomi interni erano nella zona.",
]

[list.secondaries]
when_empty = "nothing-listed"

[[test]]
name = "a stranger"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<30>{rfc3164} ns1 named[812]: client @0x7f1c 203.0.113.9#53211 (comune.example): transfer of 'comune.example/IN': AXFR started (serial 2026031601)'''

[[test]]
name = "our secondary"
lists = { secondaries = ["203.0.113.53"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} ns1 named[812]: client @0x7f1c 203.0.113.53#53211 (comune.example): transfer of 'comune.example/IN': AXFR started (serial 2026031601)'''

[[test]]
name = "refused"
alerts = []
[[test.line]]
text = '''<30>{rfc3164} ns1 named[812]: client @0x7f1c 203.0.113.9#53211 (comune.example): zone transfer 'comune.example/AXFR/IN' denied'''
---*/
SELECT source_ip, dns_question_name
FROM events
WHERE event_action = 'dns_zone_transfer' AND coalesce(event_outcome, '') <> 'failure' AND source_ip IS NOT NULL
  AND NOT is_private_ip(source_ip) AND in_list(source_ip, 'secondaries') IS NOT TRUE
