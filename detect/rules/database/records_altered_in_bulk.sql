/*---
id = "DB-19"
title.en = "Citizen records altered in bulk"
title.it = "Modifica massiva di dati anagrafici"
description.en = "Tampering with registers, electoral rolls, fines (verbali) erased."
description.it = "Molte righe di un registro modificate o cancellate in poco tempo da una persona."
severity = "high"
family = "database"
window = "30m"
attack = ["T1565.001", "T1485"]
acn_class = "Integrità dati / IS-2"
requires = { classes = ["database"], columns = ["db_statement", "user_name"] }
false_positives = ["yearly electoral revision", "supplier's correction script with ticket"]
false_positives_it = ["la revisione elettorale annuale", "uno script di correzione del fornitore con richiesta registrata"]
response_it = [
  "1. Fermare l'applicativo.",
  "2. Confrontare con il backup.",
  "3. Congelare i log.",
  "4. Segretario e DPO.",
]
privacy = "yes, operators"

[param]
changed = 1000
changed_off_hours = 20

[list.service_accounts]
when_empty = "nothing-listed"

[list.backup_accounts]
when_empty = "nothing-listed"

[[test]]
name = "forty records altered at night"
start = "2026-03-16T23:00:00+01:00"
alerts = [{ user_name = "op.elettorale" }]
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=op.elettorale,db=elettorale,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,WRITE,UPDATE,TABLE,elettorale.elettori,"update elettorale.elettori set sezione = 12 where id = {n}",<not logged>,1'
every = "20s"
count = 40

[[test]]
name = "ordinary work"
alerts = []
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=op.elettorale,db=elettorale,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,WRITE,UPDATE,TABLE,elettorale.elettori,"update elettorale.elettori set via = 3 where id = {n}",<not logged>,1'
every = "1m"
count = 30
---*/
SELECT user_name, db_name, sum(coalesce(db_rows, 1)) AS changed
FROM events
WHERE class = 'database' AND event_action = 'data_change' AND user_name IS NOT NULL
  AND regexp_like(db_statement, '(UPDATE|DELETE)\s', 'i')
  AND regexp_like(coalesce(fields['object_name'], db_statement, ''), '(anagraf|elettor|tribut|contribuent|verbali|sanzion|pagament|persone)', 'i')
  AND in_list(user_name, 'service_accounts') IS NOT TRUE AND in_list(user_name, 'backup_accounts') IS NOT TRUE AND NOT regexp_like(user_name, '^(svc|srv|app|batch|etl|bkp|backup|postgres|replica)([_.-]|$)', 'i')
GROUP BY user_name, db_name
HAVING sum(coalesce(db_rows, 1)) >= $changed
    OR sum(coalesce(db_rows, 1)) FILTER (WHERE off_hours(timestamp)) >= $changed_off_hours
