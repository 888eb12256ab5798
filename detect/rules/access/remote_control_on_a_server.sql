/*---
id = "AC-20"
title.en = "Remote control tool on a server"
title.it = "Strumento di controllo remoto su un server"
description.en = "A program for remote control starts on a server of the list, or is installed there as a service: suppliers use them, and so do intruders."
description.it = "Un programma di controllo remoto parte su un server in elenco, o vi viene installato come servizio: lo usano i fornitori, e anche gli intrusi."
severity = "high"
family = "both"
entity = ["host_name", "tool"]
attack = ["T1219"]
acn_class = "Accesso remoto / IS-4"
requires = { columns = ["host_name"] }
false_positives = ["the supplier's usual support on that server: list it"]
false_positives_it = ["l'assistenza abituale del fornitore su quel server: metterla in elenco"]
response_it = [
  "1. Chiedere al fornitore se è lui.",
  "2. Se no, spegnere il programma e staccare il server da Internet.",
  "3. Cercare chi lo ha installato e da quale file.",
]
privacy = "yes, only servers"

[list.servers]
when_empty = "silent"

[list.remote_control_hosts]
when_empty = "nothing-listed"

[[test]]
name = "a service is installed on a server"
lists = { servers = ["SRV-APP.comune.example"] }
alerts = [{ host_name = "SRV-APP.comune.example", tool = "AnyDesk Service" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"7045","channel":"System","provider_name":"Service Control Manager","computer_name":"SRV-APP.comune.example","event_data":{"ServiceName":"AnyDesk Service","ImagePath":"C:\\ProgramData\\AnyDesk\\AnyDesk.exe --service","ServiceType":"user mode service","StartType":"auto start","AccountName":"LocalSystem"}}}'''

[[test]]
name = "a server on the list where the supplier works"
lists = { servers = ["SRV-APP.comune.example"], remote_control_hosts = ["SRV-APP.comune.example"] }
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-APP.comune.example","event_data":{"Image":"C:\\Program Files\\TeamViewer\\TeamViewer_Service.exe","CommandLine":"TeamViewer_Service.exe","ParentImage":"C:\\Windows\\System32\\services.exe","User":"COMUNE\\mrossi"}}}'''

[[test]]
name = "started on a server"
lists = { servers = ["SRV-APP.comune.example"] }
alerts = [{ host_name = "SRV-APP.comune.example" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-APP.comune.example","event_data":{"Image":"C:\\Users\\Public\\rustdesk.exe","CommandLine":"rustdesk.exe","ParentImage":"C:\\Windows\\explorer.exe","User":"COMUNE\\mrossi"}}}'''

[[test]]
name = "on the PC of an office"
lists = { servers = ["SRV-APP.comune.example"] }
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"Image":"C:\\Program Files\\TeamViewer\\TeamViewer.exe","CommandLine":"TeamViewer.exe","ParentImage":"C:\\Windows\\explorer.exe","User":"COMUNE\\mrossi"}}}'''

[[test]]
name = "a service is installed on the PC of an office"
lists = { servers = ["SRV-APP.comune.example"] }
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"7045","channel":"System","provider_name":"Service Control Manager","computer_name":"PC-RAG-01.comune.example","event_data":{"ServiceName":"AnyDesk Service","ImagePath":"C:\\ProgramData\\AnyDesk\\AnyDesk.exe --service","ServiceType":"user mode service","StartType":"auto start","AccountName":"LocalSystem"}}}'''
---*/
SELECT host_name, coalesce(service_name, basename(process_executable)) AS tool
FROM events
WHERE event_action IN ('process_start', 'service_install') AND in_list(host_name, 'servers')
  AND regexp_like(concat(coalesce(process_executable, ''), ' ', coalesce(service_name, '')), '(anydesk|teamviewer|screenconnect|connectwise|rustdesk|supremo|iperius ?remote|splashtop|ateraagent|meshagent|ultraviewer|dwagent|remoteutilities|netsupport|logmein|zohoassist|dameware)', 'i')
  AND in_list(host_name, 'remote_control_hosts') IS NOT TRUE
