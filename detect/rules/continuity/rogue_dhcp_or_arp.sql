/*---
id = "SC-24"
title.en = "Rogue DHCP server or ARP spoofing"
title.it = "Server DHCP abusivo o ARP falsificato"
description.en = "One device, or arpwatch on one host, reports at least 20 times in ten minutes that a hardware address moved, collided, was refused at a port or came with forged ARP or DHCP: somebody may put himself between the PCs and the network."
description.it = "Un apparato, o arpwatch su una macchina, segnala almeno 20 volte in dieci minuti che un indirizzo fisico si è spostato, è doppio, è stato rifiutato su una porta o portava ARP o DHCP falsi: qualcuno può essersi messo tra i PC e la rete."
severity = "medium"
family = "continuity"
window = "10m"
attack = ["T1557.002", "T1557.003"]
acn_class = "Intercettazione / IS-1, IS-3"
requires = { classes = ["network"] }
false_positives = ["a home router plugged in by an office", "a virtual machine that moves between hosts", "people with Wi-Fi who walk between access points", "a loop between two ports"]
false_positives_it = ["un router di casa collegato da un ufficio", "una macchina virtuale che passa da un host all'altro", "persone con il Wi-Fi che passano da un punto di accesso all'altro", "un anello tra due porte"]
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

[[test]]
name = "a switch drops forged ARP"
alerts = [{ host_name = "SW-PIANO1" }]
[[test.line]]
text = '''<188>4{n:04}: SW-PIANO1: {rfc3164}.759: %SW_DAI-4-DHCP_SNOOPING_DENY: 1 Invalid ARPs (Res) on Gi1/0/21, vlan 30.([0011.2233.4455/10.20.4.1/0000.0000.0000/10.20.4.31/09:12:44 CET Mon Mar 16 2026])'''
count = 25
every = "10s"

[[test]]
name = "an address that answers from two cards"
alerts = [{ host_name = "gw" }]
[[test.line]]
text = '''<28>{rfc3164} gw arpwatch: flip flop 10.20.4.1 00:00:5e:00:53:99 (00:00:5e:00:53:01) eth0'''
count = 25
every = "10s"

[[test]]
name = "new stations"
alerts = []
[[test.line]]
text = '''<28>{rfc3164} gw arpwatch: new station 10.20.4.{n} 00:00:5e:00:53:{n:02} eth0'''
count = 40
every = "5s"
---*/
SELECT host_name, sum(event_count) AS reports
FROM events
WHERE event_action = 'mac_move'
GROUP BY host_name
HAVING sum(event_count) >= $moves
