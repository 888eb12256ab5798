/*---
id = "SC-19"
title.en = "RAID or disk degrading"
title.it = "RAID o disco in degrado"
description.en = "A disk is about to fail or has left its array: the next failure loses data."
description.it = "Un disco sta per rompersi o è uscito dal RAID: il prossimo guasto perde dati."
severity = "medium"
family = "continuity"
entity = ["host_name", "component"]
acn_class = "Guasto / IS-3"
requires = { columns = ["host_name", "process_name"] }
false_positives = ["a scheduled check of the array"]
false_positives_it = ["una verifica programmata del RAID"]
response_it = [
  "1. Verificare che l'ultimo backup sia riuscito.",
  "2. Sostituire il disco: chiedere al fornitore oggi.",
  "3. Non riavviare prima di avere il disco nuovo.",
]

[[test]]
name = "a disk leaves the array"
alerts = [{ host_name = "srv-file", component = "mdadm" }]
[[test.line]]
text = '''<28>{rfc3164} srv-file mdadm[812]: Fail event detected on md device /dev/md0, component device /dev/sdb1'''

[[test]]
name = "sectors that cannot be read"
alerts = [{ host_name = "srv-file", component = "smartd" }]
[[test.line]]
text = '''<26>{rfc3164} srv-file smartd[712]: Device: /dev/sda [SAT], 8 Offline uncorrectable sectors'''

[[test]]
name = "the monthly check"
alerts = []
[[test.line]]
text = '''<30>{rfc3164} srv-file mdadm[812]: RebuildFinished event detected on md device /dev/md0'''
[[test.line]]
text = '''<30>{rfc3164} srv-file smartd[712]: Device: /dev/sda [SAT], SMART Usage Attribute: 194 Temperature_Celsius changed from 64 to 62'''
---*/
SELECT host_name, coalesce(process_name, service_name) AS component
FROM events
WHERE (process_name IN ('mdadm', 'smartd', 'megaraid', 'MR_MONITOR', 'ssacli', 'hpssa', 'zed', 'omsa') OR event_action = 'health_change')
  AND coalesce(event_outcome, '') <> 'success'
  AND regexp_like(message, '(degraded|fail(ed|ure)? ?(event|spare|disk)|(disk|drive|raid|volume|pool)[^.]{0,40}(fail|crash|bad sector)|offline uncorrectable|currently unreadable|FAILED SMART|prefailure|predict(ive|ed) fail|state is FAULTED)', 'i')
