/*---
id = "WB-02"
title.en = "Web shell used"
title.it = "Web shell usata"
description.en = "A script with the name of a known web shell answers: the server obeys somebody else."
description.it = "Uno script con il nome di una web shell nota risponde: il server obbedisce a qualcun altro."
severity = "critical"
family = "both"
entity = ["source_ip", "url_path"]
attack = ["T1505.003", "T1059"]
acn_class = "Compromissione sito / IS-1, IS-2, IS-4"
requires = { classes = ["web"], columns = ["url_path", "http_response_status_code"] }
false_positives = ["a site that answers 200 to every address, also to those that do not exist"]
false_positives_it = ["un sito che risponde 200 a qualunque indirizzo, anche inesistente"]
response_it = [
  "1. Isolare il server web.",
  "2. Copiare il file e i registri prima di cancellare.",
  "3. Cercare altri file con la stessa data.",
  "4. Segnalare al COSC.",
]

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a command is sent"
alerts = [{ source_ip = "203.0.113.9", url_path = "/img/c99.php" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /img/c99.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "looked for and not there"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /img/c99.php HTTP/1.1" 404 187 "-" "Mozilla/5.0"'''

[[test]]
name = "a page of the site"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /cerca.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, url_path
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND http_response_status_code = 200 AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (http_request_method = 'POST' OR url_query IS NOT NULL) AND coalesce(http_response_body_bytes, 1) > 0
  AND regexp_like(url_path, '/([^/]*(web|[^a-z]php|[^a-z]asp|[^a-z]jsp|cmd|mini|simple|up|back|tiny|fox|linux|perl|python|safe|null|dx|s72|zone|0day|x0|aspx?y|file|cgi)[-_.]?shells?[^/]*|[^/]*_shell|shell[0-9]*|[^/]*(c99|r57|c100|b374k|b37|wso[0-9_.]*|alfa([-_]?(shell|rex|data|team))?|indoxploit|antichat|locus7s?|safe0ver|sosyete|egy_?spider|k2ll33d|kacak|lamashell|mysqlwebsh|ntdaddy|phpspy|rootshell|uploader_?by|weevely|zaco|tryag|simattacker|backdoor(pl|php)?|bypass403|gel4y|marijuana|wp-?filemanager[0-9]*|adminer-[0-9.]+|eval-?stdin|cmdjsp|jspspy|aspydrv|aspxspy|chopper|godzilla|behinder|china-?chopper|cyberspy5?|devilzshell|dxshell|erne|ftpsearch|fatalshell|gfs_sh|h4ntu|imhapftp|klasvayv|liz0zim|mailer3?|matamu|nstview|pws|pouya|reader|remexp|rhtools|s_?t_?u_?n|shellbot|stnc|tool25|winx|xinfo)[^/]*)[.](php[0-9]?|phtml|aspx?|jspx?|cgi|pl|cfm|sh)$', 'i')
