/*---
id = "SC-12"
version = 2
title.en = "Backup failed twice"
title.it = "Backup fallito due volte"
description.en = "Failure of the safety net: the same job failed twice in two days and did not succeed between. A job that does not start at all leaves nothing to see."
description.it = "Lo stesso backup è fallito due volte di fila in due giorni. Un lavoro che non parte affatto non lascia nulla da vedere."
severity = "high"
family = "continuity"
window = "36h"
entity = ["job"]
attack = []
acn_class = "Disservizio / IS-3 (precursore)"
requires = { classes = ["service"] }
false_positives = ["public holiday with job scheduled on weekdays", "tape not changed"]
false_positives_it = ["un giorno festivo con il lavoro previsto nei feriali", "il nastro non cambiato"]
response_it = [
  "1. Aprire il prodotto di backup e leggere l'errore.",
  "2. Rilanciare il lavoro.",
  "3. Se fallisce due notti, chiamare il fornitore.",
]

[param]
failures = 2

[[test]]
name = "two nights without a backup"
alerts = [{ job = "Backup notturno" }]
[[test.line]]
text = '''<14>1 {rfc3339us} VEEAM01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=190 JobID="7a11" JobName="Backup notturno" JobResult="2" JobType="0" SessionType="20" Version="1" Description="Backup job 'Backup notturno' finished with Failed. Job details: none."]'''
every = "24h"
count = 2

[[test]]
name = "one failure, then it works"
alerts = []
[[test.line]]
text = '''<14>1 {rfc3339us} VEEAM01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=190 JobID="7a11" JobName="Backup notturno" JobResult="2" JobType="0" SessionType="20" Version="1" Description="Backup job 'Backup notturno' finished with Failed. Job details: none."]'''
[[test.line]]
text = '''<14>1 {rfc3339us} VEEAM01 Veeam_MP - - [origin enterpriseId="31023"] [categoryId=0 instanceId=190 JobID="7a11" JobName="Backup notturno" JobResult="0" JobType="0" SessionType="20" Version="1" Description="Backup job 'Backup notturno' finished with Success. Job details: none."]'''
at = "24h"
---*/
SELECT tenant, coalesce(fields['job'], service_name) AS job, count(*) FILTER (WHERE event_outcome = 'failure') AS failures
FROM events
WHERE event_action = 'backup_end'
GROUP BY tenant, coalesce(fields['job'], service_name)
HAVING count(*) FILTER (WHERE event_outcome = 'failure') >= $failures
   AND count(*) FILTER (WHERE event_outcome = 'success') = 0
