/*---
id = "AC-18"
title.en = "Machine account password or delegation abuse"
title.it = "Modifica sospetta di account computer o delega"
description.en = "RBCD, shadow credentials, computer account creation by a user."
description.it = "Un utente crea un account computer o cambia la delega o le chiavi di un account macchina."
severity = "high"
family = "both"
entity = ["host_name", "user_name"]
attack = ["T1098", "T1136.002"]
acn_class = "Aumento di privilegi / -"
requires = { columns = ["user_name"] }
false_positives = ["joining a new PC by the help desk"]
false_positives_it = ["l'assistenza che inserisce un nuovo PC nel dominio"]
response_it = [
  "1. Verificare chi ha creato il computer.",
  "2. Rimuovere l'attributo.",
  "3. Mettere a zero ms-DS-MachineAccountQuota.",
]

[list.admins]
when_empty = "nothing-listed"

[[test]]
name = "a clerk creates a computer account"
alerts = [{ user_name = "mrossi" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4741","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"PCFINTO$","SubjectUserName":"mrossi","SubjectDomainName":"COMUNE","SubjectUserSid":"S-1-5-21-1-2-3-1500"}}}'

[[test]]
name = "an administrator joins a computer"
lists.admins = ["adm.gio"]
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4741","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"PC-NUOVO$","SubjectUserName":"adm.gio","SubjectDomainName":"COMUNE","SubjectUserSid":"S-1-5-21-1-2-3-500"}}}'
---*/
SELECT host_name, user_name, user_target_name
FROM events
WHERE (event_code = '4741' AND user_name NOT LIKE '%$' AND in_list(user_name, 'admins') IS NOT TRUE)
   OR (event_code = '5136' AND regexp_like(fields['AttributeLDAPDisplayName'], '^(msDS-AllowedToActOnBehalfOfOtherIdentity|msDS-KeyCredentialLink)$', 'i'))
