/*---
id = "DB-14"
title.en = "Schema enumeration"
title.it = "Enumerazione dello schema del database"
description.en = "Reading information_schema, all_tables, sys.objects by an application account."
description.it = "Un account applicativo legge più volte l’elenco delle tabelle: chi attacca esplora la base dati."
severity = "medium"
family = "database"
window = "10m"
attack = ["T1213.006"]
acn_class = "Ricognizione / -"
requires = { classes = ["database"], columns = ["db_statement"] }
false_positives = ["ORM start-up of the application (once per restart)", "monitoring tool"]
false_positives_it = ["l'avvio dell'applicazione (una volta per riavvio)", "uno strumento di monitoraggio"]
response_it = [
  "1. Se coincide con un riavvio è normale.",
  "2. Altrimenti vedere DB-01 e il sito collegato.",
]

[param]
reads = 20

[list.admins]
when_empty = "nothing-listed"

[[test]]
name = "sixty reads of the catalogue"
alerts = [{ user_name = "app_portale" }]
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=app_portale,db=portale,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,information_schema.columns,"select column_name from information_schema.columns where table_name = t{n}",<not logged>'
every = "3s"
count = 60

[[test]]
name = "an application starts"
alerts = []
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=app_portale,db=portale,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,READ,SELECT,TABLE,information_schema.tables,"select 1 from information_schema.tables",<not logged>'
every = "1s"
count = 4
---*/
SELECT user_name, source_ip, sum(event_count) AS reads
FROM events
WHERE class = 'database' AND regexp_like(db_statement, '(information_schema\.(tables|columns|schemata)|pg_catalog\.pg_(class|tables|attribute)|ALL_TAB_COLUMNS|DBA_USERS|sys\.(objects|tables|columns)|mysql\.user)', 'i')
  AND in_list(user_name, 'admins') IS NOT TRUE AND user_name <> 'postgres'
GROUP BY user_name, source_ip
HAVING sum(event_count) >= $reads
