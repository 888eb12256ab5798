/*---
id = "SC-01"
version = 2
title.en = "Volumetric flood on the line"
title.it = "Attacco DDoS volumetrico sulla linea"
description.en = "Flood that fills the Internet line or the firewall's session table."
description.it = "Un diluvio di connessioni da molti indirizzi satura la linea o la tabella delle sessioni del firewall."
severity = "critical"
family = "continuity"
window = "1m"
attack = ["T1498", "T1498.001", "T1498.002"]
acn_class = "DDoS / IS-3"
requires = { classes = ["network"], columns = ["source_ip", "destination_ip"] }
false_positives = ["video streaming of the council meeting", "backup to cloud seen from outside", "provider's own probes"]
false_positives_it = ["la diretta del Consiglio comunale", "il backup in cloud visto dall'esterno", "le sonde del provider"]
response_it = [
  "1. Chiamare il provider e chiedere il filtro (clean pipe) indicando l'indirizzo sotto attacco.",
  "2. Mettere il sito in pagina di cortesia o dietro CDN.",
  "3. Non riavviare il firewall: salvare prima i log.",
  "4. Segnalare al COSC e al CSIRT Italia.",
]

[param]
rate = 1500
rate_accepted = 6000
sources = 200

[[test]]
name = "the firewall itself reports a flood"
alerts = [{ destination_ip = "192.0.2.10" }]
[[test.line]]
text = '<185>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0720018432" type="utm" subtype="anomaly" eventtype="anomaly" level="alert" vd="root" severity="critical" srcip=198.51.100.23 srccountry="Reserved" dstip=192.0.2.10 srcintf="wan1" sessionid=0 action="clear_session" proto=17 service="udp/53" count=40000 attack="udp_flood" srcport=5353 dstport=53 attackid=285212772 policyid=1 policytype="DoS-policy" msg="anomaly: udp_flood, 40001 > threshold 2000"'

[[test]]
name = "a thousand sources in half a minute"
alerts = [{ destination_ip = "192.0.2.10" }]
[[test.line]]
text = '<4>{rfc3164} gw kernel: [183221.442] FW-DROP: IN=eth0 OUT= MAC=52:54:00:aa:bb:cc:52:54:00:dd:ee:ff:08:00 SRC=198.51.100.{n} DST=192.0.2.10 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=54321 PROTO=UDP SPT=4{n:04} DPT=53 LEN=40'
every = "100ms"
count = 250
[[test.line]]
text = '<4>{rfc3164} gw kernel: [183221.442] FW-DROP: IN=eth0 OUT= MAC=52:54:00:aa:bb:cc:52:54:00:dd:ee:ff:08:00 SRC=203.0.113.{n} DST=192.0.2.10 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=54321 PROTO=UDP SPT=4{n:04} DPT=53 LEN=40'
every = "100ms"
count = 250
[[test.line]]
text = '<4>{rfc3164} gw kernel: [183221.442] FW-DROP: IN=eth0 OUT= MAC=52:54:00:aa:bb:cc:52:54:00:dd:ee:ff:08:00 SRC=203.0.113.77 DST=192.0.2.10 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=54321 PROTO=UDP SPT=4{n:04} DPT=53 LEN=40'
every = "20ms"
count = 1200

[[test]]
name = "ordinary noise of the Internet"
alerts = []
[[test.line]]
text = '<4>{rfc3164} gw kernel: [183221.442] FW-DROP: IN=eth0 OUT= MAC=52:54:00:aa:bb:cc:52:54:00:dd:ee:ff:08:00 SRC=198.51.100.{n} DST=192.0.2.10 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=54321 DF PROTO=TCP SPT=44321 DPT=3389 WINDOW=64240 RES=0x00 SYN URGP=0'
every = "3s"
count = 200

[[test]]
name = "a click day behind the firewall"
alerts = []
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=198.51.100.{n} srcport=5{n:04} srcintf="wan1" dstip=192.0.2.10 dstport=443 dstintf="DMZ" proto=6 action="accept" policyid=12 service="HTTPS" sentbyte=1200 rcvdbyte=9000 duration=1'
every = "100ms"
count = 250
[[test.line]]
text = '<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=203.0.113.9 srcport=5{n:04} srcintf="wan1" dstip=192.0.2.10 dstport=443 dstintf="DMZ" proto=6 action="accept" policyid=12 service="HTTPS" sentbyte=1200 rcvdbyte=9000 duration=1'
every = "20ms"
count = 1500
---*/
SELECT destination_ip, sum(event_count) AS connections, count(DISTINCT source_ip) AS sources
FROM events
WHERE class = 'network' AND destination_ip IS NOT NULL
  AND (event_action = 'ddos_detected'
    OR (event_action IN ('connection_allowed', 'connection_denied') AND source_ip IS NOT NULL AND NOT is_private_ip(source_ip)))
GROUP BY destination_ip
HAVING (count(DISTINCT source_ip) >= $sources
      AND (sum(event_count) FILTER (WHERE event_action = 'connection_denied') >= $rate OR sum(event_count) >= $rate_accepted))
    OR count(*) FILTER (WHERE event_action = 'ddos_detected') >= 1
