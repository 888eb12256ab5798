/*---
id = "SC-31"
title.en = "Certificate expired or about to"
title.it = "Certificato scaduto o in scadenza"
description.en = "A certificate has expired or is about to: portal, SPID or mail will stop."
description.it = "Un certificato è scaduto o sta per scadere: portale, SPID o posta si fermeranno."
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
text = '''<28>{rfc3164} portale stunnel[812]: certificate has expired: depth=0'''

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
---*/
SELECT coalesce(host_name, url_domain, collector) AS host_name, service_name
FROM events
WHERE (event_action IN ('web_error', 'health_change', 'certificate_issue')
    OR process_name IN ('certbot', 'stunnel', 'monit', 'check_http', 'haproxy', 'traefik', 'caddy', 'postfix/smtpd', 'dovecot', 'shibd', 'openvpn', 'slapd'))
  AND coalesce(event_outcome, '') <> 'success'
  AND regexp_like(message, '(cert(ificate)?|x509)[^.]{0,60}(has )?(expired|expires in ([0-9]|1[0-4]) day|is about to expire|scadut|in scadenza)', 'i')
  AND NOT regexp_like(message, '(client|peer) cert|verify failed', 'i')
