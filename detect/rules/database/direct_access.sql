/*---
id = "DB-11"
title.en = "Database opened with a tool, past the application"
title.it = "Banca dati aperta con uno strumento, senza l'applicativo"
description.en = "Somebody opened a register with a tool for databases instead of the application: no profile and no record of the application applies there."
description.it = "Qualcuno ha aperto un archivio con uno strumento per basi dati invece dell'applicativo: lì non valgono i profili né il registro dell'applicativo."
severity = "high"
family = "database"
entity = ["user_name", "source_ip"]
attack = ["T1213.006", "T1078"]
acn_class = "Abuso di credenziali / IS-4"
requires = { columns = ["source_ip", "fields.client_program"] }
false_positives = ["the supplier's support from its own bastion: list it in admin_hosts", "the statistician's connection"]
false_positives_it = ["l'assistenza del fornitore dalla sua macchina: metterla in admin_hosts", "il collegamento di chi fa le statistiche"]
response_it = [
  "1. Chiedere alla persona o al fornitore che cosa stava facendo.",
  "2. Guardare nel registro del database che cosa ha letto o cambiato.",
  "3. Permettere le connessioni solo dai server degli applicativi.",
]
privacy = "yes, administrators"

[list.admin_hosts]
when_empty = "nothing-listed"

[[test]]
name = "a tool from the PC of an office"
alerts = [{ user_name = "frizzo", source_ip = "10.20.4.48" }]
[[test.line]]
text = '''{iso_ms} CET [2{n:04}] user=frizzo,db=anagrafe,app=DBeaver 24.3.1 - Main,client=10.20.4.48 LOG:  connection authorized: user=frizzo database=anagrafe application_name=DBeaver 24.3.1 - Main'''

[[test]]
name = "an administrator at the own PC"
lists = { admin_hosts = ["10.20.4.5"] }
alerts = []
[[test.line]]
text = '''{iso_ms} CET [2{n:04}] user=adm.neri,db=anagrafe,app=psql,client=10.20.4.5 LOG:  connection authorized: user=adm.neri database=anagrafe application_name=psql'''

[[test]]
name = "the application"
alerts = []
[[test.line]]
text = '''{iso_ms} CET [2{n:04}] user=app_anagrafe,db=anagrafe,app=pool,client=10.20.2.15 LOG:  connection authorized: user=app_anagrafe database=anagrafe application_name=pool'''
---*/
SELECT user_name, source_ip, db_name
FROM events
WHERE class IN ('database', 'authentication') AND event_action IN ('db_connect', 'login', 'query', 'export') AND coalesce(event_outcome, '') <> 'failure'
  AND fields['client_program'] IS NOT NULL
  AND regexp_like(fields['client_program'], '^(psql|pgAdmin|DBeaver|HeidiSQL|Microsoft SQL Server Management Studio|azdata|Toad|SQL Developer|SQL ?\*?Plus|DataGrip|Navicat|MySQL ?Workbench|SquirreL|Microsoft Office|Excel|sqlcmd|isql)', 'i')
  AND source_ip IS NOT NULL AND source_ip NOT IN ('127.0.0.1', '::1') AND in_list(source_ip, 'admin_hosts') IS NOT TRUE
