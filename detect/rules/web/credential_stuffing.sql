/*---
id = "WB-08"
version = 2
title.en = "Credential stuffing on the citizens' portal"
title.it = "Tentativi con credenziali rubate sul portale cittadini"
description.en = "In 15 minutes one address for logins refuses at least 100 of them and these are 60 % or more (400, 401, 403, 422, 429), or a login page shows itself again as often (200) and hardly ever says 401."
description.it = "In 15 minuti un indirizzo per gli accessi ne rifiuta almeno 100, pari al 60 % o più (400, 401, 403, 422, 429), oppure una pagina di login si ripresenta altrettante volte (200) e quasi mai risponde 401."
severity = "high"
family = "both"
window = "15m"
entity = ["site", "url_path"]
attack = ["T1110.004"]
acn_class = "Brute force / IS-4"
requires = { classes = ["web"], columns = ["url_path"] }
false_positives = ["school meals first day: many parents wrong password from mobile operator NAT", "a login page that answers 200 also to the right password"]
false_positives_it = ["il primo giorno della mensa: molti genitori sbagliano la password dietro lo stesso indirizzo dell'operatore mobile", "una pagina di login che risponde 200 anche alla password giusta"]
response_it = [
  "1. Attivare captcha.",
  "2. Bloccare le reti.",
  "3. Reimpostare gli account con accesso riuscito.",
]

[param]
attempts = 100
share = 0.6
# The part of 401 from which a page is an interface in JSON, not a form.
json = 0.02

[[test]]
name = "three hundred wrong passwords"
alerts = [{ url_path = "/login" }]
[[test.line]]
text = '203.0.113.{n} - - [{clf}] "POST /login HTTP/1.1" 401 5120 "-" "Mozilla/5.0"'
every = "2s"
count = 250
[[test.line]]
text = '198.51.100.{n} - - [{clf}] "POST /login HTTP/1.1" 401 5120 "-" "Mozilla/5.0"'
every = "10s"
count = 50

[[test]]
name = "the opening of the school meals"
alerts = []
[[test.line]]
text = '203.0.113.{n} - - [{clf}] "POST /login HTTP/1.1" 302 5120 "-" "Mozilla/5.0"'
every = "2s"
count = 200
[[test.line]]
text = '198.51.100.{n} - - [{clf}] "POST /login HTTP/1.1" 401 5120 "-" "Mozilla/5.0"'
every = "8s"
count = 60

[[test]]
name = "an interface in JSON"
alerts = [{ url_path = "/api/v1/auth" }]
[[test.line]]
text = '''203.0.113.{n} - - [{clf}] "POST /api/v1/auth HTTP/1.1" 401 120 "-" "Mozilla/5.0"'''
every = "2s"
count = 200
[[test.line]]
text = '''198.51.100.{n} - - [{clf}] "POST /api/v1/auth HTTP/1.1" 200 512 "-" "Mozilla/5.0"'''
every = "20s"
count = 5

[[test]]
name = "the opening of the school meals, on a page that logs in by JSON"
alerts = []
[[test.line]]
text = '''203.0.113.{n} - - [{clf}] "POST /login HTTP/1.1" 200 512 "-" "Mozilla/5.0"'''
every = "2s"
count = 200
[[test.line]]
text = '''198.51.100.{n} - - [{clf}] "POST /login HTTP/1.1" 401 120 "-" "Mozilla/5.0"'''
every = "20s"
count = 20
[[test.line]]
text = '''203.0.113.{n} - - [{clf}] "POST /api/v1/token HTTP/1.1" 200 512 "-" "Mozilla/5.0"'''
every = "2s"
count = 200

[[test]]
name = "a form shows itself again, and one answer is 401"
alerts = [{ url_path = "/login.php" }]
[[test.line]]
text = '''203.0.113.{n} - - [{clf}] "POST /login.php HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''
every = "2s"
count = 150
[[test.line]]
text = '''198.51.100.7 - - [{clf}] "POST /login.php HTTP/1.1" 401 120 "-" "Mozilla/5.0"'''

[[test]]
name = "tokens and sessions handed out"
alerts = []
[[test.line]]
text = '''203.0.113.{n} - - [{clf}] "POST /realms/comune/protocol/openid-connect/token HTTP/1.1" 200 512 "-" "Mozilla/5.0"'''
every = "2s"
count = 200
[[test.line]]
text = '''203.0.113.{n} - - [{clf}] "POST /oauth/token HTTP/1.1" 200 512 "-" "Mozilla/5.0"'''
every = "2s"
count = 200
[[test.line]]
text = '''203.0.113.{n} - - [{clf}] "POST /sessions HTTP/1.1" 200 512 "-" "Mozilla/5.0"'''
every = "2s"
count = 200
[[test.line]]
text = '''203.0.113.{n} - - [{clf}] "POST /auth HTTP/1.1" 200 512 "-" "Mozilla/5.0"'''
every = "2s"
count = 200
[[test.line]]
text = '''203.0.113.{n} - - [{clf}] "POST /realms/comune/login-actions/authenticate HTTP/1.1" 200 512 "-" "Mozilla/5.0"'''
every = "2s"
count = 200
---*/
-- A form answers a wrong password with 200 and a right one with 302; an interface in JSON with 401 and 200.
SELECT coalesce(url_domain, host_name, collector) AS site, url_path, sum(event_count) AS attempts, count(DISTINCT source_ip) AS sources
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND http_request_method = 'POST'
  AND regexp_like(url_path, '(wp-login\.php|xmlrpc\.php|administrator/index\.php|/(user/)?(log-?in|accedi|accesso|sign-?in|auth|authenticate|session|sessions|token|oauth/token)(\.(php|aspx?|jsp|do|html|json))?/?)$', 'i')
GROUP BY coalesce(url_domain, host_name, collector), url_path
HAVING (sum(event_count) FILTER (WHERE http_response_status_code IN (400, 401, 403, 422, 429)) >= $attempts
    AND sum(event_count) FILTER (WHERE http_response_status_code IN (400, 401, 403, 422, 429)) >= $share * sum(event_count))
    OR (sum(event_count) FILTER (WHERE http_response_status_code = 200 AND url_path NOT LIKE '%/api/%' AND regexp_like(url_path, '(wp-login\.php|administrator/index\.php|/(log-?in|accedi|accesso|sign-?in)(\.(php|aspx?|jsp|do|html))?/?)$', 'i')) >= $attempts
    AND sum(event_count) FILTER (WHERE http_response_status_code = 200 AND url_path NOT LIKE '%/api/%' AND regexp_like(url_path, '(wp-login\.php|administrator/index\.php|/(log-?in|accedi|accesso|sign-?in)(\.(php|aspx?|jsp|do|html))?/?)$', 'i')) >= $share * sum(event_count)
    AND (sum(event_count) FILTER (WHERE http_response_status_code = 401) > $json * sum(event_count)) IS NOT TRUE)
