/*---
id = "DB-20"
title.en = "Ex-supplier account used"
title.it = "Utenza di un fornitore cessato usata"
description.en = "Account of an ended contract logs in."
description.it = "L’account di un fornitore o dipendente cessato è stato usato."
severity = "critical"
family = "database"
entity = ["user_name", "source_ip"]
attack = ["T1078", "T1199"]
acn_class = "Accesso non autorizzato / IS-4"
requires = { columns = ["user_name"] }
false_positives = ["contract extended but list not updated"]
false_positives_it = ["il contratto è stato prorogato ma l'elenco non è aggiornato"]
response_it = [
  "1. Disabilitare l'utenza.",
  "2. Vedere cosa ha fatto.",
  "3. Chiedere spiegazioni scritte.",
]

[list.ended_accounts]
when_empty = "silent"

[[test]]
name = "an ended supplier logs in"
lists.ended_accounts = ["fornitore3"]
alerts = [{ user_name = "fornitore3" }]
[[test.line]]
text = '<86>{rfc3164} portale sshd[20211]: Accepted password for fornitore3 from 198.51.100.23 port 51022 ssh2'

[[test]]
name = "a supplier under contract"
lists.ended_accounts = ["fornitore3"]
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[20211]: Accepted password for fornitore1 from 198.51.100.23 port 51022 ssh2'
---*/
SELECT user_name, source_ip, host_name
FROM events
WHERE class IN ('authentication', 'network') AND event_action IN ('login', 'vpn_connect', 'session_open', 'federated_login')
  AND event_outcome = 'success' AND in_list(user_name, 'ended_accounts')
