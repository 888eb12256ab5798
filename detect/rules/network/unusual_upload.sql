/*---
id = "NT-08"
title.en = "Unusual upload volume"
title.it = "Volume anomalo di dati in uscita"
description.en = "Exfiltration by size: a machine sends far more to one destination outside than it does at that hour of the week, and a gigabyte at least."
description.it = "Un computer manda fuori in un'ora, verso una sola destinazione, molto più di quanto mandi di solito a quell'ora della settimana, e almeno un gigabyte."
severity = "high"
family = "both"
window = "1h"
attack = ["T1041", "T1048", "T1567"]
acn_class = "Esfiltrazione / IS-1"
requires = { classes = ["network"], columns = ["source_bytes", "destination_ip"] }
false_positives = ["cloud backup change", "council streaming", "sending CAD files to the province"]
false_positives_it = ["un cambio del backup in cloud", "la diretta del Consiglio", "l'invio di disegni CAD alla Provincia"]
response_it = [
  "1. Vedere destinazione e server.",
  "2. Bloccare.",
  "3. Cercare DB-06/DB-15.",
  "4. DPO.",
]
privacy = "no (servers), yes if staff PC"

[baseline]
of = "bytes"
times = 8
min_history = "14d"

[param]
bytes = 1000000000

[list.known_destinations]
when_empty = "nothing-listed"

[[test]]
name = "one and a half gigabytes"
alerts = [{ source_ip = "10.20.2.30" }]
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.2.30 srcport=5{n:04} srcintf="LAN" dstip=203.0.113.80 dstport=443 dstintf="wan1" proto=6 action="close" policyid=12 service="tcp/443" sentbyte=400000000 rcvdbyte=9000 duration=1'
every = "10m"
count = 4

[[test]]
name = "a video conference"
alerts = []
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.4.30 srcport=5{n:04} srcintf="LAN" dstip=203.0.113.80 dstport=443 dstintf="wan1" proto=6 action="close" policyid=12 service="tcp/443" sentbyte=60000000 rcvdbyte=90000000 duration=1'
every = "10m"
count = 4

[[test]]
name = "a copy that goes out every week at this hour"
start = "2026-05-04T10:00:00+02:00"
alerts = [{ source_ip = "10.20.2.30" }, { source_ip = "10.20.2.30" }]
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0200" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.2.30 srcport=5{n:04} srcintf="LAN" dstip=203.0.113.80 dstport=443 dstintf="wan1" proto=6 action="close" policyid=12 service="tcp/443" sentbyte=1900000000 rcvdbyte=9000 duration=1'
every = "7d"
count = 6

[[test]]
name = "the same copy three times as large"
start = "2026-05-04T10:00:00+02:00"
alerts = [{ source_ip = "10.20.2.30" }, { source_ip = "10.20.2.30" }, { source_ip = "10.20.2.30" }]
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0200" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.2.30 srcport=5{n:04} srcintf="LAN" dstip=203.0.113.80 dstport=443 dstintf="wan1" proto=6 action="close" policyid=12 service="tcp/443" sentbyte=1900000000 rcvdbyte=9000 duration=1'
every = "7d"
count = 5
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0200" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.2.30 srcport=5{n:04} srcintf="LAN" dstip=203.0.113.80 dstport=443 dstintf="wan1" proto=6 action="close" policyid=12 service="tcp/443" sentbyte=5700000000 rcvdbyte=9000 duration=1'
at = "35d"
---*/
SELECT source_ip, destination_ip, sum(source_bytes) AS bytes
FROM events
WHERE class = 'network' AND event_action IN ('connection_allowed', 'connection_closed') AND source_bytes IS NOT NULL
  AND is_private_ip(source_ip) AND destination_ip IS NOT NULL AND NOT is_private_ip(destination_ip)
  AND in_list(destination_ip, 'known_destinations') IS NOT TRUE
GROUP BY source_ip, destination_ip
HAVING sum(source_bytes) >= $bytes
