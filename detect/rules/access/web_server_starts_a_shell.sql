/*---
id = "AC-09"
title.en = "Web server starts a shell or gains privileges"
title.it = "Il server web avvia una shell o ottiene privilegi"
description.en = "A web server process starts a shell, or its account becomes root."
description.it = "Il processo di un server web avvia una shell o uno strumento di sistema, o il suo utente ottiene privilegi."
severity = "high"
family = "both"
entity = ["host_name", "user_name"]
attack = ["T1068", "T1548.003"]
acn_class = "Aumento di privilegi / IS-4"
false_positives = ["new system administrator", "supplier's new technician"]
false_positives_it = ["un nuovo amministratore di sistema", "un nuovo tecnico del fornitore"]
response_it = [
  "1. Vedere i comandi lanciati.",
  "2. Se è un account di servizio, isolare il server.",
  "3. Cercare web shell.",
]
privacy = "yes, administrator"

[[test]]
name = "IIS starts cmd"
alerts = [{ host_name = "SRV-WEB.comune.example" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-WEB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"cmd.exe /c whoami","ParentImage":"C:\\Windows\\System32\\inetsrv\\w3wp.exe","User":"IIS APPPOOL\\portale"}}}'

[[test]]
name = "www-data becomes root"
alerts = [{ user_name = "www-data" }]
[[test.line]]
text = '<85>{rfc3164} portale sudo: www-data : TTY=unknown ; PWD=/var/www ; USER=root ; COMMAND=/bin/bash'

[[test]]
name = "a technician uses sudo"
alerts = []
[[test.line]]
text = '<85>{rfc3164} portale sudo:   tecnico1 : TTY=pts/0 ; PWD=/home/tecnico1 ; USER=root ; COMMAND=/usr/bin/apt-get update'
---*/
SELECT host_name, user_name, process_executable, process_command_line
FROM events
WHERE (event_action = 'process_start'
    AND regexp_like(process_parent_executable, '(\\|/)(w3wp|httpd|apache2?|nginx|php-cgi|php-fpm[0-9.]*|tomcat[0-9]*)(\.exe)?$', 'i')
    AND regexp_like(process_executable, '(\\|/)(cmd|powershell|pwsh|whoami|net1?|certutil|bitsadmin|sh|bash|dash|python[0-9.]*|perl|nc|curl|wget)(\.exe)?$', 'i'))
   OR (event_action = 'privilege_use' AND event_outcome = 'success' AND user_name IN ('www-data', 'apache', 'nginx', 'tomcat', 'tomcat9') AND user_target_name = 'root')
