/*---
id = "CH-01"
title.en = "Chain: initial access to lateral movement"
title.it = "Catena: accesso iniziale e movimento laterale"
description.en = "Somebody got in, then ran programs or took passwords, then went on to other machines: three steps of one attack, linked by an account, an address or a host."
description.it = "Qualcuno è entrato, poi ha eseguito programmi o preso password, poi è passato ad altre macchine: tre passi dello stesso attacco, legati da un account, un indirizzo o un host."
severity = "critical"
family = "both"
attack = ["TA0001", "TA0006", "TA0008"]
acn_class = "Intrusione / IS-4"
false_positives = ["a vulnerability assessment by the supplier (known_scanners, with its dates)"]
false_positives_it = ["una verifica di vulnerabilità del fornitore (known_scanners, con le date)"]
response_it = [
  "1. Trattare come intrusione in corso.",
  "2. COSC subito, anche di notte.",
  "3. Preservare: niente reinstallazioni.",
  "4. Riunire RTD, DPO, sindaco.",
]
privacy = "l'account può essere di un dipendente"

[chain]
within = "48h"
steps = [
  ["AC-03", "AC-04", "AC-06", "AC-07", "AC-19", "AC-21", "AC-22", "DB-02", "DB-20", "ML-03", "WB-02", "WB-09"],
  ["TA0002", "TA0006"],
  ["TA0008"],
]

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a password guessed, passwords taken, eight machines reached"
alerts = [{ user_name = "m.verdi", source_ip = "10.20.4.31" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'''
every = "30s"
count = 30
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2100]: Accepted password for m.verdi from 10.20.4.31 port 50100 ssh2'''
at = "16m"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"10","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"SourceImage":"C:\\Temp\\procdump64.exe","TargetImage":"C:\\Windows\\System32\\lsass.exe","GrantedAccess":"0x1FFFFF","SourceUser":"COMUNE\\m.verdi"}}}'''
at = "1h"
file = "windows.ndjson"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"4624","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-{n}.comune.example","event_data":{"TargetUserName":"adm.locale","TargetDomainName":"COMUNE","TargetUserSid":"S-1-5-21-1-2-3-1500","LogonType":"3","AuthenticationPackageName":"NTLM","LogonProcessName":"NtLmSsp ","LmPackageName":"NTLM V2","WorkstationName":"PC-RAG-01","IpAddress":"10.20.4.31","IpPort":"49{n:03}","SubjectUserName":"-","SubjectUserSid":"S-1-0-0"}}}'''
at = "2h"
every = "2m"
count = 8
file = "windows.ndjson"

[[test]]
name = "the same three of which one is somebody else's, on another machine"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'''
every = "30s"
count = 30
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2100]: Accepted password for m.verdi from 10.20.4.31 port 50100 ssh2'''
at = "16m"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"10","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-URP-02.comune.example","event_data":{"SourceImage":"C:\\Temp\\procdump64.exe","TargetImage":"C:\\Windows\\System32\\lsass.exe","GrantedAccess":"0x1FFFFF","SourceUser":"COMUNE\\g.neri"}}}'''
at = "1h"
file = "windows.ndjson"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"4624","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-{n}.comune.example","event_data":{"TargetUserName":"adm.locale","TargetDomainName":"COMUNE","TargetUserSid":"S-1-5-21-1-2-3-1500","LogonType":"3","AuthenticationPackageName":"NTLM","LogonProcessName":"NtLmSsp ","LmPackageName":"NTLM V2","WorkstationName":"PC-RAG-01","IpAddress":"10.20.4.31","IpPort":"49{n:03}","SubjectUserName":"-","SubjectUserSid":"S-1-0-0"}}}'''
at = "2h"
every = "2m"
count = 8
file = "windows.ndjson"

[[test]]
name = "the machines are reached before the password is guessed"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"4624","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-{n}.comune.example","event_data":{"TargetUserName":"adm.locale","TargetDomainName":"COMUNE","TargetUserSid":"S-1-5-21-1-2-3-1500","LogonType":"3","AuthenticationPackageName":"NTLM","LogonProcessName":"NtLmSsp ","LmPackageName":"NTLM V2","WorkstationName":"PC-RAG-01","IpAddress":"10.20.4.31","IpPort":"49{n:03}","SubjectUserName":"-","SubjectUserSid":"S-1-0-0"}}}'''
every = "2m"
count = 8
file = "windows.ndjson"
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'''
at = "1h"
every = "30s"
count = 30
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2100]: Accepted password for m.verdi from 10.20.4.31 port 50100 ssh2'''
at = "76m"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"10","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"SourceImage":"C:\\Temp\\procdump64.exe","TargetImage":"C:\\Windows\\System32\\lsass.exe","GrantedAccess":"0x1FFFFF","SourceUser":"COMUNE\\m.verdi"}}}'''
at = "2h"
file = "windows.ndjson"

[[test]]
name = "an announced assessment"
lists = { known_scanners = ["10.20.4.31"] }
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'''
every = "30s"
count = 30
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2100]: Accepted password for m.verdi from 10.20.4.31 port 50100 ssh2'''
at = "16m"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"10","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"SourceImage":"C:\\Temp\\procdump64.exe","TargetImage":"C:\\Windows\\System32\\lsass.exe","GrantedAccess":"0x1FFFFF","SourceUser":"COMUNE\\m.verdi"}}}'''
at = "1h"
file = "windows.ndjson"
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"4624","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"SRV-{n}.comune.example","event_data":{"TargetUserName":"adm.locale","TargetDomainName":"COMUNE","TargetUserSid":"S-1-5-21-1-2-3-1500","LogonType":"3","AuthenticationPackageName":"NTLM","LogonProcessName":"NtLmSsp ","LmPackageName":"NTLM V2","WorkstationName":"PC-RAG-01","IpAddress":"10.20.4.31","IpPort":"49{n:03}","SubjectUserName":"-","SubjectUserSid":"S-1-0-0"}}}'''
at = "2h"
every = "2m"
count = 8
file = "windows.ndjson"
---*/
