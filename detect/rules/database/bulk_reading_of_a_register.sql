/*---
id = "DB-03"
title.en = "Bulk reading of the population register"
title.it = "Consultazione massiva dell'anagrafe da parte di un operatore"
description.en = "One operator looking up far more people than usual."
description.it = "Un operatore legge in mezz’ora molte più schede di quante ne servano allo sportello."
severity = "high"
family = "database"
window = "30m"
attack = ["T1213", "T1530"]
acn_class = "Abuso di privilegi / IS-1, IS-4"
requires = { classes = ["database"], columns = ["user_name"] }
false_positives = ["electoral revision, school lists, census: calendar entries raise the threshold"]
false_positives_it = ["la revisione elettorale, gli elenchi scolastici, il censimento: le voci del calendario alzano la soglia"]
response_it = [
  "1. Non accusare: chiedere al responsabile dell'ufficio se c'è un'attività massiva.",
  "2. Se no, sospendere l'utenza.",
  "3. Coinvolgere DPO e segretario.",
  "4. Conservare le prove.",
]
privacy = "yes, operators: art. 4 L.300/1970; names pseudonymised until the DPO opens the case"

[param]
subjects = 60
queries = 75

[list.service_accounts]
when_empty = "nothing-listed"

[list.backup_accounts]
when_empty = "nothing-listed"

[[test]]
name = "six hundred look-ups in fifty minutes"
alerts = [{ user_name = "operatore7" }]
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=operatore7,db=anagrafe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,anagrafe.persone,"select * from anagrafe.persone where id = {n}",<not logged>,1'
every = "5s"
count = 600

[[test]]
name = "a busy counter"
alerts = []
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=operatore7,db=anagrafe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,anagrafe.persone,"select * from anagrafe.persone where id = {n}",<not logged>,1'
every = "1m"
count = 60

[[test]]
name = "the nightly statistics"
alerts = []
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=svc_bi,db=anagrafe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,anagrafe.persone,"select * from anagrafe.persone",<not logged>,40000'
every = "1m"
count = 3
---*/
SELECT user_name, count(DISTINCT subject_ref) AS subjects, sum(db_rows) AS rows_read, sum(event_count) AS queries
FROM events
WHERE class = 'database' AND event_action = 'query' AND user_name IS NOT NULL
  AND regexp_like(coalesce(fields['object_name'], db_statement, ''), '(anagraf|popolaz|elettor|cittadin|residen|stato_civile|contribuent|sociali)', 'i')
  AND in_list(user_name, 'service_accounts') IS NOT TRUE AND in_list(user_name, 'backup_accounts') IS NOT TRUE AND NOT regexp_like(user_name, '^(svc|srv|app|postgres|batch|etl|bi|bkp|backup)([_.-]|$)', 'i')
GROUP BY user_name
HAVING count(DISTINCT subject_ref) >= $subjects OR sum(event_count) >= $queries
