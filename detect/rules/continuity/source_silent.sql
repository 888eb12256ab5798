/*---
id = "SC-26"
title.en = "A source went silent"
title.it = "Una fonte di log è diventata muta"
description.en = "A source that spoke regularly says nothing for six times its usual pause, and at least five minutes: broken, cut off, or its logging switched off. Office hours and the rest of the week are looked at apart."
description.it = "Una fonte che parlava con regolarità tace da sei volte la sua pausa abituale, e da almeno cinque minuti: guasta, scollegata, o qualcuno ha spento il suo log. L'orario d'ufficio e il resto della settimana sono guardati a parte."
severity = "medium"
family = "continuity"
window = "24h"
entity = ["log_source"]
attack = ["T1685.001", "T1685.004"]
acn_class = "Elusione delle difese / -"
requires = { classes = ["service"] }
false_positives = ["a day on which the office is closed and no list says so", "a power cut: many sources at once", "the source was taken out of service"]
false_positives_it = ["un giorno di chiusura che nessuna lista dice", "un'interruzione di corrente: molte fonti insieme", "la fonte è stata dismessa"]
response_it = [
  "1. Provare ping e servizio.",
  "2. Verificare che il log sia ancora abilitato.",
  "3. Se il dispositivo funziona ma non scrive, trattarlo come sospetto.",
]

[param]
reports = 30
silence_s = 300
times = 6

[[test]]
name = "a firewall that spoke every minute stops"
alerts = [{ log_source = "firewall" }]
[[test.line]]
file = "campanile"
text = '{"at":"{utc}","about":"firewall","kind":"syslog","received":120,"now_ms":{epoch_ms},"last_seen_ms":{epoch_ms}}'
count = 40
every = "1m"
[[test.line]]
file = "campanile"
text = '{"at":"{utc}","about":"firewall","kind":"syslog","received":0,"now_ms":{epoch_ms}}'
at = "40m"
count = 12
every = "1m"

[[test]]
name = "it pauses for four minutes and goes on"
alerts = []
[[test.line]]
file = "campanile"
text = '{"at":"{utc}","about":"firewall","kind":"syslog","received":120,"now_ms":{epoch_ms},"last_seen_ms":{epoch_ms}}'
count = 40
every = "1m"
[[test.line]]
file = "campanile"
text = '{"at":"{utc}","about":"firewall","kind":"syslog","received":0,"now_ms":{epoch_ms}}'
at = "40m"
count = 4
every = "1m"
[[test.line]]
file = "campanile"
text = '{"at":"{utc}","about":"firewall","kind":"syslog","received":90,"now_ms":{epoch_ms},"last_seen_ms":{epoch_ms}}'
at = "44m"

[[test]]
name = "a printer that speaks now and then says nothing for ten minutes"
alerts = []
[[test.line]]
file = "campanile"
text = '{"at":"{utc}","about":"stampante","kind":"syslog","received":1,"now_ms":{epoch_ms},"last_seen_ms":{epoch_ms}}'
count = 31
every = "5m"
[[test.line]]
file = "campanile"
text = '{"at":"{utc}","about":"stampante","kind":"syslog","received":0,"now_ms":{epoch_ms}}'
at = "151m"
count = 9
every = "1m"

[[test]]
name = "somebody else's line of the same words"
alerts = []
[[test.line]]
text = '{"at":"{utc}","about":"firewall","kind":"syslog","received":120,"now_ms":{epoch_ms},"last_seen_ms":{epoch_ms}}'
count = 40
every = "1m"
[[test.line]]
text = '{"at":"{utc}","about":"firewall","kind":"syslog","received":0,"now_ms":{epoch_ms}}'
at = "40m"
count = 12
every = "1m"
---*/
SELECT tenant, service_name AS log_source,
       max(TRY_CAST(fields['now_ms'] AS BIGINT)) - max(TRY_CAST(fields['last_seen_ms'] AS BIGINT)) AS silent_ms
FROM events
WHERE source = 'campanile' AND event_action = 'source_health'
GROUP BY tenant, service_name, off_hours(timestamp)
HAVING count(*) FILTER (WHERE TRY_CAST(fields['received'] AS BIGINT) > 0) >= $reports
   AND max(TRY_CAST(fields['now_ms'] AS BIGINT)) - max(TRY_CAST(fields['last_seen_ms'] AS BIGINT)) >= $silence_s * 1000
   AND (max(TRY_CAST(fields['now_ms'] AS BIGINT)) - max(TRY_CAST(fields['last_seen_ms'] AS BIGINT)))
         * count(*) FILTER (WHERE TRY_CAST(fields['received'] AS BIGINT) > 0)
     >= $times * (max(TRY_CAST(fields['now_ms'] AS BIGINT)) - min(TRY_CAST(fields['now_ms'] AS BIGINT)))
