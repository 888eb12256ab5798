/*---
id = "NT-10"
title.en = "Port scan refused by the firewall"
title.it = "Scansione di porte respinta dal firewall"
description.en = "An address of the outside tries many ports of one machine in a minute and is refused. NT-02 says when one answered."
description.it = "Un indirizzo esterno prova in un minuto molte porte di una macchina e viene respinto. NT-02 avvisa se una ha risposto."
severity = "low"
family = "both"
window = "60s"
attack = ["T1595.001", "T1046"]
acn_class = "Scansione / -"
requires = { classes = ["network"], columns = ["source_ip", "destination_port"] }
false_positives = ["a company that gives marks to the security of others: put it into known_scanners"]
false_positives_it = ["una società che dà voti alla sicurezza altrui: metterla in known_scanners"]
response_it = [
  "1. Nessuna urgenza: il firewall ha respinto.",
  "2. Verificare che nessuna porta abbia risposto (NT-02).",
  "3. Bloccare l'indirizzo se insiste.",
]

[param]
ports = 15

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "forty ports in twenty seconds"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=203.0.113.9 srcport=5{n:04} srcintf="wan1" dstip=192.0.2.14 dstport=1{n:03} dstintf="DMZ" proto=6 action="deny" policyid=12 service="x" sentbyte=0 rcvdbyte=0 duration=1'''
count = 40
every = "500ms"

[[test]]
name = "knocks on one port"
alerts = []
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=203.0.113.9 srcport=5{n:04} srcintf="wan1" dstip=192.0.2.14 dstport=445 dstintf="DMZ" proto=6 action="deny" policyid=12 service="x" sentbyte=0 rcvdbyte=0 duration=1'''
count = 40
every = "500ms"

[[test]]
name = "the announced scan"
alerts = []
lists.known_scanners = ["203.0.113.9"]
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=203.0.113.9 srcport=5{n:04} srcintf="wan1" dstip=192.0.2.14 dstport=1{n:03} dstintf="DMZ" proto=6 action="deny" policyid=12 service="x" sentbyte=0 rcvdbyte=0 duration=1'''
count = 40
every = "500ms"
---*/
SELECT source_ip, count(DISTINCT destination_port) AS ports
FROM events
WHERE class = 'network' AND event_action = 'connection_denied' AND source_ip IS NOT NULL
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
GROUP BY source_ip
HAVING count(DISTINCT destination_port) >= $ports
