/*---
id = "ML-01"
title.en = "Inbox rule or forwarding to outside"
title.it = "Regola di posta o inoltro verso l'esterno"
description.en = "Business e-mail compromise."
description.it = "Una regola di posta inoltra fuori dal Comune o nasconde i messaggi."
severity = "high"
family = "both"
entity = ["user_name", "source_ip"]
attack = ["T1114.003", "T1564.008"]
acn_class = "Compromissione casella / IS-1, IS-4"
requires = { classes = ["configuration"], columns = ["user_name"] }
false_positives = ["a councillor forwarding to own mailbox (to be forbidden)", "move of office mailbox"]
false_positives_it = ["un consigliere che inoltra alla propria casella (da vietare)", "lo spostamento della casella di un ufficio"]
response_it = [
  "1. Cancellare la regola.",
  "2. Revocare sessioni e password.",
  "3. Cercare pagamenti o IBAN cambiati.",
  "4. Avvisare i corrispondenti.",
]
privacy = "yes, mailbox owner"

[list.own_domains]
when_empty = "nothing-listed"

[[test]]
name = "forwarding to a stranger"
alerts = [{ user_name = "ragioneria@comune.example" }]
[[test.line]]
text = '{"CreationTime":"{utc}","Id":"i{n}","Operation":"New-InboxRule","Workload":"Exchange","UserId":"ragioneria@comune.example","ClientIP":"198.51.100.23:51022","ResultStatus":"True","RecordType":1,"Parameters":[{"Name":"Name","Value":"."},{"Name":"ForwardTo","Value":"raccolta@posta.example.net"},{"Name":"DeleteMessage","Value":"True"}]}'

[[test]]
name = "a rule for the newsletter"
alerts = []
[[test.line]]
text = '{"CreationTime":"{utc}","Id":"i{n}","Operation":"New-InboxRule","Workload":"Exchange","UserId":"ragioneria@comune.example","ClientIP":"198.51.100.23:51022","ResultStatus":"True","RecordType":1,"Parameters":[{"Name":"Name","Value":"Newsletter"},{"Name":"MoveToFolder","Value":"Newsletter"}]}'
---*/
SELECT user_name, source_ip, email_to
FROM events
WHERE event_action = 'mail_rule_create' AND coalesce(event_outcome, '') <> 'failure'
  AND ((email_to IS NOT NULL AND split_part(email_to, '@', 2) <> split_part(user_name, '@', 2) AND in_list(split_part(email_to, '@', 2), 'own_domains') IS NOT TRUE)
    OR regexp_like(message, '"(DeleteMessage|SoftDeleteMessage)"\s*,\s*"Value"\s*:\s*"True"', 'i'))
