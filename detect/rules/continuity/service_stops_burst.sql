/*---
id = "SC-09"
version = 2
title.en = "Burst of service stops"
title.it = "Arresto di molti servizi in poco tempo"
description.en = "Ransomware stopping databases, mail and backup agents."
description.it = "Molti servizi diversi dello stesso server vengono fermati in due minuti."
severity = "high"
family = "continuity"
window = "2m"
attack = ["T1489"]
acn_class = "Ransomware / IS-3"
requires = { columns = ["host_name"] }
false_positives = ["orderly shutdown or reboot (system_stop follows)", "supplier's update script in maintenance window"]
false_positives_it = ["uno spegnimento o riavvio ordinato (segue l'arresto del sistema)", "uno script di aggiornamento del fornitore nella finestra di manutenzione"]
response_it = [
  "1. Verificare se è in corso una manutenzione.",
  "2. Se no, isolare il server.",
  "3. Controllare SC-06, SC-07, SC-10 sullo stesso host.",
]

[param]
services = 8

[[test]]
name = "ten services stopped by command"
alerts = [{ host_name = "SRV-DB.comune.example" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\net.exe","CommandLine":"net stop Servizio{n} /y","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\svc"}}}'
every = "3s"
count = 10

[[test]]
name = "three services of a supplier"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"7036","channel":"System","provider_name":"Service Control Manager","computer_name":"SRV-DB.comune.example","event_data":{"param1":"Servizio {n}","param2":"stopped"}}}'
every = "5s"
count = 3

[[test]]
name = "an orderly shutdown"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"1074","channel":"System","provider_name":"User32","computer_name":"SRV-DB.comune.example","event_data":{"param1":"C:\\Windows\\System32\\shutdown.exe (SRV-DB)","param2":"SRV-DB","param5":"riavvia","param7":"COMUNE\\adm.gio"}}}'
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"7036","channel":"System","provider_name":"Service Control Manager","computer_name":"SRV-DB.comune.example","event_data":{"param1":"Servizio {n}","param2":"stopped"}}}'
at = "2s"
every = "1s"
count = 20

[[test]]
name = "ten services stopped by a command with its path in quotes"
alerts = [{ host_name = "SRV-DB.comune.example" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\net.exe","CommandLine":"\"C:\\Windows\\system32\\net.exe\" stop Servizio{n} /y","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
every = "3s"
count = 10
---*/
SELECT host_name, count(DISTINCT coalesce(service_name, process_command_line)) AS services
FROM events
WHERE (class = 'service' AND event_action IN ('service_stop', 'system_stop'))
   OR (event_action = 'process_start' AND regexp_like(process_command_line, '(net1?(\.exe)?"?\s+stop\s|sc(\.exe)?"?\s+stop\s|taskkill(\.exe)?"?\s.*/f|Stop-Service\s|systemctl\s+stop\s)', 'i'))
GROUP BY host_name
HAVING count(DISTINCT coalesce(service_name, process_command_line)) FILTER (WHERE event_action <> 'system_stop') >= $services
   AND count(*) FILTER (WHERE event_action = 'system_stop') = 0
