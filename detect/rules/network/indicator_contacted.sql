/*---
id = "NT-04"
title.en = "Contact with an indicator of compromise"
title.it = "Contatto con un indicatore di compromissione"
description.en = "An address, a name (or its registered domain) or a file on the list of indicators that CNAIPIC, CSIRT or another comune shared. What comes from a listed address and is refused does not ring."
description.it = "Un indirizzo, un nome (o il suo dominio registrato) o un file nell'elenco di indicatori condivisi da CNAIPIC, CSIRT o un altro Comune. Ciò che arriva da un indirizzo in elenco e viene rifiutato non suona."
severity = "high"
family = "both"
entity = ["source_ip", "destination_ip", "name"]
attack = ["T1071", "T1102"]
acn_class = "Malware / da indicatore"
requires = { columns = ["source_ip"] }
false_positives = ["an address that many sites share"]
false_positives_it = ["un indirizzo condiviso da molti siti"]
response_it = [
  "1. Se il contatto parte da una macchina nostra, isolarla; se arriva dall'indicatore, bloccarlo sul firewall.",
  "2. Verificare da quando c'è il contatto e che cosa ha risposto la nostra macchina.",
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

[[test]]
name = "a refused connection to a listed address"
lists = { indicators = ["203.0.113.66"] }
alerts = [{ source_ip = "10.20.4.31", destination_ip = "203.0.113.66" }]
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.20.4.31 srcport=5{n:04} srcintf="wan1" dstip=203.0.113.66 dstport=443 dstintf="LAN" proto=6 action="deny" policyid=12 service="tcp" sentbyte=4000 rcvdbyte=9000 duration=1'''

[[test]]
name = "a listed address comes in"
lists = { indicators = ["203.0.113.66"] }
alerts = [{ source_ip = "203.0.113.66", destination_ip = "10.20.4.31" }]
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=203.0.113.66 srcport=5{n:04} srcintf="wan1" dstip=10.20.4.31 dstport=443 dstintf="LAN" proto=6 action="close" policyid=12 service="tcp" sentbyte=4000 rcvdbyte=9000 duration=1'''

[[test]]
name = "the firewall keeps a listed scanner out"
lists = { indicators = ["203.0.113.66"] }
alerts = []
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=203.0.113.66 srcport=5{n:04} srcintf="wan1" dstip=10.20.4.31 dstport=443 dstintf="LAN" proto=6 action="deny" policyid=12 service="tcp" sentbyte=4000 rcvdbyte=9000 duration=1'''

[[test]]
name = "a host of a listed domain is looked up"
lists = { indicators = ["evil.example"] }
alerts = [{ source_ip = "10.20.4.31", name = "a.evil.example" }]
[[test.line]]
text = '''<30>{rfc3164} dns dnsmasq[612]: query[A] a.evil.example from 10.20.4.31'''

[[test]]
name = "a listed host is looked up"
lists = { indicators = ["a.evil.example"] }
alerts = [{ source_ip = "10.20.4.31", name = "a.evil.example" }]
[[test.line]]
text = '''<30>{rfc3164} dns dnsmasq[612]: query[A] a.evil.example from 10.20.4.31'''

[[test]]
name = "another host of the same domain"
lists = { indicators = ["b.evil.example"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} dns dnsmasq[612]: query[A] a.evil.example from 10.20.4.31'''

[[test]]
name = "a name that only ends alike"
lists = { indicators = ["evil.example"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} dns dnsmasq[612]: query[A] notevil.example from 10.20.4.31'''

[[test]]
name = "a page of a listed domain"
lists = { indicators = ["evil.example"] }
alerts = [{ source_ip = "10.20.4.31", name = "www.evil.example" }]
[[test.line]]
text = '''{epoch}.112    812 10.20.4.31 TCP_MISS/200 4211 GET http://www.evil.example/a.bin - HIER_DIRECT/203.0.113.80 application/octet-stream'''

[[test]]
name = "a page of a listed host"
lists = { indicators = ["www.evil.example"] }
alerts = [{ source_ip = "10.20.4.31", name = "www.evil.example" }]
[[test.line]]
text = '''{epoch}.112    812 10.20.4.31 TCP_MISS/200 4211 GET http://www.evil.example/a.bin - HIER_DIRECT/203.0.113.80 application/octet-stream'''

[[test]]
name = "a page of another domain"
lists = { indicators = ["evil.example"] }
alerts = []
[[test.line]]
text = '''{epoch}.112    812 10.20.4.31 TCP_MISS/200 4211 GET http://www.buono.example/a.bin - HIER_DIRECT/203.0.113.80 application/octet-stream'''

[[test]]
name = "a listed file"
lists = { indicators = ["abababababababababababababababababababababababababababababababab"] }
alerts = [{ name = "abababababababababababababababababababababababababababababababab" }]
[[test.line]]
text = '''{"timestamp":"{iso_utc}","flow_id":1,"event_type":"fileinfo","src_ip":"203.0.113.80","src_port":80,"dest_ip":"10.20.4.31","dest_port":51021,"proto":"TCP","fileinfo":{"filename":"/a.bin","state":"CLOSED","sha256":"abababababababababababababababababababababababababababababababab","size":4211}}'''

[[test]]
name = "another file"
lists = { indicators = ["abababababababababababababababababababababababababababababababab"] }
alerts = []
[[test.line]]
text = '''{"timestamp":"{iso_utc}","flow_id":1,"event_type":"fileinfo","src_ip":"203.0.113.80","src_port":80,"dest_ip":"10.20.4.31","dest_port":51021,"proto":"TCP","fileinfo":{"filename":"/a.bin","state":"CLOSED","sha256":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd","size":4211}}'''
---*/
-- A listed address that was refused has reached nothing; a machine of ours that was refused is asking for it.
SELECT source_ip, destination_ip, coalesce(dns_question_name, url_domain, file_hash_sha256) AS name
FROM events
WHERE in_list(destination_ip, 'indicators')
   OR (in_list(source_ip, 'indicators') AND coalesce(event_outcome, '') <> 'failure' AND coalesce(event_action, '') <> 'connection_denied')
   OR in_list(dns_question_name, 'indicators') OR in_list(registrable_domain(dns_question_name), 'indicators')
   OR in_list(url_domain, 'indicators') OR in_list(registrable_domain(url_domain), 'indicators')
   OR in_list(file_hash_sha256, 'indicators')
