/*---
id = "SC-11"
version = 2
title.en = "Host firewall disabled"
title.it = "Firewall del server disattivato"
description.en = "Netsh, ufw or iptables flushed."
description.it = "Il firewall di un server è stato spento o svuotato."
severity = "medium"
family = "continuity"
entity = ["host_name", "user_name"]
attack = ["T1686"]
acn_class = "Elusione delle difese / -"
requires = { columns = ["process_command_line"] }
false_positives = ["supplier testing a connection problem"]
false_positives_it = ["il fornitore che prova un problema di connessione"]
response_it = [
  "1. Riattivare.",
  "2. Chiedere chi e perché.",
  "3. Annotare nel registro.",
]

[[test]]
name = "ufw disabled with sudo"
alerts = [{ host_name = "portale" }]
[[test.line]]
text = '<85>{rfc3164} portale sudo: www-data : TTY=unknown ; PWD=/ ; USER=root ; COMMAND=/usr/sbin/ufw disable'

[[test]]
name = "ufw status"
alerts = []
[[test.line]]
text = '<85>{rfc3164} portale sudo: tecnico1 : TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/usr/sbin/ufw status'

[[test]]
name = "the Windows firewall off by a command with its path in quotes"
alerts = [{ host_name = "PC-RAG-01.comune.example" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"Image":"C:\\Windows\\System32\\netsh.exe","CommandLine":"\"C:\\Windows\\system32\\netsh.exe\" advfirewall set allprofiles state off","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''
---*/
SELECT host_name, user_name, process_command_line
FROM events
WHERE event_action IN ('process_start', 'privilege_use')
  AND regexp_like(process_command_line, '(netsh(\.exe)?"?\s+advfirewall\s+set\s+\S+\s+state\s+off|ufw\s+disable|iptables\s+(-F|--flush)(\s|$)|systemctl\s+(stop|disable)\s+(firewalld|nftables|ufw))', 'i')
