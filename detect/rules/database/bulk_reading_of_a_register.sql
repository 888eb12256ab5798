/*---
id = "DB-03"
title.en = "Bulk reading of the population register"
title.it = "Consultazione massiva dell'anagrafe da parte di un operatore"
description.en = "One operator looks up in half an hour far more people than he does at that hour of the week, and more than a counter needs."
description.it = "Un operatore legge in mezz’ora molte più schede di quante ne legga a quell’ora della settimana, e di quante ne servano allo sportello."
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

[baseline]
of = "people"
times = 8
min_history = "14d"

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

[[test]]
name = "the electoral revision every Monday, known after two weeks"
start = "2026-05-04T10:00:00+02:00"
alerts = [{ user_name = "operatore7" }, { user_name = "operatore7" }]
[[test.line]]
text = '{iso_ms} CEST [2{n:04}] user=operatore7,db=anagrafe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,anagrafe.persone,"select * from anagrafe.persone where id = {n}",<not logged>,1'
every = "20s"
count = 80
[[test.line]]
text = '{iso_ms} CEST [2{n:04}] user=operatore7,db=anagrafe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,anagrafe.persone,"select * from anagrafe.persone where id = {n}",<not logged>,1'
at = "7d"
every = "20s"
count = 80
[[test.line]]
text = '{iso_ms} CEST [2{n:04}] user=operatore7,db=anagrafe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,anagrafe.persone,"select * from anagrafe.persone where id = {n}",<not logged>,1'
at = "14d"
every = "20s"
count = 80

[[test]]
name = "three times as many as on the Mondays before"
start = "2026-05-04T10:00:00+02:00"
alerts = [{ user_name = "operatore7" }, { user_name = "operatore7" }, { user_name = "operatore7" }]
[[test.line]]
text = '{iso_ms} CEST [2{n:04}] user=operatore7,db=anagrafe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,anagrafe.persone,"select * from anagrafe.persone where id = {n}",<not logged>,1'
every = "20s"
count = 80
[[test.line]]
text = '{iso_ms} CEST [2{n:04}] user=operatore7,db=anagrafe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,anagrafe.persone,"select * from anagrafe.persone where id = {n}",<not logged>,1'
at = "7d"
every = "20s"
count = 80
[[test.line]]
text = '{iso_ms} CEST [2{n:04}] user=operatore7,db=anagrafe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,anagrafe.persone,"select * from anagrafe.persone where id = {n}",<not logged>,1'
at = "14d"
every = "7s"
count = 240
---*/
SELECT user_name, CASE WHEN count(DISTINCT subject_ref) * 2 >= sum(event_count) THEN count(DISTINCT subject_ref) ELSE sum(event_count) END AS people, sum(db_rows) AS rows_read, sum(event_count) AS queries
FROM events
WHERE class = 'database' AND event_action = 'query' AND user_name IS NOT NULL
  AND regexp_like(coalesce(fields['object_name'], db_statement, ''), '(anagraf|popolaz|elettor|cittadin|residen|stato_civile|contribuent|sociali)', 'i')
  AND in_list(user_name, 'service_accounts') IS NOT TRUE AND in_list(user_name, 'backup_accounts') IS NOT TRUE AND NOT regexp_like(user_name, '^(svc|srv|app|postgres|batch|etl|bi|bkp|backup)([_.-]|$)', 'i')
GROUP BY user_name
HAVING count(DISTINCT subject_ref) >= $subjects OR sum(event_count) >= $queries
