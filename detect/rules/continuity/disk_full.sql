/*---
id = "SC-18"
version = 2
title.en = "Disk full or nearly full"
title.it = "Disco pieno o quasi pieno"
description.en = "Storage exhaustion that stops databases and mail."
description.it = "Un disco è pieno: basi dati e posta si fermano."
severity = "high"
family = "continuity"
entity = ["host_name", "process_name"]
attack = ["T1499"]
acn_class = "Disservizio / IS-3"
requires = { columns = ["message"] }
false_positives = ["temporary export folder cleaned the same hour"]
false_positives_it = ["una cartella di esportazione temporanea svuotata nella stessa ora"]
response_it = [
  "1. Liberare spazio (log vecchi, temp).",
  "2. Verificare che il database sia ripartito.",
  "3. Cercare chi ha riempito il disco.",
]

[[test]]
name = "PostgreSQL cannot write"
alerts = [{ host_name = "srv-protocollo" }]
[[test.line]]
text = '<131>{rfc3164} srv-protocollo postgres[812]: [7-1] PANIC:  could not write to file "pg_wal/xlogtemp.812": No space left on device'

[[test]]
name = "a citizen searches the words"
alerts = []
[[test.line]]
text = '203.0.113.5 - - [{clf}] "GET /ricerca?q=No%20space%20left%20on%20device HTTP/1.1" 200 100 "-" "Mozilla/5.0"'

[[test]]
name = "an Italian Windows warns"
alerts = [{ host_name = "SRV-FILE.comune.example" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"2013","channel":"System","provider_name":"srv","computer_name":"SRV-FILE.comune.example","event_data":{"param1":"D:"}},"message":"Il disco D: è quasi pieno."}'
---*/
SELECT host_name, service_name, process_name
FROM events
WHERE (regexp_like(message, '(No space left on device|ORA-00257|ORA-01653|could not extend file|disk is at or near capacity|filegroup is full|disk full)', 'i')
    OR (event_code = '2013' AND lower(event_provider) = 'srv'))
  AND class NOT IN ('web', 'email') AND event_action <> 'query'
