/*---
id = "ML-08"
title.en = "A machine inside sends spam"
title.it = "Una macchina interna manda spam"
description.en = "A filter judges five messages that one machine of the own network sends spam or infected within an hour: somebody else controls it."
description.it = "Un filtro giudica spam o infetti cinque messaggi mandati in un'ora da una macchina della rete interna: qualcun altro la comanda."
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
messages = 5

[list.mail_gateways]
when_empty = "nothing-listed"

[[test]]
name = "five messages in two minutes"
alerts = [{ source_ip = "10.20.4.31" }]
[[test.line]]
text = '''<22>{rfc3164} mail MailScanner[1803828]: Message 4bsM5k4xJmz4r{n} from 10.20.4.31 (avviso@esempio.example) to comune.example is spam, SpamAssassin (not cached, score=25.5, required 4, BAYES_99 5.0)'''
count = 5
every = "30s"

[[test]]
name = "five infected messages that Amavis stopped"
alerts = [{ source_ip = "10.20.4.31" }]
[[test.line]]
text = '''<22>{rfc3164} mail amavis[812]: (00812-0{n}) Blocked INFECTED (Win.Test.EICAR_HDB-1) {DiscardedInternal,Quarantined}, MYNETS LOCAL [10.20.4.31]:51841 <g.neri@comune.example> -> <urp@comune.example>, Message-ID: <a@pc7>, mail_id: x2, Hits: -, size: 812, 90 ms'''
count = 5
every = "30s"

[[test]]
name = "the filter behind Postfix says that it is spam"
alerts = [{ source_ip = "10.20.4.31" }]
[[test.line]]
text = '''<22>{rfc3164} mail postfix/cleanup[1234]: 4C1A22A{n}: milter-reject: END-OF-MESSAGE from pc31.comune.example[10.20.4.31]: 5.7.1 Spam message rejected; from=<g.neri@comune.example> to=<a@altrui.example> proto=ESMTP helo=<pc31>'''
count = 5
every = "30s"

[[test]]
name = "four messages"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail MailScanner[1803828]: Message 4bsM5k4xJmz4r{n} from 10.20.4.31 (avviso@esempio.example) to comune.example is spam, SpamAssassin (not cached, score=25.5, required 4, BAYES_99 5.0)'''
count = 4
every = "30s"

[[test]]
name = "a printer that scans to an address that is no more"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail postfix/smtpd[1234]: NOQUEUE: reject: RCPT from stampante.comune.example[10.20.4.31]: 550 5.1.1 <spam@comune.example>: Recipient address rejected: User unknown in local recipient table; from=<stampante@comune.example> to=<spam@comune.example> proto=ESMTP helo=<stampante>'''
count = 10
every = "60s"

[[test]]
name = "a program that may not send outside"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail postfix/smtpd[1234]: NOQUEUE: reject: RCPT from app.comune.example[10.20.4.31]: 554 5.7.1 <a@altrui.example>: Relay access denied; from=<app@comune.example> to=<a@altrui.example> proto=ESMTP helo=<app>'''
count = 10
every = "60s"

[[test]]
name = "greylisting is no verdict"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail postgrey[812]: action=greylist, reason=new, client_name=app.comune.example, client_address=10.20.4.31/32, sender=app@comune.example, recipient=a{n}@altrui.example'''
count = 10
every = "60s"

[[test]]
name = "the relay in front of the server"
lists = { mail_gateways = ["10.20.4.31"] }
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail MailScanner[1803828]: Message 4bsM5k4xJmz4r{n} from 10.20.4.31 (avviso@esempio.example) to comune.example is spam, SpamAssassin (not cached, score=25.5, required 4, BAYES_99 5.0)'''
count = 6
every = "30s"

[[test]]
name = "the server hands its own mail to the filter"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail spamd[812]: spamd: result: Y 8 - BAYES_99,URIBL_BLACK scantime=0.8,size=4211,user=vmail,uid=5000,required_score=5.0,rhost=10.20.4.25,raddr=10.20.4.25,rport=40112,mid=<a{n}@bad.example>,bayes=0.99,autolearn=no'''
count = 6
every = "30s"

[[test]]
name = "spam from outside"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail MailScanner[1803828]: Message 4bsM5k4xJmz4r{n} from 203.0.113.9 (avviso@esempio.example) to comune.example is spam, SpamAssassin (not cached, score=25.5, required 4, BAYES_99 5.0)'''
count = 6
every = "30s"
---*/
-- A server's refusal (unknown recipient, no relaying, come back later) judges no message; it quotes the address, `<A>`.
-- What spamd names is the server that asks it.
SELECT source_ip, sum(event_count) AS messages
FROM events
WHERE class = 'email' AND event_action = 'mail_blocked' AND is_private_ip(source_ip) AND source_ip NOT IN ('127.0.0.1', '::1')
  AND (format = 'mailscanner'
    OR (format = 'rspamd' AND fields['action'] IN ('reject', 'discard', 'quarantine'))
    OR (format <> 'spamassassin' AND coalesce(fields['reason'], '') NOT LIKE '%<%'
      AND regexp_like(concat(coalesce(fields['verdict'], ''), ' ', coalesce(fields['reason'], '')), '\b(spam|virus|infected|malware)\b', 'i')))
  AND in_list(source_ip, 'mail_gateways') IS NOT TRUE
GROUP BY source_ip
HAVING sum(event_count) >= $messages
