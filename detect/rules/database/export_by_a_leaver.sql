/*---
id = "DB-09"
title.en = "Export by somebody who leaves"
title.it = "Esportazione di chi lascia il Comune"
description.en = "Somebody on the list of those who leave reads very many files or exports records."
description.it = "Qualcuno nell'elenco di chi lascia il Comune legge moltissimi file o esporta dati."
severity = "high"
family = "database"
window = "24h"
attack = ["T1074", "T1052.001", "T1078"]
acn_class = "Esfiltrazione / IS-1"
requires = { columns = ["user_name"] }
enabled = false
reason_disabled.en = "it follows single employees: enable it when the agreement or authorisation of art. 4, law 300/1970 covers it and the list is kept"
reason_disabled.it = "segue singoli dipendenti: attivarla quando l'accordo o l'autorizzazione dell'art. 4 della legge 300/1970 la copre e l'elenco è tenuto"
false_positives = ["hand-over of files to a colleague, agreed with the head of office"]
false_positives_it = ["passaggio di consegne a un collega, concordato con il responsabile"]
response_it = [
  "1. Chiedere al responsabile dell'ufficio se è un passaggio di consegne.",
  "2. Se no, sospendere l'account e sentire DPO e ufficio personale.",
  "3. Conservare l'elenco dei file letti.",
]
privacy = "yes, employees: agreement needed"

[param]
exports = 3
files = 300

[list.leavers]
when_empty = "silent"

[[test]]
name = "four hundred files in an hour"
lists = { leavers = ["mrossi"] }
alerts = [{ user_name = "mrossi" }]
[[test.line]]
text = '''<14>{rfc3164} srv-file smbd_audit: mrossi|10.20.4.31|ragioneria|openat|ok|r|bilancio/{n}.xlsx'''
count = 400
every = "5s"

[[test]]
name = "a colleague who stays"
lists = { leavers = ["gverdi"] }
alerts = []
[[test.line]]
text = '''<14>{rfc3164} srv-file smbd_audit: mrossi|10.20.4.31|ragioneria|openat|ok|r|bilancio/{n}.xlsx'''
count = 400
every = "5s"
---*/
SELECT lower(user_name) AS user_name, sum(event_count) AS reads
FROM events
WHERE event_action IN ('export', 'file_read') AND coalesce(event_outcome, '') <> 'failure' AND in_list(user_name, 'leavers')
GROUP BY lower(user_name)
HAVING sum(event_count) FILTER (WHERE event_action = 'export') >= $exports
    OR sum(event_count) FILTER (WHERE event_action = 'file_read') >= $files
