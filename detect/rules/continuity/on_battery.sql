/*---
id = "SC-17"
title.en = "Power lost, battery low"
title.it = "Mancanza di corrente, batteria quasi scarica"
description.en = "The mains have failed for so long that the UPS of the server room says its battery is nearly empty: the servers are about to stop."
description.it = "La corrente manca da tanto che il gruppo di continuità della sala server dice che la batteria è quasi scarica: i server stanno per fermarsi."
severity = "medium"
family = "continuity"
window = "30m"
attack = []
acn_class = "Disservizio / IS-3"
requires = { columns = ["host_name"] }
false_positives = ["UPS self test (bypass, < 1 minute)"]
false_positives_it = ["l'autotest del gruppo di continuità (bypass, meno di un minuto)"]
response_it = [
  "1. Verificare se manca la corrente nello stabile.",
  "2. Avviare lo spegnimento ordinato se la batteria è sotto il 30%.",
  "3. Avvisare gli uffici.",
]

[[test]]
name = "battery low"
alerts = [{ host_name = "srv-net" }]
[[test.line]]
text = '<28>{rfc3164} srv-net upsmon[612]: UPS sala-server@localhost on battery'
[[test.line]]
text = '<28>{rfc3164} srv-net upsmon[612]: UPS sala-server@localhost battery is low'
at = "9m"

[[test]]
name = "a self test"
alerts = []
[[test.line]]
text = '<28>{rfc3164} srv-net upsmon[612]: UPS sala-server@localhost on battery'
[[test.line]]
text = '<28>{rfc3164} srv-net upsmon[612]: UPS sala-server@localhost on line power'
at = "20s"

[[test]]
name = "a power cut of half an hour that the battery lasts"
alerts = []
[[test.line]]
text = '<28>{rfc3164} srv-net upsmon[612]: UPS sala-server@localhost on battery'
[[test.line]]
text = '<28>{rfc3164} srv-net upsmon[612]: UPS sala-server@localhost on line power'
at = "30m"
---*/
SELECT host_name, count(*) FILTER (WHERE fields['state'] = 'on_battery') AS on_battery
FROM events
WHERE event_action = 'power_change'
GROUP BY host_name
HAVING count(*) FILTER (WHERE fields['state'] = 'low_battery') >= 1
