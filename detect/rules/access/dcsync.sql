/*---
id = "AC-17"
title.en = "DCSync"
title.it = "Replica abusiva del dominio (DCSync)"
description.en = "Replication rights used by a non-DC."
description.it = "Un account che non è un controller di dominio chiede la replica delle password."
severity = "critical"
family = "both"
entity = ["host_name", "user_name"]
attack = ["T1003.006"]
acn_class = "Compromissione dominio / IS-4"
requires = { columns = ["user_name"] }
false_positives = ["identity sync service account (Entra Connect): $allow"]
false_positives_it = ["l'account che sincronizza le identità (Entra Connect): $allow"]
response_it = [
  "1. Isolare.",
  "2. COSC e specialisti.",
  "3. Preparare il reset di krbtgt.",
]

[list.directory_sync_accounts]
when_empty = "nothing-listed"

[[test]]
name = "a user asks for replication"
alerts = [{ user_name = "svc_backup" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4662","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"SubjectUserName":"svc_backup","SubjectDomainName":"COMUNE","SubjectUserSid":"S-1-5-21-1-2-3-1500","ObjectServer":"DS","Properties":"%%7688\n\t\t{1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}","AccessMask":"0x100"}}}'

[[test]]
name = "a domain controller replicates"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4662","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"SubjectUserName":"DC02$","SubjectDomainName":"COMUNE","SubjectUserSid":"S-1-5-21-1-2-3-1500","ObjectServer":"DS","Properties":"%%7688\n\t\t{1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}","AccessMask":"0x100"}}}'
---*/
SELECT host_name, user_name
FROM events
WHERE event_code = '4662' AND user_name NOT LIKE '%$'
  AND regexp_like(fields['Properties'], '(1131f6aa|1131f6ad|89e95b76)', 'i')
  AND in_list(user_name, 'directory_sync_accounts') IS NOT TRUE
