/*---
id = "DB-05"
title.en = "Access to registers off hours"
title.it = "Accesso alle banche dati fuori orario"
description.en = "Reads at night, on holidays, during the operator's leave."
description.it = "Consultazioni o esportazioni dai registri fuori dall'orario d'ufficio da parte di una persona."
severity = "medium"
family = "database"
window = "30m"
attack = ["T1078"]
acn_class = "Abuso di credenziali / IS-4"
requires = { classes = ["database"], columns = ["user_name"] }
false_positives = ["registrar on call for deaths", "election nights", "smart working in evening (first weeks raise the calendar)"]
false_positives_it = ["l'ufficiale di stato civile reperibile per i decessi", "le notti elettorali", "il lavoro agile serale (nelle prime settimane va aggiornato il calendario)"]
response_it = [
  "1. Chiamare l'operatore: era lui?",
  "2. Se no, cambiare password e chiudere sessioni.",
  "3. Guardare cosa ha letto.",
]
privacy = "yes, operators"

[param]
accesses = 10

[list.service_accounts]
when_empty = "nothing-listed"

[list.on_call]
when_empty = "nothing-listed"

[list.backup_accounts]
when_empty = "nothing-listed"

[[test]]
name = "fifteen look-ups at night"
start = "2026-03-16T23:05:00+01:00"
alerts = [{ user_name = "op.elettorale" }]
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=op.elettorale,db=elettorale,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,elettorale.elettori,"select * from elettorale.elettori where id = {n}",<not logged>,1'
every = "30s"
count = 15

[[test]]
name = "the same in the morning"
alerts = []
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=op.elettorale,db=elettorale,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,elettorale.elettori,"select * from elettorale.elettori where id = {n}",<not logged>,1'
every = "30s"
count = 15

[[test]]
name = "a batch at night"
start = "2026-03-16T23:05:00+01:00"
alerts = []
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=svc_batch,db=paghe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,paghe.cedolini,"select 1",<not logged>,1'
every = "5s"
count = 40
---*/
SELECT user_name, sum(event_count) AS accesses
FROM events
WHERE class = 'database' AND event_action IN ('query', 'export', 'data_change') AND off_hours(timestamp) AND user_name IS NOT NULL
  AND in_list(user_name, 'service_accounts') IS NOT TRUE AND in_list(user_name, 'backup_accounts') IS NOT TRUE AND in_list(user_name, 'on_call') IS NOT TRUE
  AND NOT regexp_like(user_name, '^(svc|srv|app|postgres|root|batch|etl|bi|bkp|backup|replica|zabbix|monitor)([_.-]|$)', 'i')
GROUP BY user_name
HAVING sum(event_count) >= $accesses
