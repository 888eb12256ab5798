/*---
id = "DB-08"
version = 2
title.en = "Brute force on a database"
title.it = "Tentativi ripetuti di accesso al database"
description.en = "Guessing of sa, postgres, system, root."
description.it = "Molti accessi falliti a una base dati dallo stesso indirizzo."
severity = "high"
family = "database"
window = "10m"
attack = ["T1110.001"]
acn_class = "Brute force / -"
requires = { classes = ["authentication"], columns = ["source_ip"] }
false_positives = ["an application with an old password after a change (one user, fixed rhythm)"]
false_positives_it = ["un'applicazione con la vecchia password dopo un cambio (un solo utente, ritmo costante)"]
response_it = [
  "1. Capire se è un'applicazione interna.",
  "2. Se l'indirizzo è un PC o esterno, bloccarlo.",
  "3. La porta del database non deve essere raggiungibile dai PC.",
]

[param]
failures = 15

[[test]]
name = "thirty wrong passwords"
alerts = [{ source_ip = "10.20.4.77" }]
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=sa,db=portale,app=[unknown],client=10.20.4.77 FATAL:  password authentication failed for user "sa"'
every = "5s"
count = 30

[[test]]
name = "a service with an old password for a minute"
alerts = []
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=app,db=portale,app=suite,client=10.20.2.4 FATAL:  password authentication failed for user "app"'
every = "10s"
count = 6

[[test]]
name = "SQL Server tells the Windows log"
alerts = [{ source_ip = "10.20.4.77" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"18456","channel":"Application","provider_name":"MSSQLSERVER","computer_name":"SRV-SQL.comune.example","event_data":{"param1":"sa","param2":" Reason: Password did not match that for the login provided.","param3":" [CLIENT: 10.20.4.77]"}},"message":"Login failed for user 'sa'. Reason: Password did not match that for the login provided. [CLIENT: 10.20.4.77]"}'''
every = "5s"
count = 30
---*/
SELECT source_ip, sum(event_count) AS failures, count(DISTINCT user_name) AS users
FROM events
WHERE event_action = 'login' AND event_outcome = 'failure' AND source_ip IS NOT NULL
  AND (format IN ('postgresql', 'postgresql_csv', 'postgresql_json', 'mysql_error', 'mssql_errorlog') OR event_code = '18456')
GROUP BY source_ip
HAVING sum(event_count) >= $failures
