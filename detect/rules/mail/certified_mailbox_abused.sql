/*---
id = "ML-04"
title.en = "Certified mailbox sends in bulk"
title.it = "Casella PEC che invia in massa"
description.en = "A certified mailbox (PEC) sends to many within half an hour and is none of those that send notices in bulk."
description.it = "Una casella PEC scrive a molti in mezz'ora e non è tra quelle che mandano avvisi in massa."
severity = "high"
family = "both"
window = "30m"
attack = ["T1586.002", "T1566.001"]
acn_class = "Compromissione casella / IS-2, IS-4"
requires = { classes = ["email"], columns = ["email_from", "email_to"] }
false_positives = ["notices in bulk by the tax office: list the mailbox", "mailing to digital domiciles"]
false_positives_it = ["gli avvisi in massa dell'ufficio tributi: mettere la casella in elenco", "gli invii ai domicili digitali"]
response_it = [
  "1. Bloccare le credenziali PEC dal gestore.",
  "2. Avvisare i destinatari con la stessa PEC, quando è ripristinata.",
  "3. Protocollare l'accaduto.",
  "4. Denunciare.",
]
privacy = "yes, office account"

[param]
recipients = 40

[list.bulk_batches]
when_empty = "nothing-listed"

[[test]]
name = "fifty recipients in ten minutes"
alerts = [{ email_from = "protocollo@pec.comune.example" }]
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8{n}" client_name="suite.comune.example" client_ip="10.20.2.15" dst_ip="203.0.113.25" from="protocollo@pec.comune.example" to="ditta{n}@pec.example" direction="out" subject="Avviso" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''
count = 50
every = "12s"

[[test]]
name = "the tax office sends its notices"
lists = { bulk_batches = ["tributi@pec.comune.example"] }
alerts = []
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8{n}" client_name="suite.comune.example" client_ip="10.20.2.15" dst_ip="203.0.113.25" from="tributi@pec.comune.example" to="ditta{n}@pec.example" direction="out" subject="Avviso" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''
count = 50
every = "12s"

[[test]]
name = "an ordinary morning"
alerts = []
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8{n}" client_name="suite.comune.example" client_ip="10.20.2.15" dst_ip="203.0.113.25" from="protocollo@pec.comune.example" to="ditta{n}@pec.example" direction="out" subject="Avviso" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''
count = 12
every = "2m"
---*/
SELECT lower(email_from) AS email_from, count(DISTINCT email_to) AS recipients
FROM events
WHERE class = 'email' AND event_action IN ('pec_event', 'mail_sent') AND email_from IS NOT NULL
  AND (event_action = 'pec_event' OR email_from LIKE '%@pec.%' OR email_from LIKE '%.pec.%' OR email_from LIKE '%@postacert.%' OR email_from LIKE '%@cert.%')
  AND in_list(email_from, 'bulk_batches') IS NOT TRUE
GROUP BY lower(email_from)
HAVING count(DISTINCT email_to) >= $recipients
