/*---
id = "AC-15"
version = 2
title.en = "Remote execution on many machines"
title.it = "Esecuzione remota su molte macchine"
description.en = "PsExec, WMI, WinRM, scheduled task fan-out."
description.it = "Lo stesso strumento di esecuzione remota compare su molte macchine in poco tempo."
severity = "critical"
family = "both"
window = "30m"
attack = ["T1569.002", "T1047", "T1053.005", "T1021.006"]
acn_class = "Movimento laterale / IS-3 (precursore ransomware)"
requires = { columns = ["host_name"] }
false_positives = ["software distribution by IT (from $admin_hosts in maintenance)"]
false_positives_it = ["la distribuzione di software del CED (da $admin_hosts, in manutenzione)"]
response_it = [
  "1. Fermare la postazione di origine.",
  "2. Bloccare l'utente.",
  "3. Preparare lo spegnimento delle condivisioni: può essere l'inizio di un ransomware.",
]

[param]
hosts = 4

[[test]]
name = "PsExec on six machines"
alerts = [{ tenant = "default" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"7045","channel":"System","provider_name":"Service Control Manager","computer_name":"SRV-{n}.comune.example","event_data":{"ServiceName":"PSEXESVC","ImagePath":"%SystemRoot%\\PSEXESVC.exe","ServiceType":"user mode service","StartType":"demand start","AccountName":"LocalSystem"}}}'
every = "1m"
count = 6

[[test]]
name = "PsExec on two machines"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"7045","channel":"System","provider_name":"Service Control Manager","computer_name":"SRV-{n}.comune.example","event_data":{"ServiceName":"PSEXESVC","ImagePath":"%SystemRoot%\\PSEXESVC.exe","ServiceType":"user mode service","StartType":"demand start","AccountName":"LocalSystem"}}}'
every = "1m"
count = 2

[[test]]
name = "a task made on another machine, from five, its path in quotes"
alerts = [{ tenant = "default" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-{n}.comune.example","event_data":{"Image":"C:\\Windows\\System32\\schtasks.exe","CommandLine":"\"C:\\Windows\\system32\\schtasks.exe\" /create /tn agg /tr c.bat /s SRV-9 /sc once","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
every = "1m"
count = 5
---*/
SELECT tenant, count(DISTINCT host_name) AS hosts
FROM events
WHERE (event_action = 'service_install' AND regexp_like(service_name, '^(PSEXESVC|PAExec|RemComSvc|csexecsvc|winexesvc)', 'i'))
   OR (event_action IN ('process_start', 'task_create')
     AND regexp_like(process_command_line, '(psexec(64)?(\.exe)?"?\s+\\\\|wmic(\.exe)?"?\s.*process\s+call\s+create|winrs(\.exe)?"?\s.*-r:|schtasks(\.exe)?"?\s.*/create\s.*/s\s)', 'i'))
GROUP BY tenant
HAVING count(DISTINCT host_name) >= $hosts
