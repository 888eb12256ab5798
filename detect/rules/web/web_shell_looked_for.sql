/*---
id = "WB-28"
title.en = "Web shell looked for by its name"
title.it = "Web shell cercata per nome"
description.en = "A request for a script with the name of a known web shell. High alarms come from WB-02, WB-09 and AC-09 when one is there."
description.it = "Una richiesta di uno script con il nome di una web shell nota. Se una c'è davvero, avvisano WB-02, WB-09 e AC-09."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1505.003", "T1595.003"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip", "url_path"] }
false_positives = ["Internet background noise"]
false_positives_it = ["il rumore di fondo di Internet"]
response_it = [
  "1. Nessuna urgenza se la risposta è 404.",
  "2. Se la risposta è 200, isolare il server e conservare il file.",
  "3. Cercare altri file con la stessa data.",
]

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a name of old"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /uploads/c99.php HTTP/1.1" 404 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "pages with ordinary names"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /lettore/index.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /mitologia/perseo.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND regexp_like(url_path, '/([^/]*(web|[^a-z]php|[^a-z]asp|[^a-z]jsp|cmd|mini|simple|up|back|tiny|fox|linux|perl|python|safe|null|dx|s72|zone|0day|x0|aspx?y|file|cgi)[-_.]?shells?[^/]*|[^/]*_shell|shell[0-9]*|[^/]*(c99|r57|c100|b374k|b37|wso[0-9_.]*|alfa([-_]?(shell|rex|data|team))?|indoxploit|antichat|locus7s?|safe0ver|sosyete|egy_?spider|k2ll33d|kacak|lamashell|mysqlwebsh|ntdaddy|phpspy|rootshell|uploader_?by|weevely|zaco|tryag|simattacker|backdoor(pl|php)?|bypass403|gel4y|marijuana|wp-?filemanager[0-9]*|adminer-[0-9.]+|eval-?stdin|cmdjsp|jspspy|aspydrv|aspxspy|chopper|godzilla|behinder|china-?chopper|cyberspy5?|devilzshell|dxshell|erne|ftpsearch|fatalshell|gfs_sh|h4ntu|imhapftp|klasvayv|liz0zim|mailer3?|matamu|nstview|pws|pouya|reader|remexp|rhtools|s_?t_?u_?n|shellbot|stnc|tool25|winx|xinfo)[^/]*)[.](php[0-9]?|phtml|aspx?|jspx?|cgi|pl|cfm|sh)$', 'i')
