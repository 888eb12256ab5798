/*---
id = "NT-02"
title.en = "Vertical scan from outside that found something"
title.it = "Scansione esterna con risposta"
description.en = "Port scan followed by accepted connections."
description.it = "Un indirizzo esterno prova molte porte e poi una connessione viene accettata."
severity = "medium"
family = "both"
window = "1h"
attack = ["T1595.001", "T1046"]
acn_class = "Scansione / -"
requires = { classes = ["network"], columns = ["source_ip", "destination_port"] }
false_positives = ["security rating companies"]
false_positives_it = ["le società che danno voti alla sicurezza"]
response_it = [
  "1. Vedere quale porta ha risposto.",
  "2. Chiuderla o metterla in VPN.",
]

[param]
ports = 30

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "two hundred ports, then RDP opens"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=198.51.100.60 srcport=5{n:04} srcintf="wan1" dstip=192.0.2.14 dstport=1{n:03} dstintf="DMZ" proto=6 action="deny" policyid=12 service="tcp/1{n:03}" sentbyte=0 rcvdbyte=0 duration=1'
every = "1s"
count = 200
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=198.51.100.60 srcport=5{n:04} srcintf="wan1" dstip=192.0.2.14 dstport=3389 dstintf="DMZ" proto=6 action="close" policyid=12 service="tcp/3389" sentbyte=4000 rcvdbyte=9000 duration=1'
at = "5m"

[[test]]
name = "denied everywhere"
alerts = []
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=198.51.100.60 srcport=5{n:04} srcintf="wan1" dstip=192.0.2.14 dstport=1{n:03} dstintf="DMZ" proto=6 action="deny" policyid=12 service="tcp/1{n:03}" sentbyte=0 rcvdbyte=0 duration=1'
every = "1s"
count = 200
---*/
SELECT source_ip, count(DISTINCT destination_port) FILTER (WHERE event_action = 'connection_denied') AS ports
FROM events
WHERE class = 'network' AND event_action IN ('connection_denied', 'connection_allowed') AND source_ip IS NOT NULL AND NOT is_private_ip(source_ip)
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
GROUP BY source_ip
HAVING count(DISTINCT destination_port) FILTER (WHERE event_action = 'connection_denied') >= $ports
   AND max(timestamp) FILTER (WHERE event_action = 'connection_allowed') > min(timestamp) FILTER (WHERE event_action = 'connection_denied')
