/*---
id = "AC-08"
title.en = "Login from an unusual country"
title.it = "Accesso da un Paese insolito"
description.en = "An account logs in from a country abroad from which it did not in the ninety days before."
description.it = "Un'utenza accede da un Paese estero da cui non accedeva da novanta giorni."
severity = "medium"
family = "both"
entity = ["user_name", "country"]
attack = ["T1078"]
acn_class = "Compromissione account / -"
requires = { classes = ["authentication"], columns = ["user_name", "fields.country"] }
false_positives = ["somebody on holiday who reads mail", "a twinning trip"]
false_positives_it = ["chi legge la posta in ferie", "un viaggio di gemellaggio"]
response_it = [
  "1. Chiedere conferma alla persona.",
  "2. Se non confermato, disabilitare l'utenza e cambiare la password.",
]
privacy = "yes, employee account"

[first_seen]
within = "90d"
min_history = "14d"

[param]
home = ["IT", "Italy", "SM", "VA"]

[[test]]
name = "an account of the registry abroad for the first time"
alerts = [{ user_name = "urp@borgo.example", country = "RO" }]
[[test.line]]
text = '''{"createdDateTime":"{utc}","userPrincipalName":"urp@borgo.example","appDisplayName":"Outlook","ipAddress":"203.0.113.40","location":{"countryOrRegion":"IT"},"status":{"errorCode":0}}'''
every = "1d"
count = 20
[[test.line]]
text = '''{"createdDateTime":"{utc}","userPrincipalName":"urp@borgo.example","appDisplayName":"Outlook","ipAddress":"198.51.100.23","location":{"countryOrRegion":"RO"},"status":{"errorCode":0}}'''
at = "20d"
every = "10m"
count = 4

[[test]]
name = "from home, and refused from abroad"
alerts = []
[[test.line]]
text = '''{"createdDateTime":"{utc}","userPrincipalName":"urp@borgo.example","appDisplayName":"Outlook","ipAddress":"203.0.113.40","location":{"countryOrRegion":"IT"},"status":{"errorCode":0}}'''
every = "20d"
count = 2
[[test.line]]
text = '''{"createdDateTime":"{utc}","userPrincipalName":"urp@borgo.example","appDisplayName":"Outlook","ipAddress":"198.51.100.23","location":{"countryOrRegion":"RO"},"status":{"errorCode":50126,"failureReason":"Invalid username or password."}}'''
at = "20d"

[[test]]
name = "a frontier worker"
alerts = []
[[test.line]]
text = '''{"createdDateTime":"{utc}","userPrincipalName":"urp@borgo.example","appDisplayName":"Outlook","ipAddress":"198.51.100.23","location":{"countryOrRegion":"CH"},"status":{"errorCode":0}}'''
every = "7d"
count = 6
---*/
SELECT user_name, fields['country'] AS country
FROM events
WHERE class = 'authentication' AND event_action = 'login' AND event_outcome = 'success' AND user_name IS NOT NULL
  AND fields['country'] IS NOT NULL AND fields['country'] NOT IN ($home)
