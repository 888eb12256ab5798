/*---
id = "NT-09"
title.en = "Port open to the world found by an outsider"
title.it = "Servizio esposto segnalato dall'esterno"
description.en = "CSIRT, ACN or COSC write that a service or an address of ours is exposed or vulnerable: somebody must read it today."
description.it = "CSIRT, ACN o COSC scrivono che un nostro servizio o indirizzo è esposto o vulnerabile: qualcuno deve leggerlo oggi."
severity = "high"
family = "both"
entity = ["email_from"]
attack = ["T1133"]
acn_class = "Esposizione / -"
requires = { classes = ["email"], columns = ["email_from", "email_subject"] }
false_positives = ["already closed", "a general bulletin whose subject speaks of exposure", "a forged sender: look at the message before its links"]
false_positives_it = ["servizio già chiuso", "un bollettino generale il cui oggetto parla di esposizione", "un mittente falso: guardare il messaggio prima dei collegamenti"]
response_it = [
  "1. Chiudere o filtrare il servizio.",
  "2. Cercare gli accessi passati nei log del firewall degli ultimi 30 giorni.",
  "3. Rispondere a chi ha segnalato.",
]

[list.csirt_senders]
when_empty = "silent"

[list.own_ranges]
when_empty = "nothing-listed"

[[test]]
name = "a service that answers everybody"
lists = { csirt_senders = ["csirt.example"] }
alerts = [{ email_from = "segnalazioni@csirt.example" }]
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8" client_name="mx.csirt.example" client_ip="203.0.113.9" dst_ip="10.20.2.25" from="segnalazioni@csirt.example" to="ced@comuneborgo.example" subject="[CSIRT] Servizio RDP esposto su Internet" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''

[[test]]
name = "one of our addresses in the subject"
lists = { csirt_senders = ["segnalazioni@csirt.example"], own_ranges = ["192.0.2.0/24"] }
alerts = [{ email_from = "segnalazioni@csirt.example" }]
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8" client_name="mx.csirt.example" client_ip="203.0.113.9" dst_ip="10.20.2.25" from="segnalazioni@csirt.example" to="ced@comuneborgo.example" subject="Rif. 4412 - 192.0.2.14:3389" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''

[[test]]
name = "the same words from anybody else, an invitation and somebody else's address from them"
lists = { csirt_senders = ["csirt.example"], own_ranges = ["192.0.2.0/24"] }
alerts = []
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8" client_name="mx.fuori.example" client_ip="203.0.113.9" dst_ip="10.20.2.25" from="offerte@sicurezza.example" to="ced@comuneborgo.example" subject="I vostri servizi sono esposti?" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8" client_name="mx.csirt.example" client_ip="203.0.113.9" dst_ip="10.20.2.25" from="eventi@csirt.example" to="ced@comuneborgo.example" subject="Invito al seminario di marzo" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''
[[test.line]]
text = '''date={date} time={time}.112 device_id=FEVM010000000001 log_id=0200012345 type=statistics pri=information session_id="q2G8" client_name="mx.csirt.example" client_ip="203.0.113.9" dst_ip="10.20.2.25" from="segnalazioni@csirt.example" to="ced@comuneborgo.example" subject="Indicatori: 198.51.100.60" disposition="Accept" classifier="Not Spam" message_length="4096" virus=""'''
---*/
SELECT email_from, email_subject
FROM events
WHERE class = 'email' AND event_action = 'mail_received'
  AND (in_list(email_from, 'csirt_senders') OR in_list(split_part(email_from, '@', 2), 'csirt_senders'))
  AND (regexp_like(email_subject, '(espost[oaie]|esposizione|vulnerabil|raggiungibil[ei] da internet|exposed|exposure)', 'i')
    OR in_list(regexp_replace(email_subject, '^.*?(\d{1,3}(\.\d{1,3}){3}).*$', '\1'), 'own_ranges'))
