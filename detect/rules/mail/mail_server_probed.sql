/*---
id = "ML-07"
title.en = "Mail server tried as a relay or with a false greeting"
title.it = "Server di posta provato come relay o con un saluto falso"
description.en = "An address asks the mail server to forward for others, or greets it with a name that no mail server has."
description.it = "Un indirizzo chiede al server di posta di inoltrare per altri, o lo saluta con un nome che nessun server di posta ha."
severity = "low"
family = "both"
window = "10m"
attack = ["T1595.002", "T1566"]
acn_class = "Spam / -"
requires = { classes = ["email"], columns = ["source_ip"] }
false_positives = ["a printer or program of ours that sends through the wrong server"]
false_positives_it = ["una nostra stampante o un programma che spedisce dal server sbagliato"]
response_it = [
  "1. Verificare che il server abbia rifiutato.",
  "2. Se l'indirizzo è interno, correggere il programma che spedisce.",
  "3. Altrimenti bloccarlo se insiste.",
]

[param]
refusals = 2

[[test]]
name = "three requests to relay"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<22>{rfc3164} posta postfix/smtpd[2211]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 554 5.7.1 <a@x.example>: Relay access denied; from=<b@x.example> to=<a@x.example> proto=ESMTP helo=<x.example>'''
count = 3
every = "10s"

[[test]]
name = "one"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} posta postfix/smtpd[2211]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 554 5.7.1 <a@x.example>: Relay access denied; from=<b@x.example> to=<a@x.example> proto=ESMTP helo=<x.example>'''
count = 1
---*/
SELECT source_ip, sum(event_count) AS refusals
FROM events
WHERE class = 'email' AND event_action = 'mail_blocked' AND source_ip IS NOT NULL
  AND regexp_like(coalesce(fields['reason'], message), '(relay(ing)? (access )?(denied|not permitted|not allowed|prohibited)|helo command rejected|invalid helo|need fully-qualified|unable to relay|we do not relay)', 'i')
GROUP BY source_ip
HAVING sum(event_count) >= $refusals
