/*---
id = "SC-13"
version = 2
title.en = "Backups deleted or retention lowered"
title.it = "Backup cancellati o conservazione ridotta"
description.en = "Attacker removing the way back."
description.it = "Backup, punti di ripristino o snapshot cancellati da una persona, o conservati per meno tempo."
severity = "critical"
family = "continuity"
entity = ["user_name", "host_name"]
attack = ["T1490", "T1485"]
acn_class = "Ransomware / IS-2"
requires = { classes = ["service"] }
false_positives = ["administrator freeing space: ask first", "retention shortened on purpose: ask who decided it"]
false_positives_it = ["l'amministratore che libera spazio: prima chiedere", "conservazione ridotta di proposito: chiedere chi l'ha deciso"]
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

[[test]]
name = "retention lowered from thirty days to two"
alerts = [{ host_name = "VEEAM01" }]
[[test.line]]
text = '''<14>1 {rfc3339us} VEEAM01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=23050 JobID="7a11" JobName="Backup notturno" ChangesXML="<changes><object><property internal="RetentionDays" type="Integer"><old>30</old><new>2</new></property></object></changes>" UserName="COMUNE\adm.gio" Version="1" Description="Backup job 'Backup notturno' has been modified."]'''

[[test]]
name = "retention raised"
alerts = []
[[test.line]]
text = '''<14>1 {rfc3339us} VEEAM01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=23050 JobID="7a11" JobName="Backup notturno" ChangesXML="<changes><object><property internal="RetentionDays" type="Integer"><old>7</old><new>30</new></property></object></changes>" UserName="COMUNE\adm.gio" Version="1" Description="Backup job 'Backup notturno' has been modified."]'''

[[test]]
name = "old restore points go by retention, night after night"
alerts = []
[[test.line]]
text = '''<14>1 {rfc3339us} VEEAM01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=10050 JobID="7a11" JobName="Backup notturno" UserName="" Description="Restore point for VM srv-file has been deleted by retention policy."]'''
[[test.line]]
text = '<30>{rfc3164} pve1 pvescheduler[2201]: end task UPID:pve1:0000A1B2:0001C3D4:69B7A1C0:prunejob:copie:root@pam: OK'
[[test.line]]
text = '<30>{rfc3164} srv-bkp bacula-dir: 16-Mar 03:12 bacula-dir JobId 712: Pruned 4 Jobs for client srv-file-fd from catalog.'
---*/
-- What the product removes by its own retention, and the snapshot it takes away behind each backup, is its daily work.
SELECT user_name, host_name, coalesce(fields['job'], fields['object']) AS object
FROM events
WHERE (event_action IN ('backup_delete', 'snapshot_delete') AND coalesce(event_outcome, '') <> 'failure'
    AND coalesce(fields['reason'], '') <> 'retention' AND format <> 'bacula'
    AND NOT (event_action = 'snapshot_delete' AND regexp_like(coalesce(user_name, ''), '(veeam|backup|bkp)', 'i'))
    AND in_list(user_name, 'backup_accounts') IS NOT TRUE)
   OR (event_action = 'config_change' AND coalesce(event_outcome, '') <> 'failure'
    AND regexp_like(fields['cfg_path'], '^Ret(ention|ain)|^RestorePoints')
    AND TRY_CAST(fields['new'] AS BIGINT) < TRY_CAST(fields['old'] AS BIGINT))
