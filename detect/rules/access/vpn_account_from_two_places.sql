/*---
id = "AC-21"
version = 2
title.en = "VPN account used at the same time from two places"
title.it = "Utenza VPN usata contemporaneamente da due luoghi"
description.en = "Shared or stolen VPN credentials."
description.it = "Lo stesso account VPN si collega in pochi minuti da due reti diverse."
severity = "high"
family = "both"
window = "10m"
attack = ["T1133", "T1078"]
acn_class = "Compromissione account / IS-4"
requires = { columns = ["user_name", "source_ip"] }
false_positives = ["one person with laptop and phone (same city)"]
false_positives_it = ["una persona con portatile e telefono (stessa città)"]
response_it = [
  "1. Sentire l'utente.",
  "2. Se non è lui, disabilitare e revocare il certificato.",
  "3. Controllare cosa ha raggiunto.",
]
privacy = "yes, employee account"

[param]
addresses = 2

[[test]]
name = "two networks in five minutes"
alerts = [{ user_name = "mrossi" }]
[[test.line]]
text = '<190>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0101039424" type="event" subtype="vpn" level="information" vd="root" logdesc="SSL VPN tunnel up" action="tunnel-up" tunneltype="ssl-tunnel" tunnelid=11 remip=198.51.100.23 user="mrossi" group="staff" msg="SSL tunnel established"'
[[test.line]]
text = '<190>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0101039424" type="event" subtype="vpn" level="information" vd="root" logdesc="SSL VPN tunnel up" action="tunnel-up" tunneltype="ssl-tunnel" tunnelid=12 remip=203.0.113.77 user="mrossi" group="staff" msg="SSL tunnel established"'
at = "5m"

[[test]]
name = "the same address again"
alerts = []
[[test.line]]
text = '<190>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0101039424" type="event" subtype="vpn" level="information" vd="root" logdesc="SSL VPN tunnel up" action="tunnel-up" tunneltype="ssl-tunnel" tunnelid=11 remip=198.51.100.23 user="mrossi" group="staff" msg="SSL tunnel established"'
every = "2m"
count = 3

[[test]]
name = "from home to the office: one tunnel ends, the other begins"
alerts = []
[[test.line]]
text = '<190>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0101039424" type="event" subtype="vpn" level="information" vd="root" logdesc="SSL VPN tunnel up" action="tunnel-up" tunneltype="ssl-tunnel" tunnelid=11 remip=198.51.100.23 user="mrossi" group="staff" msg="SSL tunnel established"'
[[test.line]]
text = '<190>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0101039425" type="event" subtype="vpn" level="information" vd="root" logdesc="SSL VPN tunnel down" action="tunnel-down" tunneltype="ssl-tunnel" tunnelid=11 remip=198.51.100.23 user="mrossi" group="staff" duration=120 sentbyte=10 rcvdbyte=10 msg="SSL tunnel shutdown"'
at = "2m"
[[test.line]]
text = '<190>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0101039424" type="event" subtype="vpn" level="information" vd="root" logdesc="SSL VPN tunnel up" action="tunnel-up" tunneltype="ssl-tunnel" tunnelid=12 remip=203.0.113.77 user="mrossi" group="staff" msg="SSL tunnel established"'
at = "5m"
---*/
-- An address that was left meanwhile is not one of two at the same time.
SELECT user_name, count(DISTINCT source_ip) AS addresses
FROM events
WHERE (event_action IN ('vpn_connect', 'session_open') AND event_outcome = 'success' OR event_action = 'vpn_disconnect') AND class IN ('network', 'authentication')
  AND source_ip IS NOT NULL AND NOT is_private_ip(source_ip) AND user_name IS NOT NULL
GROUP BY user_name
HAVING count(DISTINCT source_ip) FILTER (WHERE event_action <> 'vpn_disconnect')
     - count(DISTINCT source_ip) FILTER (WHERE event_action = 'vpn_disconnect') >= $addresses
