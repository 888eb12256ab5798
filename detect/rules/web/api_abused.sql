/*---
id = "WB-10"
title.en = "Interface for other bodies abused"
title.it = "Interfaccia verso altri enti abusata"
description.en = "A client of our interfaces (GovWay) is refused at least 100 times in five minutes (401, 403, 429): tokens that are wrong, expired or tried. Our own calls to others are left out."
description.it = "Un client delle nostre interfacce (GovWay) viene rifiutato almeno 100 volte in cinque minuti (401, 403, 429): token sbagliati, scaduti o provati a caso. Le nostre chiamate verso altri sono escluse."
severity = "medium"
family = "both"
window = "5m"
attack = ["T1190", "T1078"]
acn_class = "Accesso non autorizzato / -"
requires = { columns = ["source_ip", "http_response_status_code"] }
false_positives = ["a partner whose voucher expired and who goes on asking"]
false_positives_it = ["un ente con il voucher scaduto che continua a chiedere"]
response_it = [
  "1. Contattare l'ente fruitore.",
  "2. Ruotare la chiave.",
  "3. Limitare il tasso.",
]

[param]
refusals = 100

[[test]]
name = "a hundred refusals in two minutes"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"erogazione","api":"residenza","outHttpStatus":"401","resultClass":"KO","resultCode":"44","errorDetail":"Token non valido","clientIP":"203.0.113.9"}'''
count = 110
every = "1s"

[[test]]
name = "one expired token"
alerts = []
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"erogazione","api":"residenza","outHttpStatus":"401","resultClass":"KO","resultCode":"44","errorDetail":"Token non valido","clientIP":"203.0.113.9"}'''
count = 10
every = "1s"

[[test]]
name = "a national base refuses our own calls"
alerts = []
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"fruizione","api":"C015","outHttpStatus":"401","resultClass":"KO","resultCode":"44","errorDetail":"Token non valido","clientIP":"10.20.2.15"}'''
count = 110
every = "1s"
---*/
SELECT source_ip, sum(event_count) AS refusals
FROM events
WHERE event_action = 'api_call' AND http_response_status_code IN (401, 403, 429) AND source_ip IS NOT NULL AND coalesce(fields['role'], '') <> 'fruizione'
GROUP BY source_ip
HAVING sum(event_count) >= $refusals
