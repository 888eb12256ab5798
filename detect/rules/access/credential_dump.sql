/*---
id = "AC-16"
version = 2
title.en = "LSASS memory read or credential dump"
title.it = "Lettura della memoria LSASS (furto di credenziali)"
description.en = "Mimikatz, procdump, comsvcs, ntdsutil, registry hives."
description.it = "Lettura della memoria di LSASS o copia delle basi dati delle password di Windows."
severity = "critical"
family = "both"
entity = ["host_name", "user_name"]
attack = ["T1003.001", "T1003.003", "T1003.002"]
acn_class = "Furto di credenziali / IS-4"
requires = { classes = ["process"] }
false_positives = ["antivirus and backup agents ($av)", "supplier's crash dump"]
false_positives_it = ["gli agenti di antivirus e backup ($av)", "un dump di errore fatto dal fornitore"]
response_it = [
  "1. Isolare la macchina.",
  "2. Considerare rubate le password di chi vi è entrato.",
  "3. Cambiarle partendo dagli amministratori.",
]

[list.security_tools]
when_empty = "nothing-listed"

[[test]]
name = "procdump reads LSASS"
alerts = [{ host_name = "PC-RAG-01.comune.example" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"10","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"SourceImage":"C:\\Temp\\procdump64.exe","TargetImage":"C:\\Windows\\System32\\lsass.exe","GrantedAccess":"0x1FFFFF","SourceUser":"COMUNE\\mrossi"}}}'

[[test]]
name = "the antivirus looks at LSASS"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"10","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"SourceImage":"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe","TargetImage":"C:\\Windows\\System32\\lsass.exe","GrantedAccess":"0x1FFFFF","SourceUser":"NT AUTHORITY\\SYSTEM"}}}'

[[test]]
name = "registry hives saved"
alerts = [{ host_name = "PC-RAG-01.comune.example" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"Image":"C:\\Windows\\System32\\reg.exe","CommandLine":"reg save hklm\\sam C:\\Temp\\s.hiv","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'

[[test]]
name = "registry hives saved by a command with its path in quotes"
alerts = [{ host_name = "PC-RAG-01.comune.example" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"Image":"C:\\Windows\\System32\\reg.exe","CommandLine":"\"C:\\Windows\\system32\\reg.exe\" save hklm\\sam C:\\Temp\\s.hiv","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''

[[test]]
name = "a program that calls itself as one of the system"
alerts = [{ host_name = "PC-RAG-01.comune.example" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"10","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"SourceImage":"C:\\Users\\Public\\svchost.exe","TargetImage":"C:\\Windows\\System32\\lsass.exe","GrantedAccess":"0x1FFFFF","SourceUser":"COMUNE\\mrossi"}}}'

[[test]]
name = "the system itself"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"10","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"SourceImage":"C:\\Windows\\System32\\svchost.exe","TargetImage":"C:\\Windows\\System32\\lsass.exe","GrantedAccess":"0x1FFFFF","SourceUser":"NT AUTHORITY\\SYSTEM"}}}'
---*/
SELECT host_name, user_name, process_executable, process_command_line
FROM events
WHERE (event_action = 'process_access' AND lower(fields['target_process']) LIKE '%\lsass.exe'
    AND lower(fields['granted_access']) IN ('0x1010', '0x1410', '0x1438', '0x143a', '0x1fffff')
    AND NOT regexp_like(process_executable, '(^[a-z]:\\windows\\system32\\(svchost|wininit|csrss|lsm)|\\Windows Defender\\.*\\MsMpEng)\.exe$', 'i')
    AND in_list(process_executable, 'security_tools') IS NOT TRUE)
   OR (event_action = 'process_start'
    AND regexp_like(process_command_line, '(sekurlsa|comsvcs(\.dll)?[, ].*minidump|ntdsutil.*\sifm\s|reg(\.exe)?"?\s+save\s+hklm\\(sam|security|system)|procdump(64)?(\.exe)?"?\s.*lsass|ntds\.dit)', 'i'))
