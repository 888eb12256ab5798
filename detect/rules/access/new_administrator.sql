/*---
id = "AC-10"
title.en = "New administrator created"
title.it = "Nuovo amministratore creato"
description.en = "Account made admin or new account in admin groups."
description.it = "Un account entra in un gruppo o ruolo di amministrazione."
severity = "high"
family = "both"
entity = ["host_name", "user_name", "user_target_name"]
attack = ["T1098", "T1136"]
acn_class = "Aumento di privilegi / -"
requires = { classes = ["configuration"], columns = ["group_name"] }
false_positives = ["onboarding of a technician (ticket)"]
false_positives_it = ["l'arrivo di un nuovo tecnico (con richiesta registrata)"]
response_it = [
  "1. Chiedere conferma a chi risulta averlo fatto.",
  "2. Se non torna, togliere subito.",
  "3. Cercare accessi del nuovo account.",
]
privacy = "yes, administrators"

[list.admin_makers]
when_empty = "nothing-listed"

[[test]]
name = "a new domain admin"
alerts = [{ user_target_name = "supporto" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4728","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"Domain Admins","TargetSid":"S-1-5-21-1-2-3-512","MemberName":"CN=supporto,OU=Utenti,DC=comune,DC=example","MemberSid":"S-1-5-21-1-2-3-2201","SubjectUserName":"mbianchi","SubjectDomainName":"COMUNE","SubjectUserSid":"S-1-5-21-1-2-3-1101"}}}'

[[test]]
name = "an ordinary group"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4728","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"Ufficio Tributi","TargetSid":"S-1-5-21-1-2-3-1612","MemberName":"CN=nuovo,OU=Utenti,DC=comune,DC=example","MemberSid":"S-1-5-21-1-2-3-2202","SubjectUserName":"adm.gio","SubjectDomainName":"COMUNE","SubjectUserSid":"S-1-5-21-1-2-3-500"}}}'
---*/
SELECT host_name, user_name, user_target_name, group_name
FROM events
WHERE event_action IN ('group_add', 'permission_grant')
  AND coalesce(event_outcome, '') <> 'failure'
  AND (regexp_like(group_name, '^(Domain Admins|Enterprise Admins|Schema Admins|Administrators|Account Operators|Backup Operators|wheel|sudo|adm|Global Administrator|Company Administrator)$', 'i')
    OR fields['group_sid'] LIKE '%-512' OR fields['group_sid'] LIKE '%-519' OR fields['group_sid'] = 'S-1-5-32-544')
  AND in_list(user_name, 'admin_makers') IS NOT TRUE
