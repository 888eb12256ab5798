/*---
id = "NT-01"
version = 2
title.en = "Horizontal scan from inside"
title.it = "Scansione interna della rete"
description.en = "Worm or intruder looking for targets."
description.it = "Un computer interno cerca la stessa porta su molte macchine."
severity = "high"
family = "both"
window = "5m"
attack = ["T1046", "T1018"]
acn_class = "Ricognizione / -"
requires = { classes = ["network"], columns = ["source_ip", "destination_ip"] }
false_positives = ["vulnerability scanner, network inventory, print server (known hosts)"]
false_positives_it = ["lo scanner di vulnerabilità, l'inventario di rete, il server di stampa (host noti)"]
response_it = [
  "1. Identificare il PC.",
  "2. Isolarlo se non è uno strumento noto.",
  "3. Antivirus e ultime persone collegate.",
]
privacy = "yes, workstation"

[param]
targets = 50

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a hundred machines on port 445"
alerts = [{ source_ip = "10.20.4.77" }]
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.4.77 srcport=5{n:04} srcintf="LAN" dstip=10.20.2.{n} dstport=445 dstintf="LAN2" proto=6 action="deny" policyid=12 service="tcp/445" sentbyte=0 rcvdbyte=0 duration=1'
every = "1s"
count = 100

[[test]]
name = "a print server with twenty printers"
alerts = []
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.2.8 srcport=5{n:04} srcintf="LAN" dstip=10.20.6.{n} dstport=9100 dstintf="LAN2" proto=6 action="deny" policyid=12 service="tcp/9100" sentbyte=0 rcvdbyte=0 duration=1'
every = "5s"
count = 20

[[test]]
name = "a browser whose QUIC is refused"
alerts = []
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.4.77 srcport=5{n:04} srcintf="LAN" dstip=203.0.113.{n} dstport=443 dstintf="wan1" proto=17 action="deny" policyid=12 service="udp/443" sentbyte=0 rcvdbyte=0 duration=1'
every = "1s"
count = 100
---*/
SELECT source_ip, destination_port, count(DISTINCT destination_ip) AS targets
FROM events
WHERE class = 'network' AND event_action = 'connection_denied' AND source_ip IS NOT NULL AND is_private_ip(source_ip)
  AND is_private_ip(destination_ip) AND in_list(source_ip, 'known_scanners') IS NOT TRUE
GROUP BY source_ip, destination_port
HAVING count(DISTINCT destination_ip) >= $targets
