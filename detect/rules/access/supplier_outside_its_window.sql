/*---
id = "AC-19"
title.en = "Supplier outside its window"
title.it = "Fornitore collegato fuori dalla finestra concordata"
description.en = "Remote maintenance at the wrong time or without ticket."
description.it = "Un account di fornitore entra fuori dall'orario d'ufficio."
severity = "medium"
family = "both"
entity = ["user_name", "source_ip"]
attack = ["T1133", "T1199"]
acn_class = "Accesso di terzi / -"
requires = { classes = ["authentication"], columns = ["user_name"] }
false_positives = ["urgent repair agreed by phone (close with a note)"]
false_positives_it = ["una riparazione urgente concordata al telefono (chiudere con una nota)"]
response_it = [
  "1. Chiamare il fornitore.",
  "2. Chiedere il motivo per iscritto.",
  "3. Aggiornare la finestra se è legittimo.",
]

[list.suppliers]
when_empty = "nothing-listed"

[[test]]
name = "a supplier at three in the morning"
start = "2026-03-15T03:10:00+01:00"
alerts = [{ user_name = "fornitore1" }]
[[test.line]]
text = '<190>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0101039424" type="event" subtype="vpn" level="information" vd="root" logdesc="SSL VPN tunnel up" action="tunnel-up" tunneltype="ssl-tunnel" tunnelid=11 remip=198.51.100.23 user="fornitore1" group="fornitori" msg="SSL tunnel established"'

[[test]]
name = "a supplier in office hours"
alerts = []
[[test.line]]
text = '<190>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0101039424" type="event" subtype="vpn" level="information" vd="root" logdesc="SSL VPN tunnel up" action="tunnel-up" tunneltype="ssl-tunnel" tunnelid=11 remip=198.51.100.23 user="fornitore1" group="fornitori" msg="SSL tunnel established"'
---*/
SELECT user_name, source_ip, host_name
FROM events
WHERE class IN ('authentication', 'network') AND event_action IN ('login', 'vpn_connect', 'session_open') AND event_outcome = 'success'
  AND (in_list(user_name, 'suppliers') OR regexp_like(user_name, '^(fornitore|supplier|ext[._-])', 'i'))
  AND off_hours(timestamp)
