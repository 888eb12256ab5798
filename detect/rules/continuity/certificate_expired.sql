/*---
id = "SC-31"
title.en = "Certificate expired or about to"
title.it = "Certificato scaduto o in scadenza"
description.en = "A service or monitor says that a certificate has expired or expires within 14 days: portal, SPID or mail will stop. Certificates of clients and of servers that ours connects to are left out."
description.it = "Un servizio o un controllo dice che un certificato è scaduto o scade entro 14 giorni: portale, SPID o posta si fermeranno. Sono esclusi i certificati dei client e dei server a cui ci si collega."
severity = "medium"
family = "continuity"
entity = ["host_name"]
acn_class = "Indisponibilità / IS-3"
requires = { columns = ["host_name"] }
false_positives = ["the internal site of a test"]
false_positives_it = ["il sito interno di una prova"]
response_it = [
  "1. Vedere di quale nome è il certificato.",
  "2. Rinnovarlo e ricaricare il servizio.",
  "3. Per SPID e PEC avvisare il gestore prima della scadenza.",
]

[[test]]
name = "a monitor says ten days"
alerts = [{ host_name = "portale" }]
[[test.line]]
text = '''<28>{rfc3164} portale monit[812]: 'portale' certificate expires in 10 days'''

[[test]]
name = "expired"
alerts = [{ host_name = "portale" }]
[[test.line]]
text = '''<28>{rfc3164} portale monit[812]: Certificate "portale.comune.example" has expired'''

[[test]]
name = "three months"
alerts = []
[[test.line]]
text = '''<28>{rfc3164} portale monit[812]: 'portale' certificate expires in 90 days'''

[[test]]
name = "the certificate of somebody else"
alerts = []
[[test.line]]
text = '''<20>{rfc3164} mail postfix/smtpd[812]: client certificate has expired'''

[[test]]
name = "a dotted name, ten days"
alerts = [{ host_name = "portale" }]
[[test.line]]
text = '''<28>{rfc3164} portale check_http[812]: SSL WARNING - Certificate 'portale.comune.example' expires in 10 day(s) (Thu 26 Mar 2026 09:00:00 AM).'''

[[test]]
name = "a dotted name, will expire"
alerts = [{ host_name = "portale" }]
[[test.line]]
text = '''<28>{rfc3164} portale monit[812]: certificate of www.comune.example will expire in 3 days'''

[[test]]
name = "a dotted name, gone"
alerts = [{ host_name = "portale" }]
[[test.line]]
text = '''<28>{rfc3164} portale check_http[812]: SSL CRITICAL - Certificate 'portale.comune.example' expired on Sat 14 Mar 2026 09:00:00 AM.'''

[[test]]
name = "a dotted name, good for a year"
alerts = []
[[test.line]]
text = '''<28>{rfc3164} portale check_http[812]: SSL OK - Certificate 'portale.comune.example' will expire on Sat 13 Mar 2027 09:00:00 AM.'''
[[test.line]]
text = '''<28>{rfc3164} portale monit[812]: certificate of www.comune.example will expire in 360 days'''

[[test]]
name = "certificates of those on the other side"
alerts = []
[[test.line]]
text = '''<28>{rfc3164} vpn openvpn[812]: VERIFY ERROR: depth=0, error=certificate has expired: CN=mrossi.comune.example, serial=1'''
[[test.line]]
text = '''<28>{rfc3164} mail dovecot[812]: TLS handshake failed: SSL_accept(): error:14094415:SSL routines:ssl3_read_bytes:sslv3 alert certificate expired: SSL alert number 45'''
[[test.line]]
text = '''<28>{rfc3164} mail stunnel[812]: CERT: Verification error: certificate has expired'''

[[test]]
name = "two sentences"
alerts = []
[[test.line]]
text = '''<28>{rfc3164} portale monit[812]: 'portale' certificate loaded. The session of the page expired'''
---*/
SELECT coalesce(host_name, url_domain, collector) AS host_name, service_name
FROM events
WHERE (event_action IN ('web_error', 'health_change', 'certificate_issue')
    OR process_name IN ('certbot', 'stunnel', 'monit', 'check_http', 'haproxy', 'traefik', 'caddy', 'postfix/smtpd', 'dovecot', 'shibd', 'openvpn', 'slapd'))
  AND coalesce(event_outcome, '') <> 'success'
  AND regexp_like(message, '(cert(ificat[eo])?|x509)\b([^.]|[.]\S){0,120}\b(expired\b|(expires|will expire) (in ([0-9]|1[0-4]) (day|hour|minute)|today|tomorrow|soon)|about to expire|scadut[oi]|in scadenza)', 'i')
  AND NOT regexp_like(message, '(client|peer)( |.s )cert|verif(y|ication)|alert certificate|alert:? .*certificate expired|not (yet )?expired|^(SSL )?OK\b', 'i')
