/*---
id = "AC-23"
title.en = "Supplier VPN reaches many inside machines"
title.it = "La VPN del fornitore raggiunge molte macchine"
description.en = "An address of the suppliers' VPN reaches five inside machines within an hour: support works on one."
description.it = "Un indirizzo della VPN dei fornitori raggiunge cinque macchine interne in un'ora: l'assistenza lavora su una."
severity = "high"
family = "both"
window = "1h"
attack = ["T1199", "T1021"]
acn_class = "Movimento laterale / IS-4"
requires = { classes = ["network"], columns = ["source_ip", "destination_ip"] }
false_positives = ["a new service to install on several servers (ticket)"]
false_positives_it = ["un servizio nuovo da installare su più server (richiesta aperta)"]
response_it = [
  "1. Chiamare il fornitore.",
  "2. Se non è lui, chiudere la sua VPN.",
  "3. Elencare le macchine raggiunte e cercarvi accessi.",
]

[param]
machines = 5

[list.supplier_pools]
when_empty = "silent"

[[test]]
name = "six servers in ten minutes"
lists = { supplier_pools = ["10.20.99.0/24"] }
alerts = [{ source_ip = "10.20.99.3" }]
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.99.3 srcport=5{n:04} srcintf="ssl.root" dstip=10.20.2.{n} dstport=445 dstintf="LAN" proto=6 action="close" policyid=12 service="tcp" sentbyte=4000 rcvdbyte=9000 duration=1'''
count = 6
every = "2m"

[[test]]
name = "one server, many times"
lists = { supplier_pools = ["10.20.99.0/24"] }
alerts = []
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.99.3 srcport=5{n:04} srcintf="ssl.root" dstip=10.20.2.9 dstport=445 dstintf="LAN" proto=6 action="close" policyid=12 service="tcp" sentbyte=4000 rcvdbyte=9000 duration=1'''
count = 6
every = "2m"
---*/
SELECT source_ip, count(DISTINCT destination_ip) AS machines
FROM events
WHERE class = 'network' AND event_action IN ('connection_allowed', 'connection_closed') AND in_list(source_ip, 'supplier_pools')
  AND is_private_ip(destination_ip)
GROUP BY source_ip
HAVING count(DISTINCT destination_ip) >= $machines
