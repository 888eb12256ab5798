/*---
id = "SC-29"
title.en = "Many network devices restart together"
title.it = "Molti apparati di rete si riavviano insieme"
description.en = "Five switches, access points or firewalls start within minutes, and no power failure was said before."
description.it = "Cinque switch, access point o firewall ripartono in pochi minuti, e prima nessuno ha detto che mancava la corrente."
severity = "medium"
family = "continuity"
window = "15m"
entity = ["tenant"]
attack = ["T1529"]
acn_class = "Indisponibilità / IS-3"
requires = { columns = ["host_name"] }
false_positives = ["a night of new firmware"]
false_positives_it = ["una notte di aggiornamento del firmware"]
response_it = [
  "1. Chiedere se era un aggiornamento.",
  "2. Guardare chi è entrato negli apparati nell'ora prima.",
  "3. Se è mancata la corrente, controllare i gruppi di continuità.",
]

[param]
devices = 5

[[test]]
name = "six routers in three minutes"
alerts = [{ tenant = "default" }]
[[test.line]]
text = '''<30>{rfc3164} mt-sede{n} system,info router rebooted'''
count = 6
every = "30s"

[[test]]
name = "two routers"
alerts = []
[[test.line]]
text = '''<30>{rfc3164} mt-sede{n} system,info router rebooted'''
count = 2
every = "30s"

[[test]]
name = "after a power failure"
alerts = []
[[test.line]]
text = '''<28>{rfc3164} srv-net upsmon[812]: UPS ups1@localhost on battery'''
[[test.line]]
text = '''<30>{rfc3164} mt-sede{n} system,info router rebooted'''
at = "1m"
count = 6
every = "30s"
---*/
SELECT tenant, count(DISTINCT host_name) AS devices
FROM events
WHERE (event_action = 'system_start' AND format IN ('cisco_ios', 'cisco_asa', 'procurve', 'aruba_cx', 'aruba_os', 'mikrotik', 'unifi', 'fortigate', 'snmptrapd', 'juniper_srx', 'paloalto', 'clavister', 'sophos_xg'))
   OR (event_action = 'power_change' AND event_outcome = 'failure')
GROUP BY tenant
HAVING count(DISTINCT host_name) FILTER (WHERE event_action = 'system_start') >= $devices
   AND count(*) FILTER (WHERE event_action = 'power_change') = 0
