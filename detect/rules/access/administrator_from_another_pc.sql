/*---
id = "AC-05"
title.en = "Administrator comes from another PC"
title.it = "Amministratore entra da un altro PC"
description.en = "An administrator of the list logs in from a machine that is none of the listed ones; on Windows at the keyboard or over remote desktop, not to a share."
description.it = "Un amministratore in elenco entra da una macchina che non è tra quelle in elenco; su Windows alla tastiera o con desktop remoto, non per una cartella condivisa."
severity = "medium"
family = "both"
entity = ["user_name", "source_ip"]
attack = ["T1078.002", "T1021"]
acn_class = "Compromissione account / IS-4"
requires = { classes = ["authentication"], columns = ["user_name", "source_ip"] }
false_positives = ["a new PC of an administrator: put it on the list", "the night on call from home, over the VPN"]
false_positives_it = ["un PC nuovo di un amministratore: metterlo in elenco", "la reperibilità da casa, con la VPN"]
response_it = [
  "1. Chiedere all'amministratore se è stato lui.",
  "2. Se no, cambiare la password e chiudere le sessioni.",
  "3. Aggiornare l'elenco admin_hosts.",
]
privacy = "yes, administrator (AdS, provv. 2008 covers it)"

[list.admins]
when_empty = "silent"

[list.admin_hosts]
when_empty = "silent"

[[test]]
name = "from the PC of an office"
lists = { admins = ["adm.neri"], admin_hosts = ["10.20.4.5"] }
alerts = [{ user_name = "adm.neri", source_ip = "10.20.4.31" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted password for adm.neri from 10.20.4.31 port 50000 ssh2'''

[[test]]
name = "from the own PC"
lists = { admins = ["adm.neri"], admin_hosts = ["10.20.4.5"] }
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted password for adm.neri from 10.20.4.5 port 50000 ssh2'''

[[test]]
name = "somebody else"
lists = { admins = ["adm.neri"], admin_hosts = ["10.20.4.5"] }
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted password for mrossi from 10.20.4.31 port 50000 ssh2'''

[[test]]
name = "remote desktop from the PC of an office"
lists = { admins = ["adm.neri"], admin_hosts = ["10.20.4.5"] }
alerts = [{ user_name = "adm.neri", source_ip = "10.20.4.31" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"4624","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-FILE.comune.example","event_data":{"TargetUserName":"adm.neri","TargetDomainName":"COMUNE","TargetUserSid":"S-1-5-21-1-2-3-1500","LogonType":"10","AuthenticationPackageName":"Kerberos","LogonProcessName":"Kerberos","IpAddress":"10.20.4.31","IpPort":"49123","SubjectUserName":"-","SubjectUserSid":"S-1-0-0"}}}'''

[[test]]
name = "a server opens a share with the account of an administrator"
lists = { admins = ["adm.neri"], admin_hosts = ["10.20.4.5"] }
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"4624","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-FILE.comune.example","event_data":{"TargetUserName":"adm.neri","TargetDomainName":"COMUNE","TargetUserSid":"S-1-5-21-1-2-3-1500","LogonType":"3","AuthenticationPackageName":"Kerberos","LogonProcessName":"Kerberos","IpAddress":"10.20.4.40","IpPort":"49123","SubjectUserName":"-","SubjectUserSid":"S-1-0-0"}}}'''
---*/
-- On Windows only what a person does at a keyboard: at the machine, unlocked, over remote desktop, with a kept password.
-- A network logon (type 3) is also a share or a service that opens by itself.
SELECT lower(user_name) AS user_name, source_ip
FROM events
WHERE class = 'authentication' AND event_action = 'login' AND event_outcome = 'success' AND source_ip IS NOT NULL
  AND source_ip NOT IN ('127.0.0.1', '::1') AND in_list(user_name, 'admins') AND NOT in_list(source_ip, 'admin_hosts')
  AND (fields['logon_type'] IS NULL OR fields['logon_type'] IN ('2', '7', '10', '11'))
