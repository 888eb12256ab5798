/*---
id = "SC-28"
title.en = "Clock changed"
title.it = "Orologio di sistema modificato"
description.en = "Time moved to hide or to break logs, backups, Kerberos."
description.it = "L'orologio di un sistema è stato spostato da qualcuno che non è il servizio dell'ora."
severity = "medium"
family = "continuity"
entity = ["host_name", "user_name"]
attack = ["T1070.006"]
acn_class = "Elusione delle difese / -"
requires = { columns = ["host_name"] }
false_positives = ["DST of a device with local time (exactly 3600 s on the DST night)", "dead CMOS battery after power cut"]
false_positives_it = ["l'ora legale di un apparato con l'ora locale (esattamente 3600 s la notte del cambio)", "la batteria della scheda scarica dopo un'interruzione di corrente"]
response_it = [
  "1. Controllare il server NTP.",
  "2. Verificare chi era collegato.",
  "3. Annotare lo scarto: serve per leggere i log.",
]

[param]
seconds = 120

[[test]]
name = "four hours back by hand"
alerts = [{ host_name = "DC01.comune.example" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4616","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"SubjectUserName":"adm.gio","SubjectDomainName":"COMUNE","PreviousTime":"2026-03-16T09:00:00.000000000Z","NewTime":"2026-03-16T05:00:00.000000000Z","ProcessName":"C:\\Windows\\System32\\cmd.exe"}}}'

[[test]]
name = "the time service corrects a second"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4616","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"SubjectUserName":"SERVIZIO LOCALE","SubjectDomainName":"NT AUTHORITY","PreviousTime":"2026-03-16T09:00:00.000000000Z","NewTime":"2026-03-16T09:00:01.000000000Z","ProcessName":"C:\\Windows\\System32\\svchost.exe"}}}'
---*/
SELECT host_name, user_name, process_name
FROM events
WHERE event_action = 'clock_change'
  AND abs(coalesce(TRY_CAST(fields['offset_seconds'] AS DOUBLE), 0)) >= $seconds
  AND abs(abs(TRY_CAST(fields['offset_seconds'] AS DOUBLE)) - 3600) > 1
  AND NOT regexp_like(coalesce(process_executable, process_name, ''), '(ntpd|chronyd|svchost\.exe|w32tm|VBoxService|vmtoolsd|timesyncd)', 'i')
