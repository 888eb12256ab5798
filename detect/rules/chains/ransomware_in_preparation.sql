/*---
id = "CH-02"
title.en = "Chain: ransomware in preparation"
title.it = "Catena: ransomware in preparazione"
description.en = "Two of the signs that come before an encryption, on linked machines within a day: protection off, services stopped, copies deleted, passwords taken, programs run on many machines, data packed and sent."
description.it = "Due dei segni che precedono una cifratura, su macchine legate tra loro in un giorno: protezione spenta, servizi fermati, copie cancellate, password prese, programmi eseguiti su molte macchine, dati impacchettati e inviati."
severity = "critical"
family = "continuity"
attack = ["TA0040", "T1486"]
acn_class = "Ransomware / IS-2, IS-3"
false_positives = ["the week in which the backup software is renewed"]
false_positives_it = ["la settimana in cui si rinnova il software di backup"]
response_it = [
  "1. Isolare segmenti e condivisioni adesso.",
  "2. Scollegare i backup.",
  "3. COSC e CSIRT.",
  "4. Non pagare e non trattare da soli.",
]

[chain]
within = "24h"
steps = [
  ["SC-06", "SC-09", "SC-10", "SC-13", "AC-15", "AC-16", "DB-15"],
  ["SC-06", "SC-09", "SC-10", "SC-13", "AC-15", "AC-16", "DB-15"],
]

[[test]]
name = "protection off, then the shadow copies deleted"
alerts = [{ host_name = "SRV-TS.comune.example", user_name = "m.verdi" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"5001","channel":"Microsoft-Windows-Windows Defender/Operational","provider_name":"Microsoft-Windows-Windows Defender","computer_name":"SRV-TS.comune.example","event_data":{"Product Name":"Microsoft Defender Antivirus","Product Version":"4.18"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"4688","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-TS","event_data":{"SubjectUserName":"m.verdi","SubjectDomainName":"ENTE","NewProcessName":"C:\\Windows\\System32\\vssadmin.exe","ParentProcessName":"C:\\Windows\\System32\\cmd.exe","CommandLine":"vssadmin.exe  Delete Shadows /All /Quiet"}}}'''
at = "3h"

[[test]]
name = "the one on a server, the other on a PC"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"5001","channel":"Microsoft-Windows-Windows Defender/Operational","provider_name":"Microsoft-Windows-Windows Defender","computer_name":"PC-RAG-01.comune.example","event_data":{"Product Name":"Microsoft Defender Antivirus","Product Version":"4.18"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"4688","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-TS","event_data":{"SubjectUserName":"m.verdi","SubjectDomainName":"ENTE","NewProcessName":"C:\\Windows\\System32\\vssadmin.exe","ParentProcessName":"C:\\Windows\\System32\\cmd.exe","CommandLine":"vssadmin.exe  Delete Shadows /All /Quiet"}}}'''
at = "3h"

[[test]]
name = "twice the same sign"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"5001","channel":"Microsoft-Windows-Windows Defender/Operational","provider_name":"Microsoft-Windows-Windows Defender","computer_name":"SRV-TS.comune.example","event_data":{"Product Name":"Microsoft Defender Antivirus","Product Version":"4.18"}}}'''
every = "5h"
count = 2

[[test]]
name = "more than a day between the two"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"5001","channel":"Microsoft-Windows-Windows Defender/Operational","provider_name":"Microsoft-Windows-Windows Defender","computer_name":"SRV-TS.comune.example","event_data":{"Product Name":"Microsoft Defender Antivirus","Product Version":"4.18"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"4688","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-TS","event_data":{"SubjectUserName":"m.verdi","SubjectDomainName":"ENTE","NewProcessName":"C:\\Windows\\System32\\vssadmin.exe","ParentProcessName":"C:\\Windows\\System32\\cmd.exe","CommandLine":"vssadmin.exe  Delete Shadows /All /Quiet"}}}'''
at = "25h"
---*/
