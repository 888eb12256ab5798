/*---
id = "ML-05"
title.en = "Sender whose domain looks like ours"
title.it = "Mittente con un dominio simile al nostro"
description.en = "Mail comes from a domain that differs from the recipient's by one or two letters, or only in its ending: a false official, invoice or IBAN."
description.it = "Arriva posta da un dominio che differisce da quello del destinatario per una o due lettere, o solo nella desinenza: un falso dirigente, una falsa fattura, un IBAN cambiato."
severity = "medium"
family = "both"
entity = ["email_from"]
attack = ["T1656", "T1566.002"]
acn_class = "Phishing / -"
requires = { classes = ["email"], columns = ["email_from", "email_to"] }
false_positives = ["a neighbouring body whose name is nearly ours: list it in own_domains"]
false_positives_it = ["un ente vicino con un nome quasi uguale: metterlo in own_domains"]
response_it = [
  "1. Non pagare e non rispondere: richiamare il fornitore a un numero noto.",
  "2. Bloccare il dominio.",
  "3. Avvisare gli uffici e segnalare.",
]

[param]
length = 8

[list.own_domains]
when_empty = "nothing-listed"

[[test]]
name = "one letter more"
alerts = [{ email_from = "sindaco@comunneborgo.example" }]
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8" client_name="mx.fuori.example" client_ip="203.0.113.9" dst_ip="10.20.2.25" from="sindaco@comunneborgo.example" to="ragioneria@comuneborgo.example" subject="Bonifico urgente" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''

[[test]]
name = "our own domain"
alerts = []
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8" client_name="mx.fuori.example" client_ip="203.0.113.9" dst_ip="10.20.2.25" from="sindaco@comuneborgo.example" to="ragioneria@comuneborgo.example" subject="Bonifico urgente" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8" client_name="mx.fuori.example" client_ip="203.0.113.9" dst_ip="10.20.2.25" from="ditta@fornitore.example" to="ragioneria@comuneborgo.example" subject="Bonifico urgente" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''

[[test]]
name = "two short names that happen to be alike"
alerts = []
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8" client_name="mx.fuori.example" client_ip="203.0.113.9" dst_ip="10.20.2.25" from="info@lago.example" to="info@mago.example" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''
---*/
SELECT email_from, email_to
FROM events
WHERE class = 'email' AND event_action IN ('mail_received', 'mail_blocked') AND email_from LIKE '%@%' AND email_to LIKE '%@%'
  AND registrable_domain(lower(split_part(email_from, '@', 2))) <> registrable_domain(lower(split_part(email_to, '@', 2)))
  AND levenshtein(first_label(registrable_domain(lower(split_part(email_from, '@', 2)))), first_label(registrable_domain(lower(split_part(email_to, '@', 2))))) <= 2
  AND character_length(first_label(registrable_domain(lower(split_part(email_to, '@', 2))))) >= $length
  AND in_list(split_part(email_from, '@', 2), 'own_domains') IS NOT TRUE
