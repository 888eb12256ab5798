/*---
id = "NT-05"
version = 2
title.en = "New device on the server network"
title.it = "Nuovo dispositivo nella rete dei server"
description.en = "A device that nobody saw for sixty days gets an address in the network of the servers."
description.it = "Un dispositivo che non si vedeva da sessanta giorni riceve un indirizzo nella rete dei server."
severity = "medium"
family = "both"
entity = ["source_mac"]
attack = ["T1200"]
acn_class = "Accesso fisico / -"
requires = { classes = ["network"], columns = ["source_mac", "source_ip"] }
false_positives = ["a new virtual machine: put it on the list before it starts"]
false_positives_it = ["una macchina virtuale nuova: metterla in elenco prima di accenderla"]
response_it = [
  "1. Trovare la porta.",
  "2. Chiedere al fornitore.",
  "3. Spegnere la porta se sconosciuto.",
]

[first_seen]
within = "60d"
min_history = "14d"
list = "known_devices"

[list.server_networks]
when_empty = "silent"

[list.known_devices]
when_empty = "nothing-listed"

[[test]]
name = "a stranger after three weeks"
lists = { server_networks = ["10.20.2.0/24"] }
alerts = [{ source_mac = "00:50:56:aa:bb:99" }]
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.2.11 to 00:50:56:aa:bb:01 via eth0'''
every = "1d"
count = 22
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.2.77 to 00:50:56:aa:bb:99 via eth0'''
at = "21d"
every = "5m"
count = 3

[[test]]
name = "everything is new on the first days"
lists = { server_networks = ["10.20.2.0/24"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.2.{n} to 00:50:56:aa:bb:{n:02} via eth0'''
every = "12h"
count = 26

[[test]]
name = "a machine that is back after a month"
lists = { server_networks = ["10.20.2.0/24"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.2.77 to 00:50:56:aa:bb:99 via eth0'''
every = "30d"
count = 2

[[test]]
name = "a new machine that was listed"
lists = { server_networks = ["10.20.2.0/24"], known_devices = ["00:50:56:aa:bb:01", "00:50:56:aa:bb:99"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.2.11 to 00:50:56:aa:bb:01 via eth0'''
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.2.77 to 00:50:56:aa:bb:99 via eth0'''
at = "21d"

[[test]]
name = "a stranger on the first day, where the machines are listed"
lists = { server_networks = ["10.20.2.0/24"], known_devices = ["00:50:56:aa:bb:01"] }
alerts = [{ source_mac = "00:50:56:aa:bb:99" }]
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.2.11 to 00:50:56:aa:bb:01 via eth0'''
every = "1h"
count = 5
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.2.77 to 00:50:56:aa:bb:99 via eth0'''
at = "2h"
every = "10m"
count = 5

[[test]]
name = "a PC in its own network"
lists = { server_networks = ["10.20.2.0/24"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.2.11 to 00:50:56:aa:bb:01 via eth0'''
[[test.line]]
text = '''<30>{rfc3164} srv-net dhcpd[812]: DHCPACK on 10.20.4.77 to 00:50:56:aa:bb:99 via eth0'''
at = "21d"
---*/
SELECT source_mac, source_ip
FROM events
WHERE event_action = 'dhcp_lease' AND source_mac IS NOT NULL AND in_list(source_ip, 'server_networks')
  AND in_list(source_mac, 'known_devices') IS NOT TRUE
