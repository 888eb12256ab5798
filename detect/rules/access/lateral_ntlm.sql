/*---
id = "AC-14"
version = 2
title.en = "Pass-the-hash or lateral NTLM"
title.it = "Pass-the-hash o movimento laterale NTLM"
description.en = "NTLM network logons from a workstation to many hosts."
description.it = "Lo stesso account entra via rete con NTLM in molte macchine da un solo indirizzo: movimento laterale o hash rubato."
severity = "high"
family = "both"
window = "30m"
attack = ["T1550.002", "T1021.002"]
acn_class = "Movimento laterale / -"
requires = { classes = ["authentication"], columns = ["source_ip", "host_name"] }
false_positives = ["software deployment server, vulnerability scanner (known hosts)"]
false_positives_it = ["il server di distribuzione del software, lo scanner di vulnerabilità (host noti)"]
response_it = [
  "1. Isolare la postazione di origine.",
  "2. Cambiare le password locali uguali (LAPS).",
  "3. Cercare PsExec.",
]

[param]
hosts = 5

[list.service_accounts]
when_empty = "nothing-listed"

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "eight machines in sixteen minutes"
alerts = [{ source_ip = "10.20.4.77" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4624","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-{n}.comune.example","event_data":{"TargetUserName":"adm.locale","TargetDomainName":"COMUNE","TargetUserSid":"S-1-5-21-1-2-3-1500","LogonType":"3","AuthenticationPackageName":"NTLM","LogonProcessName":"NtLmSsp ","LmPackageName":"NTLM V2","WorkstationName":"PC-RAG-01","IpAddress":"10.20.4.77","IpPort":"49{n:03}","SubjectUserName":"-","SubjectUserSid":"S-1-0-0"}}}'
every = "2m"
count = 8

[[test]]
name = "three machines"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4624","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-{n}.comune.example","event_data":{"TargetUserName":"adm.locale","TargetDomainName":"COMUNE","TargetUserSid":"S-1-5-21-1-2-3-1500","LogonType":"3","AuthenticationPackageName":"NTLM","LogonProcessName":"NtLmSsp ","LmPackageName":"NTLM V2","WorkstationName":"PC-RAG-01","IpAddress":"10.20.4.77","IpPort":"49{n:03}","SubjectUserName":"-","SubjectUserSid":"S-1-0-0"}}}'
every = "2m"
count = 3

[[test]]
name = "nobody, in Italian"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4624","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-{n}.comune.example","event_data":{"TargetUserName":"ACCESSO ANONIMO","TargetDomainName":"NT AUTHORITY","TargetUserSid":"S-1-5-7","LogonType":"3","AuthenticationPackageName":"NTLM","LogonProcessName":"NtLmSsp ","LmPackageName":"NTLM V1","WorkstationName":"PC-RAG-01","IpAddress":"10.20.4.77","IpPort":"49{n:03}","SubjectUserName":"-","SubjectUserSid":"S-1-0-0"}}}'
every = "2m"
count = 8
---*/
SELECT source_ip, user_name, count(DISTINCT host_name) AS hosts
FROM events
WHERE event_action = 'login' AND event_outcome = 'success' AND event_code = '4624'
  AND fields['logon_type'] = '3' AND fields['auth_package'] = 'NTLM'
  AND source_ip IS NOT NULL AND user_name NOT LIKE '%$' AND user_name <> 'ANONYMOUS LOGON' AND coalesce(user_id, '') <> 'S-1-5-7'
  AND in_list(user_name, 'service_accounts') IS NOT TRUE AND in_list(source_ip, 'known_scanners') IS NOT TRUE
GROUP BY source_ip, user_name
HAVING count(DISTINCT host_name) >= $hosts
