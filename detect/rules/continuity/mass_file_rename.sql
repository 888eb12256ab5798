/*---
id = "SC-07"
title.en = "Mass file renaming on a share"
title.it = "Rinomina di massa di file su una condivisione"
description.en = "Encryption in progress through Samba, Windows share or NAS."
description.it = "Un utente rinomina in pochi minuti moltissimi file dando a tutti la stessa estensione nuova: cifratura in corso."
severity = "critical"
family = "continuity"
window = "2m"
attack = ["T1486"]
acn_class = "Ransomware / IS-2, IS-3"
requires = { classes = ["file"], columns = ["file_path"] }
false_positives = ["a scanner or photographer renaming a folder (same known extension)", "supplier migrating documents"]
false_positives_it = ["uno scanner o un fotografo che rinomina una cartella (stessa estensione nota)", "il fornitore che migra i documenti"]
response_it = [
  "1. Staccare il PC con quell'indirizzo dalla rete.",
  "2. Disabilitare l'utente.",
  "3. Mettere la condivisione in sola lettura.",
  "4. Non pagare e segnalare al COSC.",
]

[param]
renames = 100

[[test]]
name = "three hundred files get one more extension"
alerts = [{ source_ip = "10.20.4.77" }]
[[test.line]]
text = '<14>{rfc3164} srv-file smbd_audit: COMUNE\mrossi|10.20.4.77|condivisa|renameat|ok|Ragioneria/f{n}.xlsx|Ragioneria/f{n}.xlsx.lkd'
every = "200ms"
count = 300

[[test]]
name = "a migration keeps the extensions"
alerts = []
[[test.line]]
text = '<14>{rfc3164} srv-file smbd_audit: COMUNE\svc_migra|10.20.4.77|condivisa|renameat|ok|Foto/IMG{n}.jpg|Foto/2026/IMG{n}.jpg'
every = "200ms"
count = 300

[[test]]
name = "log rotation"
alerts = []
[[test.line]]
text = '<14>{rfc3164} srv-file smbd_audit: COMUNE\mrossi|10.20.4.77|condivisa|renameat|ok|log/a{n}.log|log/a{n}.log.1'
every = "200ms"
count = 150
---*/
SELECT user_name, source_ip, sum(event_count) AS renames
FROM events
WHERE class = 'file' AND event_action = 'file_rename' AND fields['new_path'] IS NOT NULL
  AND fields['new_path'] LIKE concat(file_path, '.%')
  AND NOT regexp_like(fields['new_path'], '\.(gz|bak|old|tmp|log|zip|part|[0-9]{1,2})$', 'i')
GROUP BY user_name, source_ip
HAVING sum(event_count) >= $renames
