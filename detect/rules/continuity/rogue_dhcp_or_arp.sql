/*---
id = "SC-24"
title.en = "Rogue DHCP server or ARP spoofing"
title.it = "Server DHCP abusivo o ARP falsificato"
description.en = "A switch refuses forged ARP or DHCP again and again, or addresses jump from port to port: somebody puts himself between the PCs and the network."
description.it = "Uno switch rifiuta più volte ARP o DHCP falsi, o gli indirizzi saltano da una porta all'altra: qualcuno si mette tra i PC e la rete."
severity = "medium"
family = "continuity"
window = "10m"
attack = ["T1557.002", "T1557.003"]
acn_class = "Intercettazione / IS-1, IS-3"
requires = { classes = ["network"] }
false_positives = ["a home router plugged in by an office", "a virtual machine that moves between hosts"]
false_positives_it = ["un router di casa collegato da un ufficio", "una macchina virtuale che passa da un host all'altro"]
response_it = [
  "1. Guardare nel registro quale porta dello switch è nominata.",
  "2. Staccare quella porta.",
  "3. Cercare nell'ufficio il router o il PC collegato.",
]

[param]
moves = 20

[[test]]
name = "twenty-five moves in four minutes"
alerts = [{ host_name = "SW-PIANO1" }]
[[test.line]]
text = '''<188>4{n:04}: SW-PIANO1: {rfc3164}.759: %SW_MATM-4-MACFLAP_NOTIF: Host 0011.2233.4455 in vlan 30 is flapping between port Gi1/0/21 and port Gi1/0/22'''
count = 25
every = "10s"

[[test]]
name = "a machine moves once"
alerts = []
[[test.line]]
text = '''<188>4{n:04}: SW-PIANO1: {rfc3164}.759: %SW_MATM-4-MACFLAP_NOTIF: Host 0011.2233.4455 in vlan 30 is flapping between port Gi1/0/21 and port Gi1/0/22'''
count = 2
every = "10s"
---*/
SELECT host_name, sum(event_count) AS refusals
FROM events
WHERE event_action IN ('mac_move', 'dhcp_failure', 'nac_decision', 'connection_denied', 'intrusion_detected')
  AND (event_action = 'mac_move' OR event_code LIKE 'SW_DAI-%' OR event_code LIKE 'DHCP_SNOOPING-%')
GROUP BY host_name
HAVING sum(event_count) >= $moves
