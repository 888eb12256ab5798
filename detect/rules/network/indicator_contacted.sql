/*---
id = "NT-04"
title.en = "Contact with an indicator of compromise"
title.it = "Contatto con un indicatore di compromissione"
description.en = "An address, name or file on the list of indicators that CNAIPIC, CSIRT or another comune shared."
description.it = "Un indirizzo, un nome o un file nell'elenco di indicatori condivisi da CNAIPIC, CSIRT o un altro Comune."
severity = "high"
family = "both"
entity = ["source_ip", "destination_ip", "name"]
attack = ["T1071", "T1102"]
acn_class = "Malware / da indicatore"
requires = { columns = ["source_ip"] }
false_positives = ["an address that many sites share"]
false_positives_it = ["un indirizzo condiviso da molti siti"]
response_it = [
  "1. Isolare la macchina.",
  "2. Verificare da quando contatta.",
  "3. Rispondere al COSC con l'esito.",
]
privacy = "yes, workstation"

[list.indicators]
when_empty = "silent"

[[test]]
name = "a connection to a listed address"
lists = { indicators = ["203.0.113.66"] }
alerts = [{ source_ip = "10.20.4.31", destination_ip = "203.0.113.66" }]
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.4.31 srcport=5{n:04} srcintf="ssl.root" dstip=203.0.113.66 dstport=443 dstintf="LAN" proto=6 action="close" policyid=12 service="tcp" sentbyte=4000 rcvdbyte=9000 duration=1'''

[[test]]
name = "another address"
lists = { indicators = ["203.0.113.66"] }
alerts = []
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.4.31 srcport=5{n:04} srcintf="ssl.root" dstip=203.0.113.67 dstport=443 dstintf="LAN" proto=6 action="close" policyid=12 service="tcp" sentbyte=4000 rcvdbyte=9000 duration=1'''
---*/
SELECT source_ip, destination_ip, coalesce(dns_question_name, url_domain) AS name
FROM events
WHERE in_list(destination_ip, 'indicators') OR in_list(source_ip, 'indicators') OR in_list(dns_question_name, 'indicators')
   OR in_list(url_domain, 'indicators') OR in_list(file_hash_sha256, 'indicators')
