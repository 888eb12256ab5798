/*---
id = "WB-04"
version = 2
title.en = "Password guessing on a site"
title.it = "Password provate sulla pagina di accesso di un sito"
description.en = "Many wrong passwords from one address on the login page of a site."
description.it = "Un indirizzo prova molte password sulla pagina di accesso di un sito."
severity = "high"
family = "both"
window = "10m"
attack = ["T1110"]
acn_class = "Compromissione account / -"
requires = { classes = ["web"], columns = ["source_ip"] }
false_positives = ["editor from home", "supplier from new office"]
false_positives_it = ["un redattore da casa", "il fornitore da una nuova sede"]
response_it = [
  "1. Chiedere all'editore.",
  "2. Cambiare password e attivare 2FA.",
  "3. Controllare plug-in e utenti nuovi.",
]

[param]
attempts = 20

[[test]]
name = "sixty posts to wp-login"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '198.51.100.60 - - [{clf}] "POST /wp-login.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'
every = "2s"
count = 60

[[test]]
name = "an editor mistypes"
alerts = []
[[test.line]]
text = '198.51.100.61 - - [{clf}] "POST /wp-login.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'
every = "10s"
count = 4

[[test]]
name = "mail programs that negotiate"
alerts = []
[[test.line]]
text = '198.51.100.62 - - [{clf}] "POST /mapi/emsmdb/?MailboxId=a HTTP/1.1" 401 0 "-" "Microsoft Office/16.0"'
every = "10s"
count = 50
[[test.line]]
text = '198.51.100.62 - - [{clf}] "POST /mapi/emsmdb/?MailboxId=a HTTP/1.1" 200 5120 "-" "Microsoft Office/16.0"'
at = "1s"
every = "20s"
count = 25
---*/
-- A program that negotiates is refused twice before each answer it gets: refusals must be most of what it sends.
SELECT source_ip, sum(event_count) FILTER (WHERE http_response_status_code = 401 OR (regexp_like(url_path, '(/wp-login\.php|/xmlrpc\.php|/user/login|/administrator/index\.php|/login|/accedi|/signin)$', 'i')
         AND http_response_status_code NOT IN (302, 303))) AS attempts
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND http_request_method = 'POST' AND source_ip IS NOT NULL
GROUP BY source_ip
HAVING sum(event_count) FILTER (WHERE http_response_status_code = 401 OR (regexp_like(url_path, '(/wp-login\.php|/xmlrpc\.php|/user/login|/administrator/index\.php|/login|/accedi|/signin)$', 'i')
         AND http_response_status_code NOT IN (302, 303))) >= $attempts
   AND sum(event_count) FILTER (WHERE http_response_status_code = 401 OR (regexp_like(url_path, '(/wp-login\.php|/xmlrpc\.php|/user/login|/administrator/index\.php|/login|/accedi|/signin)$', 'i')
         AND http_response_status_code NOT IN (302, 303)))
     > 3 * count(*) FILTER (WHERE http_response_status_code < 300 AND NOT regexp_like(url_path, '(/wp-login\.php|/xmlrpc\.php|/user/login|/administrator/index\.php|/login|/accedi|/signin)$', 'i'))
