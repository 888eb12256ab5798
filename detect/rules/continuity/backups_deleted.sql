/*---
id = "SC-13"
title.en = "Backups deleted or retention lowered"
title.it = "Backup cancellati o conservazione ridotta"
description.en = "Attacker removing the way back."
description.it = "Backup, punti di ripristino o snapshot cancellati da una persona."
severity = "critical"
family = "continuity"
entity = ["user_name", "host_name"]
attack = ["T1490", "T1485"]
acn_class = "Ransomware / IS-2"
requires = { classes = ["service"] }
false_positives = ["administrator freeing space: ask first"]
false_positives_it = ["l'amministratore che libera spazio: prima chiedere"]
response_it = [
  "1. Scollegare il repository di backup dalla rete.",
  "2. Cambiare le password del prodotto di backup.",
  "3. Verificare la copia fuori linea.",
  "4. Segnalare.",
]

[list.backup_accounts]
when_empty = "nothing-listed"

[[test]]
name = "restore points deleted"
alerts = [{ host_name = "VEEAM01" }]
[[test.line]]
text = '<14>1 {rfc3339us} VEEAM01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=25500 JobID="7a11" JobName="Backup notturno" UserName="COMUNE\\srv_backup" Description="Restore points have been deleted from disk"]'

[[test]]
name = "a backup that ended well"
alerts = []
[[test.line]]
text = '''<14>1 {rfc3339us} VEEAM01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=190 JobID="7a11" JobName="Backup notturno" JobResult="0" JobType="0" SessionType="20" Version="1" Description="Backup job 'Backup notturno' finished with Success. Job details: none."]'''
---*/
SELECT user_name, host_name, coalesce(fields['job'], fields['object']) AS object
FROM events
WHERE event_action IN ('backup_delete', 'snapshot_delete') AND coalesce(event_outcome, '') <> 'failure'
  AND in_list(user_name, 'backup_accounts') IS NOT TRUE
