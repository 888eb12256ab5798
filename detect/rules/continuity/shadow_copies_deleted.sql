/*---
id = "SC-06"
version = 2
title.en = "Shadow copies or restore points deleted"
title.it = "Cancellazione delle copie shadow o dei punti di ripristino"
description.en = "What ransomware does just before it encrypts: it takes away the ways back."
description.it = "Quello che fa un ransomware subito prima di cifrare: toglie le vie del ritorno."
severity = "critical"
family = "continuity"
entity = ["host_name", "user_name"]
attack = ["T1490"]
acn_class = "Ransomware / IS-2, IS-3"
requires = { classes = ["process"] }
false_positives = ["the backup product pruning its own snapshots", "disk cleanup by the supplier"]
false_positives_it = ["il prodotto di backup che elimina le proprie istantanee", "la pulizia del disco fatta dal fornitore"]
response_it = [
  "1. Isolare subito il server dalla rete, senza spegnerlo.",
  "2. Scollegare i supporti di backup.",
  "3. Cambiare la password dell'utente indicato.",
  "4. Chiamare il COSC e il CSIRT Italia.",
]
privacy = "no"

[[test]]
name = "vssadmin deletes the shadow copies, twice within the hour"
alerts = [{ host_name = "SRV-TS", user_name = "m.verdi" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4688","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-TS","event_data":{"SubjectUserName":"m.verdi","SubjectDomainName":"ENTE","NewProcessName":"C:\\Windows\\System32\\vssadmin.exe","ParentProcessName":"C:\\Windows\\System32\\cmd.exe","CommandLine":"vssadmin.exe  Delete Shadows /All /Quiet"}}}'
every = "5m"
count = 2

[[test]]
name = "the copies are only listed"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4688","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-TS","event_data":{"SubjectUserName":"m.verdi","SubjectDomainName":"ENTE","NewProcessName":"C:\\Windows\\System32\\vssadmin.exe","ParentProcessName":"C:\\Windows\\System32\\cmd.exe","CommandLine":"vssadmin list shadows"}}}'

[[test]]
name = "PowerShell removes them"
alerts = [{ host_name = "SRV-TS" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4104","channel":"Microsoft-Windows-PowerShell/Operational","provider_name":"Microsoft-Windows-PowerShell","computer_name":"SRV-TS","event_data":{"MessageNumber":"1","MessageTotal":"1","ScriptBlockText":"Get-WmiObject Win32_ShadowCopy | ForEach-Object { $_.Delete() }","ScriptBlockId":"1","Path":""}}}'
---*/
SELECT host_name, user_name, process_command_line
FROM events
WHERE event_action IN ('process_start', 'privilege_use', 'script_block')
  AND regexp_like(coalesce(fields['script'], process_command_line), '(vssadmin(\.exe)?"?\s+(delete\s+shadows|resize\s+shadowstorage)|wmic(\.exe)?"?\s.*shadowcopy\s.*delete|wbadmin(\.exe)?"?\s+delete\s+(catalog|backup|systemstatebackup)|bcdedit(\.exe)?"?\s.*recoveryenabled\s+no|Win32_ShadowCopy.*(Delete|Remove))', 'i')
