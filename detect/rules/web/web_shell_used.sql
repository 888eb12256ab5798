/*---
id = "WB-02"
title.en = "Web shell used"
title.it = "Web shell usata"
description.en = "A script with the name of a known web shell, or named shell, answers 200 to a POST or to a request with parameters: the server obeys somebody else."
description.it = "Uno script con il nome di una web shell nota, o chiamato shell, risponde 200 a una POST o a una richiesta con parametri: il server obbedisce a qualcun altro."
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

[[test]]
name = "names of pages that hold the name of a shell"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /scuole-materne.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /gestione-esterne.jsp HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /area/interne.aspx HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /elenco_alfabetico.asp HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /mailer.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /phpmailer.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /pdfreader.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /newsonline.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /newsOggi.asp HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /piazzacomunale.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /alfa.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /zaco.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /wso.jsp HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /reader.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /lettori/pws.asp HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /helicopters-chopper_x/index.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /stunning.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /popup-shellac.aspx HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a shell with a version in its name"
alerts = [{ source_ip = "203.0.113.9", url_path = "/img/wso2.5.php" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /img/wso2.5.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a shell between other words"
alerts = [{ source_ip = "203.0.113.9", url_path = "/upload/foto_c99shell-1.php" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /upload/foto_c99shell-1.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
---*/
SELECT source_ip, url_path
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND http_response_status_code = 200 AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (http_request_method = 'POST' OR url_query IS NOT NULL) AND coalesce(http_response_body_bytes, 1) > 0
  AND regexp_like(url_path, '/(([^/]*[^a-z/])?(web|php|asp|jsp|cmd|mini|simple|up|back|tiny|fox|linux|perl|python|safe|null|dx|s72|zone|0day|x0|aspx?y|file|cgi)[-_.]?shells?([^a-z/][^/]*)?|[^/]*_shell|shell[0-9]*|([^/]*[^a-z/])?((c99|r57|c100|b374k|b37)(shell)?|wso[-_]?[0-9][0-9._]*|alfa[-_]?(shell|rex|team)|indoxploit|antichat|locus7s?|safe0ver|sosyete|egy_?spider|k2ll33d|kacak|lamashell|mysqlwebsh|ntdaddy|phpspy|rootshell|uploader_?by|weevely|tryag|simattacker|backdoor(pl|php)?|bypass403|gel4y|marijuana|wp-?filemanager[0-9]*|eval-?stdin|cmdjsp|jspspy|aspydrv|aspxspy|(china)?chopper|godzilla|behinder|cyberspy5?|devilzshell|dxshell|ftpsearch|fatalshell|gfs_sh|h4ntu|imhapftp|klasvayv|liz0zim|matamu|nstview|pouya|remexp|rhtools|shellbot|stnc|tool25|xinfo)([^a-z/][^/]*)?)[.](php[0-9]?|phtml|aspx?|jspx?|cgi|pl|cfm|sh)$', 'i')
