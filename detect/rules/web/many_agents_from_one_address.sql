/*---
id = "WB-33"
title.en = "One address with an agent of its own for each request"
title.it = "Un indirizzo che cambia user agent a ogni richiesta"
description.en = "An address changes its user agent with every request, as a flooder or a scraper does that does not want to be counted."
description.it = "Un indirizzo cambia user agent a ogni richiesta, come chi inonda o copia un sito senza farsi contare."
severity = "low"
family = "both"
window = "30s"
attack = ["T1499.002", "T1036"]
acn_class = "DDoS / -"
requires = { classes = ["web"], columns = ["source_ip", "user_agent_original"] }
false_positives = ["a school or a library behind one address: there each agent asks for many things"]
false_positives_it = ["una scuola o una biblioteca dietro un solo indirizzo: lì ogni programma chiede molte cose"]
response_it = [
  "1. Guardare quali pagine chiede.",
  "2. Limitare le richieste di quell'indirizzo o bloccarlo.",
  "3. Se sono molti indirizzi insieme, vedere SC-02.",
]

[param]
agents = 10
share = 0.8

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "fifteen agents, fifteen requests"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET / HTTP/1.1" 200 5120 "-" "Visita/{n}.0"'''
count = 15
every = "1s"

[[test]]
name = "a school"
alerts = []
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /pagina/{n} HTTP/1.1" 200 5120 "-" "Visita/{n}.0"'''
count = 15
every = "1s"
[[test.line]]
text = '''203.0.113.9 - - [{clf}] "GET /stili.css HTTP/1.1" 200 5120 "-" "Visita/1.0"'''
count = 30
every = "1s"
---*/
SELECT source_ip, count(DISTINCT user_agent_original) AS agents, sum(event_count) AS requests
FROM events
WHERE class = 'web' AND event_action = 'http_request' AND source_ip IS NOT NULL AND in_list(source_ip, 'known_scanners') IS NOT TRUE AND user_agent_original IS NOT NULL
GROUP BY source_ip
HAVING count(DISTINCT user_agent_original) >= $agents AND count(DISTINCT user_agent_original) >= $share * sum(event_count)
