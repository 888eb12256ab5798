/*---
id = "NT-11"
title.en = "Signature of an attack seen on the network"
title.it = "Firma di un attacco vista sulla rete"
description.en = "An intrusion detection system or firewall matched the signature of an attack of some weight."
description.it = "Un sistema di rilevamento delle intrusioni o il firewall ha riconosciuto la firma di un attacco di un certo peso."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1190", "T1210"]
acn_class = "Sfruttamento di vulnerabilità / da firma"
requires = { classes = ["network"], columns = ["source_ip"] }
false_positives = ["a signature that matches an application of ours"]
false_positives_it = ["una firma che scatta su una nostra applicazione"]
response_it = [
  "1. Vedere se il traffico è stato bloccato.",
  "2. Se non lo è stato, verificare la macchina di destinazione.",
  "3. Se parte da un PC interno, isolarlo.",
]

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a signature"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<185>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0419016384" type="utm" subtype="ips" eventtype="signature" level="alert" vd="root" severity="high" srcip=203.0.113.9 srccountry="Reserved" dstip=192.0.2.14 srcintf="wan1" dstintf="DMZ" sessionid=11 action="dropped" proto=6 service="HTTP" policyid=12 attack="Prova.Remote.Code.Execution" srcport=40000 dstport=443 attackid=49999 msg="web_app: Prova"'''

[[test]]
name = "a flow"
alerts = []
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=203.0.113.9 srcport=5{n:04} srcintf="wan1" dstip=192.0.2.14 dstport=443 dstintf="DMZ" proto=6 action="deny" policyid=12 service="x" sentbyte=0 rcvdbyte=0 duration=1'''
count = 1
---*/
SELECT source_ip, rule_name, destination_ip
FROM events
WHERE class = 'network' AND event_action = 'intrusion_detected' AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND coalesce(lower(log_level), 'high') NOT IN ('info', 'informational', 'low', 'notice', 'debug', 'information')
