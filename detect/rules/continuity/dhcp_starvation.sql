/*---
id = "SC-23"
title.en = "DHCP starvation"
title.it = "Esaurimento degli indirizzi DHCP"
description.en = "Many new MACs in minutes, pool exhausted."
description.it = "Gli indirizzi di una rete finiscono: molti apparati nuovi in pochi minuti, poi nessun indirizzo libero."
severity = "medium"
family = "continuity"
window = "5m"
attack = ["T1499", "T1557.003"]
acn_class = "Negazione di servizio / IS-3"
requires = { classes = ["network"], columns = ["source_mac"] }
false_positives = ["library or school Wi-Fi at opening (only on guest VLAN)", "randomised phone MACs"]
false_positives_it = ["il Wi-Fi della biblioteca o della scuola all'apertura (solo sulla VLAN degli ospiti)", "i telefoni con indirizzo MAC casuale"]
response_it = [
  "1. Guardare su quale porta o VLAN arrivano.",
  "2. Attivare port security.",
  "3. Ampliare il pool degli ospiti se è la biblioteca.",
]

[param]
refused = 20
devices = 30

[[test]]
name = "eighty new cards and no address left"
alerts = [{ observer_ingress = "eth0.30" }]
[[test.line]]
text = '<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.30.{n} to 5e:12:9a:00:11:22 via eth0.30'
every = "1s"
count = 5
[[test.line]]
text = '<30>{rfc3164} srv-net dhcpd[812]: DHCPDISCOVER from 5e:12:9a:00:11:{n:02} via eth0.30: network 10.20.30.0/24: no free leases'
at = "10s"
every = "2s"
count = 80

[[test]]
name = "students on the Wi-Fi get their addresses"
alerts = []
[[test.line]]
text = '<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.30.{n} to 5e:12:9a:00:11:{n:02} via eth0.30'
every = "2s"
count = 90
---*/
SELECT host_name, observer_ingress, count(DISTINCT source_mac) AS devices, sum(event_count) FILTER (WHERE event_action = 'dhcp_failure') AS refused
FROM events
WHERE class = 'network' AND event_action IN ('dhcp_lease', 'dhcp_failure')
GROUP BY host_name, observer_ingress
HAVING sum(event_count) FILTER (WHERE event_action = 'dhcp_failure') >= $refused AND count(DISTINCT source_mac) >= $devices
