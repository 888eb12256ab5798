/*---
id = "WB-36"
title.en = "New operation used by a client of our interfaces"
title.it = "Operazione nuova usata da un client delle nostre interfacce"
description.en = "A client of our interfaces (GovWay) succeeds with an operation that it did not use in the ninety days before: a key in other hands asks for other things. Our own calls to others are left out."
description.it = "Un client delle nostre interfacce (GovWay) usa con successo un'operazione che non usava da novanta giorni: una chiave finita in altre mani chiede altre cose. Le nostre chiamate verso altri sono escluse."
severity = "low"
family = "database"
entity = ["client", "service_name", "operation"]
attack = ["T1078"]
acn_class = "Accesso non autorizzato / -"
requires = { columns = ["service_name", "fields.operation"] }
false_positives = ["a partner that begins to use more of the interface: ask it"]
false_positives_it = ["un ente che comincia a usare altro dell'interfaccia: chiedere conferma"]
response_it = [
  "1. Chiedere all'ente fruitore se l'uso è suo.",
  "2. Se no, ruotare la chiave e guardare che cosa ha letto.",
]

[first_seen]
within = "90d"
min_history = "30d"

[[test]]
name = "a client of one operation asks for another"
alerts = [{ client = "asl-borgo", service_name = "residenza", operation = "estratto-nascita" }]
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"erogazione","api":"residenza","action":"stato-famiglia","requester":"asl-borgo","outHttpStatus":"200","resultClass":"OK","clientIP":"203.0.113.9"}'''
every = "1d"
count = 33
[[test.line]]
text = '''{"transactionId":"u{n}","acceptedRequestDate":"{utc}","role":"erogazione","api":"residenza","action":"estratto-nascita","requester":"asl-borgo","outHttpStatus":"200","resultClass":"OK","clientIP":"203.0.113.9"}'''
at = "32d"
every = "1m"
count = 20

[[test]]
name = "an operation once a quarter, and one refused"
alerts = []
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"erogazione","api":"residenza","action":"stato-famiglia","requester":"asl-borgo","outHttpStatus":"200","resultClass":"OK","clientIP":"203.0.113.9"}'''
every = "89d"
count = 2
[[test.line]]
text = '''{"transactionId":"u{n}","acceptedRequestDate":"{utc}","role":"erogazione","api":"residenza","action":"estratto-nascita","requester":"asl-borgo","outHttpStatus":"403","resultClass":"KO","clientIP":"203.0.113.9"}'''
at = "40d"

[[test]]
name = "our own calls"
alerts = []
[[test.line]]
text = '''{"transactionId":"t{n}","acceptedRequestDate":"{utc}","role":"fruizione","api":"C015","action":"consultazione-{n}","requester":"anagrafe","outHttpStatus":"200","resultClass":"OK","clientIP":"10.20.2.15"}'''
every = "20d"
count = 4
---*/
SELECT coalesce(user_name, fields['token_client_id'], source_ip) AS client, service_name, fields['operation'] AS operation
FROM events
WHERE event_action = 'api_call' AND event_outcome = 'success' AND fields['operation'] IS NOT NULL
  AND coalesce(fields['role'], '') <> 'fruizione'
