/*---
id = "NT-05"
title.en = "New device on the server network"
title.it = "Nuovo dispositivo nella rete dei server"
description.en = "A device that is not on the list gets an address in the network of the servers."
description.it = "Un dispositivo non in elenco riceve un indirizzo nella rete dei server."
severity = "medium"
family = "both"
entity = ["source_mac"]
attack = ["T1200"]
acn_class = "Accesso fisico / -"
requires = { classes = ["network"], columns = ["source_mac", "source_ip"] }
false_positives = ["a new virtual machine: put it on the list"]
false_positives_it = ["una macchina virtuale nuova: metterla in elenco"]
response_it = [
  "1. Trovare la porta.",
  "2. Chiedere al fornitore.",
  "3. Spegnere la porta se sconosciuto.",
]

[list.server_networks]
when_empty = "silent"

[list.known_devices]
when_empty = "silent"

[[test]]
name = "a stranger"
lists = { server_networks = ["10.20.2.0/24"], known_devices = ["00:50:56:aa:bb:01"] }
alerts = [{ source_mac = "00:50:56:aa:bb:99" }]
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.2.77 to 00:50:56:aa:bb:99 via eth0'''

[[test]]
name = "a known machine"
lists = { server_networks = ["10.20.2.0/24"], known_devices = ["00:50:56:aa:bb:01"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.2.77 to 00:50:56:aa:bb:01 via eth0'''

[[test]]
name = "a PC in its own network"
lists = { server_networks = ["10.20.2.0/24"], known_devices = ["00:50:56:aa:bb:01"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.4.77 to 00:50:56:aa:bb:99 via eth0'''
---*/
SELECT source_mac, source_ip
FROM events
WHERE event_action = 'dhcp_lease' AND source_mac IS NOT NULL AND in_list(source_ip, 'server_networks') AND NOT in_list(source_mac, 'known_devices')
