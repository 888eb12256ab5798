/*---
id = "SC-32"
title.en = "Telephone trunk lost"
title.it = "Linea telefonica persa"
description.en = "The telephone exchange cannot register with its provider: nobody reaches the town hall or the emergency number."
description.it = "Il centralino non riesce a registrarsi presso l'operatore: nessuno raggiunge il Comune né il numero di emergenza."
severity = "high"
family = "continuity"
window = "10m"
attack = ["T1499"]
acn_class = "Indisponibilità / IS-3"
requires = { columns = ["host_name"] }
false_positives = ["work of the provider on the line, announced"]
false_positives_it = ["lavori annunciati dell'operatore sulla linea"]
response_it = [
  "1. Chiamare l'operatore da un cellulare.",
  "2. Deviare i numeri di emergenza su un cellulare di servizio.",
  "3. Avvisare la Polizia locale e la Protezione civile.",
]

[param]
attempts = 3

[[test]]
name = "four attempts in four minutes"
alerts = [{ host_name = "centralino" }]
[[test.line]]
text = '''<29>{rfc3164} centralino asterisk[812]: NOTICE[812] chan_sip.c:    -- Registration for '0123456@voip.example' timed out, trying again (Attempt #{n})'''
count = 4
every = "1m"

[[test]]
name = "one attempt"
alerts = []
[[test.line]]
text = '''<29>{rfc3164} centralino asterisk[812]: NOTICE[812] chan_sip.c:    -- Registration for '0123456@voip.example' timed out, trying again (Attempt #1)'''
---*/
SELECT host_name, sum(event_count) AS attempts
FROM events
WHERE format = 'asterisk' AND (message LIKE '%Registration for %timed out%' OR message LIKE '%Registration for %failed%' OR message LIKE '%egistration attempt to %failed%'
   OR message LIKE '%Temporal response % received from %on registration attempt%' OR message LIKE '%No response received from %on registration attempt%')
GROUP BY host_name
HAVING sum(event_count) >= $attempts
