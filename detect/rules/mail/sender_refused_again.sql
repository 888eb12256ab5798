/*---
id = "ML-06"
title.en = "Mail refused again and again from one address"
title.it = "Posta rifiutata più volte dallo stesso indirizzo"
description.en = "An address whose mail the server refuses again and again: spam, guessed recipients, names on a block list."
description.it = "Un indirizzo a cui il server rifiuta la posta più volte: spam, destinatari indovinati, elenchi di blocco."
severity = "low"
family = "both"
window = "1h"
attack = ["T1566", "T1589.002"]
acn_class = "Spam / -"
requires = { classes = ["email"], columns = ["source_ip"] }
false_positives = ["a newsletter whose domain expired", "a public body whose server is misconfigured"]
false_positives_it = ["una newsletter con il dominio scaduto", "un ente con il server configurato male"]
response_it = [
  "1. Nessuna urgenza: il server ha rifiutato.",
  "2. Se è un ente conosciuto, avvisarlo che il suo server è mal configurato o in un elenco di blocco.",
  "3. Altrimenti bloccare l'indirizzo.",
]

[param]
refusals = 4

[[test]]
name = "six recipients that do not exist"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<22>{rfc3164} posta postfix/smtpd[2211]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 550 5.1.1 <prova{n}@comune.example>: Recipient address rejected: User unknown in virtual mailbox table; from=<a@x.example> to=<prova{n}@comune.example> proto=ESMTP helo=<x.example>'''
count = 6
every = "10s"

[[test]]
name = "one"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} posta postfix/smtpd[2211]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 550 5.1.1 <prova@comune.example>: Recipient address rejected: User unknown in virtual mailbox table; from=<a@x.example> to=<prova@comune.example> proto=ESMTP helo=<x.example>'''
count = 1
---*/
SELECT source_ip, sum(event_count) AS refusals, count(DISTINCT email_to) AS recipients
FROM events
WHERE class = 'email' AND event_action = 'mail_blocked' AND source_ip IS NOT NULL AND NOT is_private_ip(source_ip)
GROUP BY source_ip
HAVING sum(event_count) >= $refusals
