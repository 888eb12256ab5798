/*---
id = "NT-06"
title.en = "SMB or RDP to the outside"
title.it = "Traffico SMB o RDP verso l'esterno"
description.en = "NTLM theft or remote control outward."
description.it = "Un computer interno parla SMB o controllo remoto con Internet."
severity = "medium"
family = "both"
entity = ["source_ip", "destination_ip"]
attack = ["T1048", "T1021.001", "T1187"]
acn_class = "Errata configurazione / -"
requires = { classes = ["network"], columns = ["destination_ip", "destination_port"] }
false_positives = ["Azure file share of the supplier (listed)"]
false_positives_it = ["la condivisione Azure del fornitore (in elenco)"]
response_it = [
  "1. Bloccare in uscita 445 e 3389.",
  "2. Vedere da quale PC.",
]
privacy = "yes, workstation"

[list.known_destinations]
when_empty = "nothing-listed"

[[test]]
name = "SMB to the Internet"
alerts = [{ source_ip = "10.20.4.77" }]
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.4.77 srcport=5{n:04} srcintf="LAN" dstip=203.0.113.80 dstport=445 dstintf="wan1" proto=6 action="close" policyid=12 service="tcp/445" sentbyte=500 rcvdbyte=100 duration=1'

[[test]]
name = "SMB to the file server"
alerts = []
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.4.77 srcport=5{n:04} srcintf="LAN" dstip=10.20.2.20 dstport=445 dstintf="LAN2" proto=6 action="close" policyid=12 service="tcp/445" sentbyte=500 rcvdbyte=100 duration=1'
---*/
SELECT source_ip, destination_ip, destination_port
FROM events
WHERE class = 'network' AND event_action = 'connection_allowed' AND destination_port IN (23, 445, 3389, 5900)
  AND is_private_ip(source_ip) AND destination_ip IS NOT NULL AND NOT is_private_ip(destination_ip)
  AND in_list(destination_ip, 'known_destinations') IS NOT TRUE
