/*---
id = "AC-36"
title.en = "Cloud console opened out of hours"
title.it = "Console del cloud aperta fuori orario"
description.en = "Somebody opened the administration console of the cloud at night or on a holiday."
description.it = "Qualcuno ha aperto la console di amministrazione del cloud di notte o in un giorno festivo."
severity = "low"
family = "both"
entity = ["user_id", "source_ip"]
attack = ["T1078.004"]
acn_class = "Compromissione account / IS-4"
requires = { columns = ["user_id", "event_code"] }
false_positives = ["work announced for the night"]
false_positives_it = ["lavori annunciati per la notte"]
response_it = [
  "1. Chiedere alla persona se è stata lei.",
  "2. Se no, chiudere le sessioni e cambiare password e secondo fattore.",
  "3. Guardare che cosa ha fatto quell'account dopo l'accesso.",
]
privacy = "account di un amministratore"

[list.on_call]
when_empty = "nothing-listed"

[[test]]
name = "on a Sunday"
start = "2026-03-15T10:00:00+01:00"
alerts = [{ user_id = "arn:aws:iam::111122223333:user/adm.neri", source_ip = "203.0.113.9" }]
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/adm.neri","accountId":"111122223333","userName":"adm.neri"},"eventTime":"{iso_utc}","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"Mozilla/5.0","requestParameters":null,"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"Yes"}}'''

[[test]]
name = "on Monday morning"
alerts = []
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/adm.neri","accountId":"111122223333","userName":"adm.neri"},"eventTime":"{iso_utc}","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"Mozilla/5.0","requestParameters":null,"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"Yes"}}'''

[[test]]
name = "on call on a Sunday"
start = "2026-03-15T10:00:00+01:00"
lists = { on_call = ["adm.neri"] }
alerts = []
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/adm.neri","accountId":"111122223333","userName":"adm.neri"},"eventTime":"{iso_utc}","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"Mozilla/5.0","requestParameters":null,"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"Yes"}}'''
---*/
SELECT user_id, source_ip
FROM events
WHERE format = 'aws_cloudtrail' AND event_code = 'ConsoleLogin' AND event_outcome = 'success' AND off_hours(timestamp)
  AND in_list(user_name, 'on_call') IS NOT TRUE
