/*---
id = "AC-06"
title.en = "MFA fatigue on Microsoft 365"
title.it = "Richieste MFA ripetute (MFA fatigue) su Microsoft 365"
description.en = "Attacker with the password tires the user."
description.it = "Molte richieste di secondo fattore rifiutate o scadute per lo stesso utente: chi ha la password cerca di farsi approvare."
severity = "high"
family = "both"
window = "1h"
attack = ["T1621"]
acn_class = "Compromissione account / IS-4"
requires = { classes = ["authentication"], columns = ["user_name"] }
false_positives = ["a phone with a broken app", "user typing wrong codes"]
false_positives_it = ["un telefono con l'app guasta", "un utente che sbaglia i codici"]
response_it = [
  "1. Bloccare la sessione e revocare i token.",
  "2. Cambiare password.",
  "3. Spiegare all'utente di non approvare mai.",
]
privacy = "yes, employee account"

[param]
denials = 6

[[test]]
name = "eight denials in forty minutes"
alerts = [{ user_name = "ragioneria@comune.example" }]
[[test.line]]
text = '{"createdDateTime":"{utc}","userPrincipalName":"ragioneria@comune.example","ipAddress":"198.51.100.23","location":{"countryOrRegion":"NL"},"status":{"errorCode":500121,"failureReason":"Authentication failed during strong authentication request."},"appDisplayName":"Office 365 Exchange Online","clientAppUsed":"Browser"}'
every = "5m"
count = 8

[[test]]
name = "two denials are a forgotten phone"
alerts = []
[[test.line]]
text = '{"createdDateTime":"{utc}","userPrincipalName":"ragioneria@comune.example","ipAddress":"198.51.100.23","location":{"countryOrRegion":"IT"},"status":{"errorCode":500121,"failureReason":"Authentication failed during strong authentication request."},"appDisplayName":"Office 365 Exchange Online","clientAppUsed":"Browser"}'
every = "5m"
count = 2
---*/
SELECT user_name, sum(event_count) AS denials
FROM events
WHERE event_action = 'mfa_challenge' AND event_outcome = 'failure' AND user_name IS NOT NULL
GROUP BY user_name
HAVING sum(event_count) >= $denials
