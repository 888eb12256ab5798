/*---
id = "SC-33"
title.en = "SIP registrations guessed"
title.it = "Registrazioni SIP indovinate"
description.en = "Failed registrations on the telephone exchange from one address."
description.it = "Tentativi di registrazione falliti sul centralino: preparazione di una frode telefonica."
severity = "high"
family = "continuity"
window = "5m"
attack = ["T1110"]
acn_class = "Frode / -"
requires = { columns = ["source_ip"] }
false_positives = ["twinning delegation calling abroad in office hours"]
false_positives_it = ["la delegazione del gemellaggio che chiama all'estero in orario d'ufficio"]
response_it = [
  "1. Bloccare le chiamate internazionali.",
  "2. Cambiare le password SIP.",
  "3. Chiamare l'operatore.",
  "4. Denunciare.",
]
privacy = "yes, extensions"

[param]
failures = 50

[[test]]
name = "a hundred wrong registrations"
alerts = [{ source_ip = "198.51.100.23" }]
[[test.line]]
text = '''<132>{rfc3164} pbx asterisk[2211]: NOTICE[2211]: chan_sip.c:28926 in handle_request_register: Registration from '"201" <sip:201@192.0.2.20>' failed for '198.51.100.23:5060' - Wrong password'''
every = "2s"
count = 100

[[test]]
name = "a phone with an old password"
alerts = []
[[test.line]]
text = '''<132>{rfc3164} pbx asterisk[2211]: NOTICE[2211]: chan_sip.c:28926 in handle_request_register: Registration from '"201" <sip:201@192.0.2.20>' failed for '10.20.5.31:5060' - Wrong password'''
every = "30s"
count = 10
---*/
SELECT source_ip, sum(event_count) AS failures
FROM events
WHERE event_action IN ('call', 'login') AND event_outcome = 'failure' AND format = 'asterisk' AND source_ip IS NOT NULL
GROUP BY source_ip
HAVING sum(event_count) >= $failures
