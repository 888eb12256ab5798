/*---
id = "WB-30"
version = 2
title.en = "Burst of refused logins on a site"
title.it = "Raffica di accessi rifiutati su un sito"
description.en = "Six refusals in a minute from one address, none let in: answers 401, or posts to a login page that do not lead further. WB-04 says when it goes on."
description.it = "Sei rifiuti in un minuto da un indirizzo, nessuno accettato: risposte 401, o invii a una pagina di accesso che non portano avanti. WB-04 avvisa quando continua."
severity = "low"
family = "both"
window = "60s"
attack = ["T1110.001"]
acn_class = "Brute force / -"
requires = { classes = ["web"], columns = ["source_ip"] }
false_positives = ["a program with an old password"]
false_positives_it = ["un programma con la vecchia password"]
response_it = [
  "1. Se l'indirizzo è esterno, bloccarlo sul firewall.",
  "2. Verificare gli accessi riusciti a quel sito nelle stesse ore.",
  "3. Attivare il secondo fattore o un limite di tentativi.",
]

[param]
refusals = 6

[[test]]
name = "eight wrong passwords"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /riservata/ HTTP/1.1" 401 5120 "-" "Mozilla/5.0"'''
count = 8
every = "2s"

[[test]]
name = "eight posts to the login page"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /login HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
count = 8
every = "2s"

[[test]]
name = "an office that negotiates"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /intranet/{n} HTTP/1.1" 401 5120 "-" "Mozilla/5.0"'''
count = 8
every = "2s"
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /intranet/{n} HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
count = 30
every = "1s"

[[test]]
name = "an editor mistypes"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "POST /wp-login.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
count = 4
every = "10s"

[[test]]
name = "a program is refused twice before each answer"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /EWS/Exchange.asmx HTTP/1.1" 401 0 "-" "Microsoft Office/16.0"'''
count = 20
every = "2s"
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /EWS/Exchange.asmx HTTP/1.1" 200 5120 "-" "Microsoft Office/16.0"'''
count = 10
every = "4s"
---*/
SELECT source_ip, sum(event_count) AS refusals
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND source_ip IS NOT NULL
GROUP BY source_ip
HAVING (sum(event_count) FILTER (WHERE http_response_status_code = 401) >= $refusals
    OR sum(event_count) FILTER (WHERE http_request_method = 'POST' AND http_response_status_code IN (200, 400, 401, 403, 404, 405, 422, 429)
      AND regexp_like(url_path, '(wp-login\.php|xmlrpc\.php|administrator/index\.php|/(user/)?(log-?in|accedi|accesso|sign-?in|auth|authenticate|session|sessions|token|oauth/token)(\.(php|aspx?|jsp|do|html|json))?/?)$', 'i')) >= $refusals)
   AND count(*) FILTER (WHERE http_response_status_code IN (302, 303) AND http_request_method = 'POST') = 0
   AND sum(event_count) FILTER (WHERE http_response_status_code IN (200, 400, 401, 403, 404, 405, 422, 429) AND (http_response_status_code = 401 OR http_request_method = 'POST')) * 4 > 3 * sum(event_count)
