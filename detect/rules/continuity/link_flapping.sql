/*---
id = "SC-25"
version = 2
title.en = "Line, BGP or VPN to a service down"
title.it = "Linea, BGP o VPN verso un servizio interrotta"
description.en = "Loss of Internet, of SPC/Infranet link, of the tunnel to the data centre."
description.it = "Un collegamento cade e risale più volte in pochi minuti, o cade una linea dell'elenco $uplinks."
severity = "high"
family = "continuity"
window = "15m"
attack = ["T1498"]
acn_class = "Disservizio / IS-3"
requires = { columns = ["observer_ingress"] }
false_positives = ["provider's announced night work", "fail-over test"]
false_positives_it = ["lavori notturni annunciati dal provider", "una prova di commutazione sulla linea di riserva"]
response_it = [
  "1. Verificare la linea di riserva.",
  "2. Aprire guasto al provider.",
  "3. Avvisare sportelli e polizia locale.",
]

[param]
changes = 8

[list.uplinks]
when_empty = "nothing-listed"

[[test]]
name = "ten changes in ten minutes"
alerts = [{ host_name = "SW-CORE" }]
[[test.line]]
text = '<189>4321: SW-CORE: {rfc3164}: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/48, changed state to down'
every = "2m"
count = 5
[[test.line]]
text = '<189>4322: SW-CORE: {rfc3164}: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/48, changed state to up'
at = "1m"
every = "2m"
count = 5

[[test]]
name = "a PC is switched on and off"
alerts = []
[[test.line]]
text = '<189>4321: SW-CORE: {rfc3164}: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/12, changed state to up'
[[test.line]]
text = '<189>4321: SW-CORE: {rfc3164}: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/12, changed state to down'
at = "5m"

[[test]]
name = "the line to the Internet goes down once"
alerts = [{ host_name = "SW-CORE" }]
lists.uplinks = ["GigabitEthernet1/0/48"]
[[test.line]]
text = '<189>4321: SW-CORE: {rfc3164}: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/48, changed state to down'
[[test.line]]
text = '<189>4321: SW-CORE: {rfc3164}: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/12, changed state to down'
---*/
SELECT host_name, observer_ingress, sum(event_count) AS changes
FROM events
WHERE event_action = 'link_change' AND observer_ingress IS NOT NULL
GROUP BY host_name, observer_ingress
HAVING sum(event_count) >= $changes
    OR count(*) FILTER (WHERE fields['state'] = 'down' AND in_list(observer_ingress, 'uplinks', timestamp)) >= 1
