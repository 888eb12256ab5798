/*---
id = "ML-08"
title.en = "A machine inside sends spam"
title.it = "Una macchina interna manda spam"
description.en = "Mail that a machine of the own network sends is judged spam or infected, again and again: it is controlled by somebody else."
description.it = "La posta mandata da una macchina della rete interna viene giudicata spam o infetta più volte: qualcun altro la comanda."
severity = "medium"
family = "both"
window = "1h"
attack = ["T1566", "T1586.002"]
acn_class = "Malware / IS-2"
requires = { classes = ["email"], columns = ["source_ip"] }
false_positives = ["a relay in front of the mail server: list it in mail_gateways", "a program of ours whose notices look like spam"]
false_positives_it = ["un relay davanti al server di posta: metterlo in mail_gateways", "un programma nostro i cui avvisi sembrano spam"]
response_it = [
  "1. Staccare quella macchina dalla rete.",
  "2. Cercare il programma che manda la posta e l'account usato.",
  "3. Bloccare in uscita la porta 25 per tutti tranne il server di posta.",
]

[param]
messages = 2

[list.mail_gateways]
when_empty = "nothing-listed"

[[test]]
name = "two messages in a minute"
alerts = [{ source_ip = "10.20.4.31" }]
[[test.line]]
text = '''<22>{rfc3164} mail MailScanner[1803828]: Message 4bsM5k4xJmz4rA from 10.20.4.31 (avviso@esempio.example) to comune.example is spam, SpamAssassin (not cached, score=25.5, required 4, BAYES_99 5.0)'''
[[test.line]]
text = '''<22>{rfc3164} mail MailScanner[1803828]: Message 4bsM5k4xJmz4rB from 10.20.4.31 (avviso@esempio.example) to comune.example is spam, SpamAssassin (not cached, score=25.5, required 4, BAYES_99 5.0)'''
at = "30s"

[[test]]
name = "one message"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail MailScanner[1803828]: Message 4bsM5k4xJmz4rA from 10.20.4.31 (avviso@esempio.example) to comune.example is spam, SpamAssassin (not cached, score=25.5, required 4, BAYES_99 5.0)'''

[[test]]
name = "the relay in front of the server"
lists = { mail_gateways = ["10.20.4.31"] }
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail MailScanner[1803828]: Message 4bsM5k4xJmz4rA from 10.20.4.31 (avviso@esempio.example) to comune.example is spam, SpamAssassin (not cached, score=25.5, required 4, BAYES_99 5.0)'''
[[test.line]]
text = '''<22>{rfc3164} mail MailScanner[1803828]: Message 4bsM5k4xJmz4rB from 10.20.4.31 (avviso@esempio.example) to comune.example is spam, SpamAssassin (not cached, score=25.5, required 4, BAYES_99 5.0)'''
at = "30s"

[[test]]
name = "spam from outside"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail MailScanner[1803828]: Message 4bsM5k4xJmz4rA from 203.0.113.9 (avviso@esempio.example) to comune.example is spam, SpamAssassin (not cached, score=25.5, required 4, BAYES_99 5.0)'''
[[test.line]]
text = '''<22>{rfc3164} mail MailScanner[1803828]: Message 4bsM5k4xJmz4rB from 203.0.113.9 (avviso@esempio.example) to comune.example is spam, SpamAssassin (not cached, score=25.5, required 4, BAYES_99 5.0)'''
at = "30s"
---*/
SELECT source_ip, sum(event_count) AS messages
FROM events
WHERE class = 'email' AND event_action = 'mail_blocked' AND is_private_ip(source_ip)
  AND in_list(source_ip, 'mail_gateways') IS NOT TRUE
GROUP BY source_ip
HAVING sum(event_count) >= $messages
