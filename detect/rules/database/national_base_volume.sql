/*---
id = "DB-10"
title.en = "Unusual calls to a national base"
title.it = "Chiamate insolite a una banca dati nazionale"
description.en = "Calls to ANPR, INPS or another national base are far more than usual in an hour, or very many are refused."
description.it = "Le chiamate ad ANPR, INPS o un'altra base nazionale sono molte più del solito in un'ora, o moltissime sono rifiutate."
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
---*/
SELECT service_name, sum(event_count) AS calls
FROM events
WHERE class = 'database' AND event_action = 'api_call' AND service_name IS NOT NULL AND in_list(service_name, 'planned_batches') IS NOT TRUE
GROUP BY service_name
HAVING sum(event_count) >= $calls
    OR (sum(event_count) FILTER (WHERE http_response_status_code >= 400 AND http_response_status_code < 500) >= $refused
      AND sum(event_count) FILTER (WHERE http_response_status_code >= 400 AND http_response_status_code < 500) * 5 >= 2 * sum(event_count))
