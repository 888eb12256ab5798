/*---
id = "SC-27"
version = 2
title.en = "Log cleared"
title.it = "Registro eventi cancellato"
description.en = "Tracks removed."
description.it = "Un registro è stato svuotato o cancellato."
severity = "high"
family = "continuity"
entity = ["host_name", "user_name"]
attack = ["T1685.005", "T1685.006"]
acn_class = "Elusione delle difese / -"
false_positives = ["new PC image", "supplier's reinstall", "logrotate (root cron, not a shell)"]
false_positives_it = ["un PC appena installato", "una reinstallazione del fornitore", "la rotazione dei log (cron di root, non una shell)"]
response_it = [
  "1. I log originali sono già in Campanile: non intervenire sul server.",
  "2. Cercare cosa ha fatto l'utente nell'ora precedente.",
  "3. Se non è spiegato, isolare e segnalare.",
]
privacy = "yes, administrator"

[[test]]
name = "the Security log is cleared"
alerts = [{ user_name = "adm.gio" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"1102","channel":"Security","provider_name":"Microsoft-Windows-Eventlog","computer_name":"DC01.comune.example","user_data":{"SubjectUserName":"adm.gio","SubjectDomainName":"COMUNE"},"event_data":{"SubjectUserName":"adm.gio","SubjectDomainName":"COMUNE"}}}'

[[test]]
name = "log files removed with sudo"
alerts = [{ host_name = "portale" }]
[[test.line]]
text = '<85>{rfc3164} portale sudo: www-data : TTY=unknown ; PWD=/ ; USER=root ; COMMAND=/usr/bin/rm -rf /var/log/apache2'

[[test]]
name = "logrotate runs"
alerts = []
[[test.line]]
text = '<78>{rfc3164} portale CRON[4412]: (root) CMD (test -x /usr/sbin/logrotate && /usr/sbin/logrotate /etc/logrotate.conf)'

[[test]]
name = "the Security log is cleared by command, its path in quotes"
alerts = [{ host_name = "PC-RAG-01.comune.example" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"Image":"C:\\Windows\\System32\\wevtutil.exe","CommandLine":"\"C:\\Windows\\system32\\wevtutil.exe\" clear-log Security","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''

[[test]]
name = "all logs removed in a shell"
alerts = [{ host_name = "portale" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"portale","event_data":{"Image":"/usr/bin/rm","CommandLine":"rm -rf /var/log/apache2","ParentImage":"/usr/bin/bash","User":"www-data"}}}'

[[test]]
name = "the folder of logs removed with sudo"
alerts = [{ host_name = "portale" }]
[[test.line]]
text = '<85>{rfc3164} portale sudo: www-data : TTY=unknown ; PWD=/ ; USER=root ; COMMAND=/bin/rm -rf /var/log'

[[test]]
name = "old journals are removed, as every month"
alerts = []
[[test.line]]
text = '<85>{rfc3164} portale sudo: tecnico1 : TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/journalctl --vacuum-time=30d'
---*/
SELECT host_name, user_name, event_code, process_command_line
FROM events
WHERE event_action = 'log_cleared'
   OR (event_action IN ('process_start', 'privilege_use')
    AND regexp_like(process_command_line, '(wevtutil(\.exe)?"?\s+(cl|clear-log)\s|Clear-EventLog|Remove-EventLog|(^|\s)>\s*/var/log/|(^|[\s/;&|("])rm\s.*/var/log(/|\s|$)|truncate\s.*/var/log/|journalctl\s.*--vacuum-time=[0-9]+s|history\s+-c)', 'i'))
