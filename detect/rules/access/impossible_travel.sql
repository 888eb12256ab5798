/*---
id = "AC-07"
version = 3
title.en = "Impossible travel"
title.it = "Accessi da luoghi incompatibili"
description.en = "The same account gets in to a server or an application from two networks of the Internet within a minute."
description.it = "Lo stesso account entra in un server o in un applicativo da due reti di Internet nello stesso minuto."
severity = "high"
family = "both"
window = "60s"
entity = ["user_name", "source_ip", "other_ip"]
attack = ["T1078.004"]
acn_class = "Compromissione account / IS-4"
requires = { classes = ["authentication"], columns = ["user_name", "source_ip"] }
false_positives = ["a phone that passes from Wi-Fi to the mobile network", "a service account used by several servers of a supplier"]
false_positives_it = ["un telefono che passa dal Wi-Fi alla rete mobile", "un account di servizio usato da più server di un fornitore"]
response_it = [
  "1. Revocare le sessioni.",
  "2. Sentire l'utente.",
  "3. Controllare regole di posta (ML-01).",
]
privacy = "account di un dipendente"

[param]
networks = 2

[[test]]
name = "two networks in ten seconds"
alerts = [{ user_name = "tecnico", source_ip = "198.51.100.4", other_ip = "203.0.113.9" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted publickey for tecnico from 203.0.113.9 port 50100 ssh2'''
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted publickey for tecnico from 198.51.100.4 port 50101 ssh2'''
at = "10s"

[[test]]
name = "the same network"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted publickey for tecnico from 203.0.113.9 port 50100 ssh2'''
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted publickey for tecnico from 203.0.113.77 port 50101 ssh2'''
at = "10s"

[[test]]
name = "an hour later"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted publickey for tecnico from 203.0.113.9 port 50100 ssh2'''
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted publickey for tecnico from 198.51.100.4 port 50101 ssh2'''
at = "1h"

[[test]]
name = "a mailbox read by a telephone and a PC"
alerts = []
[[test.line]]
text = '''<22>{rfc3164} mail dovecot: imap-login: Login: user=<tecnico>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.25, mpid=2{n:03}, TLS, session=<a{n}>'''
[[test.line]]
text = '''<22>{rfc3164} mail dovecot: imap-login: Login: user=<tecnico>, method=PLAIN, rip=198.51.100.4, lip=192.0.2.25, mpid=3{n:03}, TLS, session=<b{n}>'''
at = "10s"

[[test]]
name = "one line with both kinds of address"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted publickey for tecnico from 203.0.113.9 port 50100 ssh2'''
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted publickey for tecnico from 2001:db8:1::9 port 50101 ssh2'''
at = "10s"
---*/
-- Mailboxes are read by the telephone and by the PC at once: there two networks mean nothing. Nor do an IPv4 and an IPv6 address.
SELECT user_name, min(source_ip) AS source_ip, max(source_ip) AS other_ip, count(DISTINCT regexp_replace(source_ip, '^([0-9]+[.][0-9]+|[0-9a-f]+:[0-9a-f]+).*$', '\1')) AS networks
FROM events
WHERE class = 'authentication' AND event_action IN ('login', 'federated_login') AND event_outcome = 'success'
  AND user_name IS NOT NULL AND source_ip IS NOT NULL AND NOT is_private_ip(source_ip)
  AND format NOT IN ('entra_signin', 'm365_audit', 'dovecot', 'zimbra', 'courier', 'cyrus', 'perdition', 'uw_imap', 'solid_pop3d')
GROUP BY user_name
HAVING count(DISTINCT regexp_replace(source_ip, '^([0-9]+[.][0-9]+|[0-9a-f]+:[0-9a-f]+).*$', '\1')) FILTER (WHERE source_ip NOT LIKE '%:%') >= $networks
    OR count(DISTINCT regexp_replace(source_ip, '^([0-9]+[.][0-9]+|[0-9a-f]+:[0-9a-f]+).*$', '\1')) FILTER (WHERE source_ip LIKE '%:%') >= $networks
