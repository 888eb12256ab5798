/*---
id = "WB-22"
version = 2
title.en = "Method that no page uses"
title.it = "Metodo HTTP che nessuna pagina usa"
description.en = "TRACE, TRACK, DEBUG, CONNECT to a web server, or a method that no standard knows."
description.it = "TRACE, TRACK, DEBUG, CONNECT verso un server web, o un metodo che nessuno standard conosce."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1190", "T1595.002"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip", "http_request_method"] }
false_positives = ["a WebDAV or API client with methods of its own"]
false_positives_it = ["un client WebDAV o di API con metodi propri"]
response_it = [
  "1. Nessuna urgenza se la risposta è 400, 403 o 405.",
  "2. Se la risposta è 200, disattivare il metodo sul server.",
  "3. Bloccare l'indirizzo se insiste.",
]

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "the server is asked to repeat what it got"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "TRACE / HTTP/1.1" 405 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a calendar client"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "PROPFIND /calendari/ced/ HTTP/1.1" 207 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a desktop gateway at work"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "RDG_OUT_DATA /remoteDesktopGateway/ HTTP/1.1" 200 0 "-" "MS-RDGateway/1.0"'''
---*/
SELECT source_ip, http_request_method, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (http_request_method IS NOT NULL
    AND upper(http_request_method) NOT IN ('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY',
      'MOVE', 'LOCK', 'UNLOCK', 'REPORT', 'SEARCH', 'MKCALENDAR', 'ACL', 'CHECKOUT', 'CHECKIN', 'MERGE', 'VERSION-CONTROL', 'PURGE', 'BAN', 'QUERY',
      'SUBSCRIBE', 'UNSUBSCRIBE', 'NOTIFY', 'POLL', 'BPROPFIND', 'BPROPPATCH', 'BMOVE', 'BCOPY', 'BDELETE', 'MKACTIVITY', 'BASELINE-CONTROL',
      'RPC_IN_DATA', 'RPC_OUT_DATA', 'RDG_IN_DATA', 'RDG_OUT_DATA', 'SSTP_DUPLEX_POST', 'CCM_POST', 'BITS_POST', 'SOURCE', 'LINK', 'UNLINK', 'BIND', 'REBIND', 'UNBIND', 'PRI'))
