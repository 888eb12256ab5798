/*---
id = "WB-08"
version = 2
title.en = "Credential stuffing on the citizens' portal"
title.it = "Tentativi con credenziali rubate sul portale cittadini"
description.en = "Old local logins (before SPID) or library/mensa accounts."
description.it = "Moltissimi accessi falliti a una pagina di login, spesso da più indirizzi."
severity = "high"
family = "both"
window = "15m"
entity = ["site", "url_path"]
attack = ["T1110.004"]
acn_class = "Brute force / IS-4"
requires = { classes = ["web"], columns = ["url_path"] }
false_positives = ["school meals first day: many parents wrong password from mobile operator NAT"]
false_positives_it = ["il primo giorno della mensa: molti genitori sbagliano la password dietro lo stesso indirizzo dell'operatore mobile"]
response_it = [
  "1. Attivare captcha.",
  "2. Bloccare le reti.",
  "3. Reimpostare gli account con accesso riuscito.",
]

[param]
attempts = 100
share = 0.6

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
---*/
-- A form answers a wrong password with 200 and a right one with 302; an interface in JSON with 401 and 200.
SELECT coalesce(url_domain, host_name, collector) AS site, url_path, sum(event_count) AS attempts, count(DISTINCT source_ip) AS sources
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND http_request_method = 'POST'
  AND regexp_like(url_path, '(wp-login\.php|xmlrpc\.php|administrator/index\.php|/(user/)?(log-?in|accedi|accesso|sign-?in|auth|authenticate|session|sessions|token|oauth/token)(\.(php|aspx?|jsp|do|html|json))?/?)$', 'i')
GROUP BY coalesce(url_domain, host_name, collector), url_path
HAVING (sum(event_count) FILTER (WHERE http_response_status_code IN (400, 401, 403, 422, 429)) >= $attempts
    AND sum(event_count) FILTER (WHERE http_response_status_code IN (400, 401, 403, 422, 429)) >= $share * sum(event_count))
    OR (count(*) FILTER (WHERE http_response_status_code = 401) = 0
    AND sum(event_count) FILTER (WHERE http_response_status_code NOT IN (302, 303) AND url_path NOT LIKE '%/api/%') >= $attempts
    AND sum(event_count) FILTER (WHERE http_response_status_code NOT IN (302, 303) AND url_path NOT LIKE '%/api/%') >= $share * sum(event_count))
