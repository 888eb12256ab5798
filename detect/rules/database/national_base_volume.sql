/*---
id = "DB-10"
title.en = "Very many calls to a national base"
title.it = "Moltissime chiamate a una banca dati nazionale"
description.en = "In an hour we make at least 3,000 calls to one service of ANPR, INPS or another body and far more than at that hour of the week, or at least 50 of our calls are refused and these are 40 % or more. Calls that GovWay says others make to us do not count."
description.it = "In un'ora facciamo almeno 3.000 chiamate a un servizio di ANPR, INPS o di un altro ente, molte più che a quell'ora della settimana, o almeno 50 nostre chiamate sono rifiutate e sono il 40 % o più. Le chiamate che per GovWay altri fanno a noi non contano."
severity = "high"
family = "database"
window = "1h"
attack = ["T1550.001", "T1213"]
acn_class = "Abuso di credenziali / IS-1, IS-4"
requires = { classes = ["database"], columns = ["service_name"] }
false_positives = ["realignment with ANPR, checks of TARI residents, electoral lists: a planned batch"]
false_positives_it = ["riallineamento ANPR, verifica dei residenti TARI, liste elettorali: un lotto previsto"]
response_it = [
  "1. Chiedere al fornitore se è un lotto previsto.",
  "2. Se no, sospendere la chiave di accesso al servizio.",
  "3. Contare le persone consultate e avvisare il DPO.",
]

[baseline]
of = "unrefused"
times = 8
min_history = "14d"

[param]
calls = 3000
refused = 50

[list.planned_batches]
when_empty = "nothing-listed"

[[test]]
name = "three thousand calls in twenty minutes"
alerts = [{ service_name = "C015" }]
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"fruizione","api":"C015","outHttpStatus":"200","resultClass":"OK","resultCode":"0","clientIP":"10.20.2.15"}'''
count = 3000
every = "400ms"

[[test]]
name = "sixty refusals"
alerts = [{ service_name = "C015" }]
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"fruizione","api":"C015","outHttpStatus":"401","resultClass":"KO","resultCode":"0","clientIP":"10.20.2.15"}'''
count = 60
every = "2s"

[[test]]
name = "an ordinary hour"
alerts = []
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"fruizione","api":"C015","outHttpStatus":"200","resultClass":"OK","resultCode":"0","clientIP":"10.20.2.15"}'''
count = 200
every = "10s"

[[test]]
name = "others call us"
alerts = []
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"erogazione","api":"residenza","outHttpStatus":"200","resultClass":"OK","resultCode":"0","clientIP":"203.0.113.9"}'''
count = 3000
every = "400ms"

[[test]]
name = "an alignment every Monday at ten, known after two weeks, and refusals at that hour"
start = "2026-05-04T10:00:00+02:00"
alerts = [{ service_name = "C015" }, { service_name = "C015" }, { service_name = "C015" }]
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"fruizione","api":"C015","outHttpStatus":"200","resultClass":"OK","resultCode":"0","clientIP":"10.20.2.15"}'''
every = "400ms"
count = 3100
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"fruizione","api":"C015","outHttpStatus":"200","resultClass":"OK","resultCode":"0","clientIP":"10.20.2.15"}'''
at = "7d"
every = "400ms"
count = 3100
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"fruizione","api":"C015","outHttpStatus":"200","resultClass":"OK","resultCode":"0","clientIP":"10.20.2.15"}'''
at = "14d"
every = "400ms"
count = 3100
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"fruizione","api":"C015","outHttpStatus":"401","resultClass":"KO","resultCode":"0","clientIP":"10.20.2.15"}'''
at = "21d"
every = "2s"
count = 60
---*/
-- Refusals are no habit: where they ring there is nothing to compare.
SELECT service_name, sum(event_count) AS calls,
  CASE WHEN sum(event_count) FILTER (WHERE http_response_status_code >= 400 AND http_response_status_code < 500) >= $refused
      AND sum(event_count) FILTER (WHERE http_response_status_code >= 400 AND http_response_status_code < 500) * 5 >= 2 * sum(event_count)
    THEN NULL ELSE sum(event_count) END AS unrefused
FROM events
WHERE class = 'database' AND event_action = 'api_call' AND service_name IS NOT NULL AND coalesce(fields['role'], 'fruizione') = 'fruizione'
  AND in_list(service_name, 'planned_batches') IS NOT TRUE
GROUP BY service_name
HAVING sum(event_count) >= $calls
    OR (sum(event_count) FILTER (WHERE http_response_status_code >= 400 AND http_response_status_code < 500) >= $refused
      AND sum(event_count) FILTER (WHERE http_response_status_code >= 400 AND http_response_status_code < 500) * 5 >= 2 * sum(event_count))
