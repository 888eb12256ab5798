/*---
id = "AC-31"
title.en = "Passwords tried by a program"
title.it = "Password provate da un programma"
description.en = "Three wrong passwords within four seconds from one address: nobody types so fast. AC-24 says when it goes on."
description.it = "Tre password sbagliate in quattro secondi da un indirizzo: nessuno scrive così in fretta. AC-24 avvisa quando continua."
severity = "low"
family = "both"
window = "4s"
attack = ["T1110.001"]
acn_class = "Brute force / -"
requires = { classes = ["authentication"], columns = ["source_ip"] }
false_positives = ["a program of ours with an old password that tries again at once"]
false_positives_it = ["un programma nostro con la vecchia password che riprova subito"]
response_it = [
  "1. Se l'indirizzo è esterno, bloccarlo sul firewall.",
  "2. Se è interno, cercare quale programma ha la vecchia password.",
  "3. Guardare se dallo stesso indirizzo c'è poi un accesso riuscito (AC-03).",
]

[param]
failures = 3

[list.shared_nat]
when_empty = "nothing-listed"

[[test]]
name = "three refusals of a mail server in two seconds"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<22>{rfc3164} mail postfix/smtpd[26897]: warning: unknown[203.0.113.9]: SASL LOGIN authentication failed: authentication failure'''
count = 3
every = "1s"

[[test]]
name = "a program after one failure a minute earlier"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<22>{rfc3164} mail postfix/smtpd[26896]: warning: unknown[203.0.113.9]: SASL LOGIN authentication failed: authentication failure'''
[[test.line]]
text = '''<22>{rfc3164} mail postfix/smtpd[26897]: warning: unknown[203.0.113.9]: SASL LOGIN authentication failed: authentication failure'''
at = "1m"
count = 3
every = "1s"

[[test]]
name = "three in six seconds"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail postfix/smtpd[26897]: warning: unknown[203.0.113.9]: SASL LOGIN authentication failed: authentication failure'''
count = 3
every = "3s"

[[test]]
name = "a person who types it wrong three times"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'''
count = 4
every = "5s"

[[test]]
name = "a mail program that opens all its mailboxes with the old password"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<m.verdi>, method=PLAIN, rip=203.0.113.40, lip=192.0.2.25, TLS, session=<a{n}>'''
count = 4
every = "500ms"
---*/
-- A mail program opens several connections at once, each with the password it keeps, and a telephone
-- asks again at once: there many mean nothing (SC-33 counts those of telephones).
SELECT source_ip, sum(event_count) AS failures, count(DISTINCT user_name) AS users
FROM events
WHERE event_action IN ('login', 'federated_login') AND event_outcome = 'failure' AND source_ip IS NOT NULL
  AND format NOT IN ('dovecot', 'courier', 'cyrus', 'perdition', 'uw_imap', 'solid_pop3d', 'asterisk')
  AND in_list(source_ip, 'shared_nat') IS NOT TRUE
GROUP BY source_ip
HAVING sum(event_count) >= $failures
