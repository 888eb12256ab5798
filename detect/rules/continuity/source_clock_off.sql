/*---
id = "SC-35"
title.en = "A source's clock is off"
title.it = "L'orologio di una fonte di log è sbagliato"
description.en = "Most of what a source sends says a time more than five minutes from when it was received, for three minutes: its clock is wrong or was set, or its log arrives late."
description.it = "La maggior parte di ciò che una fonte invia porta un'ora lontana più di cinque minuti da quella di ricezione, per tre minuti: l'orologio è sbagliato o è stato spostato, oppure il log arriva in ritardo."
severity = "low"
family = "continuity"
window = "10m"
entity = ["log_source"]
attack = ["T1070.006"]
acn_class = "Elusione delle difese / -"
requires = { classes = ["service"] }
false_positives = ["a sender that empties its buffer after an outage", "a device that writes local time and whose zone is not configured"]
false_positives_it = ["un mittente che svuota la sua coda dopo un'interruzione", "un apparato che scrive l'ora locale e il cui fuso non è configurato"]
response_it = [
  "1. Confrontare l'ora dell'apparato con quella di un server NTP.",
  "2. Verificare il fuso configurato per la fonte.",
  "3. Se l'ora è stata spostata da qualcuno, trattare l'apparato come sospetto e annotare lo scarto.",
]

[param]
reports = 3

[[test]]
name = "a clock an hour behind"
alerts = [{ log_source = "nas" }]
[[test.line]]
file = "campanile"
text = '{"at":"{utc}","about":"nas","kind":"syslog","received":60,"dated":60,"skewed":60,"skew_ms":-3600120}'
count = 5
every = "1m"

[[test]]
name = "one device of many is off"
alerts = []
[[test.line]]
file = "campanile"
text = '{"at":"{utc}","about":"servers","kind":"syslog","received":60,"dated":60,"skewed":6,"skew_ms":-12}'
count = 5
every = "1m"

[[test]]
name = "a minute in which an old buffer came in"
alerts = []
[[test.line]]
file = "campanile"
text = '{"at":"{utc}","about":"nas","kind":"syslog","received":900,"dated":900,"skewed":880,"skew_ms":-8}'
[[test.line]]
file = "campanile"
text = '{"at":"{utc}","about":"nas","kind":"syslog","received":60,"dated":60,"skewed":0,"skew_ms":-8}'
at = "1m"
count = 5
every = "1m"
---*/
SELECT tenant, service_name AS log_source, sum(TRY_CAST(fields['skewed'] AS BIGINT)) AS skewed
FROM events
WHERE source = 'campanile' AND event_action = 'source_health' AND TRY_CAST(fields['dated'] AS BIGINT) > 0
GROUP BY tenant, service_name
HAVING count(*) FILTER (WHERE TRY_CAST(fields['skewed'] AS BIGINT) * 2 > TRY_CAST(fields['dated'] AS BIGINT)) >= $reports
   AND sum(TRY_CAST(fields['skewed'] AS BIGINT)) * 2 > sum(TRY_CAST(fields['dated'] AS BIGINT))
