/*---
id = "SC-10"
version = 2
title.en = "Antivirus or EDR disabled"
title.it = "Antivirus o EDR disattivato"
description.en = "Protection stopped or excluded before an attack."
description.it = "L'antivirus o l'EDR è stato fermato, escluso o indebolito."
severity = "high"
family = "continuity"
entity = ["host_name", "user_name"]
attack = ["T1685"]
acn_class = "Elusione delle difese / -"
false_positives = ["planned antivirus replacement", "product update restart (service_start within 5m clears it)"]
false_positives_it = ["la sostituzione programmata dell'antivirus", "il riavvio per un aggiornamento del prodotto (riparte entro 5 minuti)"]
response_it = [
  "1. Chiamare l'utente o il fornitore.",
  "2. Riattivare la protezione dalla console.",
  "3. Cercare altri allarmi sullo stesso host nelle ultime 24 ore.",
]

[[test]]
name = "real-time protection off"
alerts = [{ host_name = "SRV-TS.comune.example" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"5001","channel":"Microsoft-Windows-Windows Defender/Operational","provider_name":"Microsoft-Windows-Windows Defender","computer_name":"SRV-TS.comune.example","event_data":{"Product Name":"Microsoft Defender Antivirus","Product Version":"4.18"}}}'

[[test]]
name = "an exclusion by command"
alerts = [{ host_name = "PC-RAG-01.comune.example" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"Image":"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe","CommandLine":"powershell Add-MpPreference -ExclusionPath C:\\Temp","ParentImage":"C:\\Windows\\explorer.exe","User":"COMUNE\\mrossi"}}}'

[[test]]
name = "a detection is no disabling"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"1116","channel":"Microsoft-Windows-Windows Defender/Operational","provider_name":"Microsoft-Windows-Windows Defender","computer_name":"DC01.comune.example","event_data":{"Product Name":"Microsoft Defender Antivirus","Threat Name":"Trojan:Win32/Test","Path":"file:_C:\\Temp\\a.exe","Detection User":"COMUNE\\mrossi"}}}'

[[test]]
name = "the antivirus service stopped by a command with its path in quotes"
alerts = [{ host_name = "PC-RAG-01.comune.example" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"Image":"C:\\Windows\\System32\\sc.exe","CommandLine":"\"C:\\Windows\\system32\\sc.exe\" stop WinDefend","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
---*/
SELECT host_name, user_name, event_code, process_command_line
FROM events
WHERE (event_action = 'protection_disabled' AND coalesce(event_outcome, '') <> 'failure')
   OR (event_action = 'process_start' AND regexp_like(process_command_line, '(Set-MpPreference\s.*-Disable|Add-MpPreference\s.*-Exclusion|sc(\.exe)?"?\s+(stop|config)\s+(WinDefend|Sense|ekrn|SAVService|TmListen)|Uninstall-WindowsFeature\s.*Defender)', 'i'))
   OR (event_action = 'script_block' AND regexp_like(coalesce(fields['script'], fields['ScriptBlockText']), '(Set-MpPreference\s.*-Disable|Add-MpPreference\s.*-Exclusion)', 'i'))
