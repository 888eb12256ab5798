/*---
id = "DB-12"
title.en = "Large result sets leaving a sensitive table"
title.it = "Grandi estrazioni da una tabella sensibile"
description.en = "Few statements with huge db_rows on sensitive tables."
description.it = "Una lettura enorme da una tabella di dati sensibili."
severity = "high"
family = "database"
window = "15m"
attack = ["T1213.006"]
acn_class = "Esfiltrazione / IS-1, IS-4"
requires = { classes = ["database"], columns = ["db_rows"] }
false_positives = ["nightly statistics", "data warehouse load (service account)"]
false_positives_it = ["le statistiche notturne", "il caricamento del datawarehouse (account di servizio)"]
response_it = [
  "1. Vedere l'istruzione e l'indirizzo.",
  "2. Chiedere all'utente.",
  "3. Cercare uscite di dati (NT-08) nelle ore dopo.",
]
privacy = "yes, operators"

[param]
large = 1000
rows = 10000
total = 50000

[list.service_accounts]
when_empty = "nothing-listed"

[list.backup_accounts]
when_empty = "nothing-listed"

[[test]]
name = "eighteen thousand rows at once"
alerts = [{ user_name = "app_portale" }]
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=app_portale,db=portale,app=psql,client=10.20.4.90 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,tributi.contribuenti,"select * from tributi.contribuenti",<not logged>,18000'

[[test]]
name = "a page of results"
alerts = []
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=app_portale,db=portale,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,tributi.contribuenti,"select * from tributi.contribuenti limit 50",<not logged>,50'
every = "10s"
count = 50
---*/
SELECT user_name, source_ip, max(db_rows) AS largest, sum(db_rows) AS total
FROM events
WHERE class = 'database' AND event_action IN ('query', 'export') AND db_rows >= $large
  AND regexp_like(coalesce(fields['object_name'], db_statement, ''), '(anagraf|elettor|tribut|contribuent|sociali|riservat|verbali|persone)', 'i')
  AND in_list(user_name, 'service_accounts') IS NOT TRUE AND in_list(user_name, 'backup_accounts') IS NOT TRUE AND NOT regexp_like(user_name, '^(svc|srv|batch|etl|bi|bkp|backup|postgres|replica)([_.-]|$)', 'i')
GROUP BY user_name, source_ip
HAVING max(db_rows) >= $rows OR sum(db_rows) >= $total
