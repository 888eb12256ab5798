/*---
id = "AC-04"
title.en = "Dormant account used"
title.it = "Account inutilizzato che torna attivo"
description.en = "An account that the list of unused accounts names logs in: forgotten accounts are what intruders look for."
description.it = "Entra un account che l'elenco degli account inutilizzati nomina: gli account dimenticati sono quelli che gli intrusi cercano."
severity = "medium"
family = "both"
entity = ["user_name", "source_ip"]
attack = ["T1078"]
acn_class = "Compromissione account / IS-4"
requires = { classes = ["authentication"], columns = ["user_name"] }
false_positives = ["return from long leave or maternity: the help desk resets the password the same morning", "seasonal staff"]
false_positives_it = ["rientro da un lungo congedo o dalla maternità: l'assistenza reimposta la password la stessa mattina", "personale stagionale"]
response_it = [
  "1. Chiedere all'ufficio personale se la persona è rientrata.",
  "2. Se no, disattivare l'account.",
  "3. Guardare che cosa ha fatto dopo l'accesso.",
]
privacy = "yes, employee account"

[list.dormant_accounts]
when_empty = "silent"

[[test]]
name = "an account unused for months"
lists = { dormant_accounts = ["stagista3"] }
alerts = [{ user_name = "stagista3", source_ip = "10.20.4.31" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted password for stagista3 from 10.20.4.31 port 50000 ssh2'''

[[test]]
name = "refused"
lists = { dormant_accounts = ["stagista3"] }
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for stagista3 from 10.20.4.31 port 50000 ssh2'''

[[test]]
name = "an account in use"
lists = { dormant_accounts = ["stagista3"] }
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted password for mrossi from 10.20.4.31 port 50000 ssh2'''
---*/
-- The list comes from the directory: accounts whose last login is more than sixty days ago.
SELECT lower(user_name) AS user_name, source_ip
FROM events
WHERE class = 'authentication' AND event_action = 'login' AND event_outcome = 'success' AND in_list(user_name, 'dormant_accounts')
