/*---
id = "DB-07"
version = 2
title.en = "New database superuser or powerful grant"
title.it = "Nuovo superutente o permesso potente sul database"
description.en = "GRANT DBA, ALTER ROLE SUPERUSER, sysadmin role."
description.it = "Un account riceve poteri di amministratore su una base dati."
severity = "high"
family = "database"
entity = ["user_name", "db_name"]
attack = ["T1098", "T1136"]
acn_class = "Aumento di privilegi / IS-4"
requires = { columns = ["db_statement"] }
false_positives = ["supplier's installation of a new module"]
false_positives_it = ["il fornitore che installa un nuovo modulo"]
response_it = [
  "1. Chiedere al fornitore il numero di intervento.",
  "2. Se non c'è, togliere il permesso.",
  "3. Guardare le istruzioni eseguite dopo.",
]
privacy = "yes, administrators (AdS)"

[[test]]
name = "the application account makes a superuser"
alerts = [{ user_name = "app_portale" }]
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=app_portale,db=portale,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,ROLE,CREATE ROLE,,,"CREATE ROLE manut SUPERUSER LOGIN",<not logged>'

[[test]]
name = "an ordinary role"
alerts = []
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=dba,db=portale,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,ROLE,CREATE ROLE,,,"CREATE ROLE lettore LOGIN NOSUPERUSER",<not logged>'

[[test]]
name = "a superuser with a word of caution behind it"
alerts = [{ user_name = "app_portale" }]
[[test.line]]
text = '''{iso_ms} CET [2{n:04}] user=app_portale,db=portale,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,ROLE,CREATE ROLE,,,"CREATE ROLE manut SUPERUSER LOGIN -- NOSUPERUSER",<not logged>'''

[[test]]
name = "an update grants its own table"
alerts = []
[[test.line]]
text = '''{iso_ms} CET [2{n:04}] user=dba,db=portale,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,ROLE,GRANT,,,"GRANT ALL PRIVILEGES ON TABLE pratiche TO app_portale",<not logged>'''
---*/
SELECT user_name, user_target_name, db_name, host_name
FROM events
WHERE class IN ('configuration', 'database') AND coalesce(event_outcome, '') <> 'failure'
  AND regexp_like(db_statement, '((CREATE|ALTER)\s+(ROLE|USER)\s.*\s(SUPERUSER|CREATEROLE)(\s|;|$)|GRANT\s+(DBA|ALL\s+PRIVILEGES\s+(TO\s|ON\s+\*\.\*))|sp_addsrvrolemember.*sysadmin|ALTER\s+SERVER\s+ROLE\s+\[?sysadmin|WITH\s+ADMIN\s+OPTION|GRANT\s+ALL\s+ON\s+\*\.\*)', 'i')
