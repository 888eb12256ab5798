/*---
id = "WB-35"
title.en = "Part of a site that its configuration forbids"
title.it = "Parte del sito vietata dalla configurazione"
description.en = "Somebody asks the web server for a folder or file that its configuration gives to nobody."
description.it = "Qualcuno chiede al server web una cartella o un file che la configurazione non dà a nessuno."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1083", "T1595.003"]
acn_class = "Scansione / -"
requires = { classes = ["web"], columns = ["source_ip"] }
false_positives = ["a page of ours that links a folder without an index"]
false_positives_it = ["una pagina nostra che rimanda a una cartella senza indice"]
response_it = [
  "1. Nessuna urgenza: la richiesta è stata respinta.",
  "2. Guardare che cosa altro ha chiesto lo stesso indirizzo.",
  "3. Se la cartella non serve, toglierla dal sito.",
]

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a folder of configuration"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''[{apache_error}] [authz_core:error] [pid 31858] [client 203.0.113.9:38870] AH01630: client denied by server configuration: /var/www/sito/config/'''

[[test]]
name = "an error of the application"
alerts = []
[[test.line]]
text = '''[{apache_error}] [php:error] [pid 6433:tid 139921] [client 203.0.113.9:46433] PHP Warning:  Undefined array key "lang" in /var/www/app/header.php:41'''
---*/
SELECT source_ip, file_path
FROM events
WHERE class = 'web' AND event_action = 'web_error' AND format IN ('apache_error', 'nginx_error') AND source_ip IS NOT NULL
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
  AND (event_code IN ('AH01630', 'AH01797', 'AH01276') OR message LIKE '%client denied by server configuration%'
    OR message LIKE '%irectory index forbidden by %' OR message LIKE '%access forbidden by rule%')
