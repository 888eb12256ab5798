/*---
id = "DB-18"
title.en = "Bank details changed for many"
title.it = "Coordinate bancarie cambiate a molti"
description.en = "One account changes the bank details of many people within a day: payments would go elsewhere."
description.it = "Un account cambia in un giorno le coordinate bancarie di molte persone: i pagamenti finirebbero altrove."
severity = "high"
family = "database"
window = "24h"
attack = ["T1565.001"]
acn_class = "Frode / IS-2"
requires = { columns = ["user_name"] }
false_positives = ["the opening of a yearly grant", "two banks that merge"]
false_positives_it = ["l'apertura di un bando annuale", "due banche che si fondono"]
response_it = [
  "1. Fermare i mandati di pagamento di quelle persone.",
  "2. Chiamare alcune persone a un numero noto.",
  "3. Sospendere l'account e chiedere al responsabile.",
]
privacy = "yes, operators"

[param]
changes = 5

[list.service_accounts]
when_empty = "nothing-listed"

[[test]]
name = "eight in ten minutes"
alerts = [{ user_name = "mrossi" }]
[[test.line]]
text = '''{iso_ms} CET [2{n:04}] user=mrossi,db=tributi,app=suite,client=10.20.4.90 LOG:  AUDIT: SESSION,{n},1,WRITE,UPDATE,TABLE,tributi.rimborsi,"UPDATE tributi.rimborsi SET iban = $1 WHERE id = $2",<not logged>,1'''
count = 8
every = "1m"

[[test]]
name = "two in a day"
alerts = []
[[test.line]]
text = '''{iso_ms} CET [2{n:04}] user=mrossi,db=tributi,app=suite,client=10.20.4.90 LOG:  AUDIT: SESSION,{n},1,WRITE,UPDATE,TABLE,tributi.rimborsi,"UPDATE tributi.rimborsi SET iban = $1 WHERE id = $2",<not logged>,1'''
count = 2
every = "2h"

[[test]]
name = "other changes"
alerts = []
[[test.line]]
text = '''{iso_ms} CET [2{n:04}] user=mrossi,db=tributi,app=suite,client=10.20.4.90 LOG:  AUDIT: SESSION,{n},1,WRITE,UPDATE,TABLE,tributi.rimborsi,"UPDATE tributi.rimborsi SET note = $1 WHERE id = $2",<not logged>,1'''
count = 8
every = "1m"
---*/
SELECT user_name, sum(event_count) AS changes
FROM events
WHERE event_action = 'data_change' AND coalesce(event_outcome, '') <> 'failure' AND user_name IS NOT NULL
  AND (regexp_like(db_statement, 'update\s.*\sset\s.*(iban|coordinate_?bancarie|conto_?corrente)', 'i') OR regexp_like(fields['changed'], '(iban|coordinate)', 'i'))
  AND in_list(user_name, 'service_accounts') IS NOT TRUE
GROUP BY user_name
HAVING sum(event_count) >= $changes
