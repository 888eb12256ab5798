/*---
id = "WB-35"
title.en = "Parts of a site that its configuration forbids"
title.it = "Parti del sito vietate dalla configurazione"
description.en = "In ten minutes one address asks the web server for at least five different folders or files that its configuration gives to nobody."
description.it = "In dieci minuti un indirizzo chiede al server web almeno cinque cartelle o file diversi che la configurazione non dà a nessuno."
severity = "low"
family = "both"
window = "10m"
attack = ["T1083", "T1595.003"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip"] }
false_positives = ["pages of ours that link folders without an index"]
false_positives_it = ["pagine nostre che rimandano a cartelle senza indice"]
response_it = [
  "1. Nessuna urgenza: la richiesta è stata respinta.",
  "2. Guardare che cosa altro ha chiesto lo stesso indirizzo.",
  "3. Se la cartella non serve, toglierla dal sito.",
]

[list.known_scanners]
when_empty = "nothing-listed"

[param]
paths = 5

[[test]]
name = "an error of the application"
alerts = []
[[test.line]]
text = '''[{apache_error}] [php:error] [pid 6433:tid 139921] [client 203.0.113.9:46433] PHP Warning:  Undefined array key "lang" in /var/www/app/header.php:41'''

[[test]]
name = "five folders"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''[{apache_error}] [authz_core:error] [pid 31858] [client 203.0.113.9:38870] AH01630: client denied by server configuration: /var/www/sito/config/'''
[[test.line]]
text = '''[{apache_error}] [authz_core:error] [pid 31858] [client 203.0.113.9:38870] AH01630: client denied by server configuration: /var/www/sito/.git'''
[[test.line]]
text = '''[{apache_error}] [authz_core:error] [pid 31858] [client 203.0.113.9:38870] AH01630: client denied by server configuration: /var/www/sito/vendor/'''
[[test.line]]
text = '''[{apache_error}] [autoindex:error] [pid 31858] [client 203.0.113.9:38870] AH01276: Cannot serve directory /var/www/sito/img/: No matching DirectoryIndex (index.php) found, and server-generated directory index forbidden by Options directive'''
[[test.line]]
text = '''[{apache_error}] [authz_core:error] [pid 31858] [client 203.0.113.9:38870] AH01630: client denied by server configuration: /var/www/sito/server-status'''

[[test]]
name = "a bot at one closed file"
alerts = []
[[test.line]]
text = '''[{apache_error}] [authz_core:error] [pid 31858] [client 203.0.113.9:38870] AH01630: client denied by server configuration: /var/www/sito/xmlrpc.php'''
every = "5s"
count = 60
---*/
SELECT source_ip, count(DISTINCT coalesce(url_path, file_path)) AS paths
FROM events
WHERE class = 'web' AND event_action = 'web_error' AND format IN ('apache_error', 'nginx_error') AND source_ip IS NOT NULL
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (event_code IN ('AH01630', 'AH01797', 'AH01276') OR message LIKE '%client denied by server configuration%'
    OR message LIKE '%irectory index forbidden by %' OR message LIKE '%access forbidden by rule%')
GROUP BY source_ip
HAVING count(DISTINCT coalesce(url_path, file_path)) >= $paths
