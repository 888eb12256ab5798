/*---
id = "ML-02"
title.en = "Outbound spam from a comune's mailbox"
title.it = "Invio massivo da una casella del Comune"
description.en = "Outgoing mail is refused as spam, fifty times in ten minutes and far more than at that hour of the week: a stolen mailbox sends phishing."
description.it = "La posta in uscita viene rifiutata in massa, molto più che a quell'ora della settimana: una casella del Comune sta mandando spam."
severity = "high"
family = "both"
window = "10m"
attack = ["T1566", "T1586.002"]
acn_class = "Compromissione casella / IS-2"
requires = { classes = ["email"], columns = ["host_name"] }
false_positives = ["newsletter, TARI notices, convocation of council (known senders)"]
false_positives_it = ["la newsletter, gli avvisi TARI, la convocazione del Consiglio (mittenti noti)"]
response_it = [
  "1. Bloccare l'invio della casella.",
  "2. Cambiare la password.",
  "3. Togliere dalla coda.",
  "4. Chiedere la rimozione dalle liste nere.",
]
privacy = "yes, mailbox owner"

[baseline]
of = "bounces"
times = 10
min_history = "14d"

[param]
bounces = 50

[[test]]
name = "eighty messages refused as spam"
alerts = [{ host_name = "mx" }]
[[test.line]]
text = '<22>{rfc3164} mx postfix/smtp[33{n}]: 4C1A2{n:04}: to=<u{n}@altrove.example>, relay=mail.altrove.example[203.0.113.25]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.7.1, status=bounced (host mail.altrove.example[203.0.113.25] said: 550 5.7.1 Blocked (in reply to MAIL FROM command))'
every = "5s"
count = 80

[[test]]
name = "a few old addresses"
alerts = []
[[test.line]]
text = '<22>{rfc3164} mx postfix/smtp[33{n}]: 4C1A2{n:04}: to=<u{n}@altrove.example>, relay=mail.altrove.example[203.0.113.25]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.7.1, status=bounced (host mail.altrove.example[203.0.113.25] said: 550 5.7.1 Blocked (in reply to MAIL FROM command))'
every = "30s"
count = 12

[[test]]
name = "a newsletter to old addresses every Monday, known after two weeks"
start = "2026-05-04T10:00:00+02:00"
alerts = [{ host_name = "mx" }, { host_name = "mx" }]
[[test.line]]
text = '<22>{rfc3164} mx postfix/smtp[33{n}]: 4C1A2{n:04}: to=<u{n}@altrove.example>, relay=mail.altrove.example[203.0.113.25]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.7.1, status=bounced (host mail.altrove.example[203.0.113.25] said: 550 5.7.1 Blocked (in reply to MAIL FROM command))'
every = "5s"
count = 60
[[test.line]]
text = '<22>{rfc3164} mx postfix/smtp[33{n}]: 4C1A2{n:04}: to=<u{n}@altrove.example>, relay=mail.altrove.example[203.0.113.25]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.7.1, status=bounced (host mail.altrove.example[203.0.113.25] said: 550 5.7.1 Blocked (in reply to MAIL FROM command))'
at = "7d"
every = "5s"
count = 60
[[test.line]]
text = '<22>{rfc3164} mx postfix/smtp[33{n}]: 4C1A2{n:04}: to=<u{n}@altrove.example>, relay=mail.altrove.example[203.0.113.25]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.7.1, status=bounced (host mail.altrove.example[203.0.113.25] said: 550 5.7.1 Blocked (in reply to MAIL FROM command))'
at = "14d"
every = "5s"
count = 60

[[test]]
name = "three times as many as every Monday"
start = "2026-05-04T10:00:00+02:00"
alerts = [{ host_name = "mx" }, { host_name = "mx" }, { host_name = "mx" }]
[[test.line]]
text = '<22>{rfc3164} mx postfix/smtp[33{n}]: 4C1A2{n:04}: to=<u{n}@altrove.example>, relay=mail.altrove.example[203.0.113.25]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.7.1, status=bounced (host mail.altrove.example[203.0.113.25] said: 550 5.7.1 Blocked (in reply to MAIL FROM command))'
every = "5s"
count = 60
[[test.line]]
text = '<22>{rfc3164} mx postfix/smtp[33{n}]: 4C1A2{n:04}: to=<u{n}@altrove.example>, relay=mail.altrove.example[203.0.113.25]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.7.1, status=bounced (host mail.altrove.example[203.0.113.25] said: 550 5.7.1 Blocked (in reply to MAIL FROM command))'
at = "7d"
every = "5s"
count = 60
[[test.line]]
text = '<22>{rfc3164} mx postfix/smtp[33{n}]: 4C1A2{n:04}: to=<u{n}@altrove.example>, relay=mail.altrove.example[203.0.113.25]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.7.1, status=bounced (host mail.altrove.example[203.0.113.25] said: 550 5.7.1 Blocked (in reply to MAIL FROM command))'
at = "14d"
every = "2s"
count = 200
---*/
SELECT host_name, sum(event_count) AS bounces
FROM events
WHERE event_action = 'mail_bounced' AND event_outcome = 'failure' AND (fields['dsn'] LIKE '5.7.%' OR message LIKE '%blocked%' OR message LIKE '%Blocked%' OR message LIKE '%spam%')
GROUP BY host_name
HAVING sum(event_count) >= $bounces
