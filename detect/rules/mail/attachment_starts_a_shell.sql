/*---
id = "ML-03"
title.en = "Mail or document starts a shell"
title.it = "Posta o documento che avvia una shell"
description.en = "Outlook, Word, Excel or a reader of documents starts a shell or a script: an attachment was opened and it acts."
description.it = "Outlook, Word, Excel o un lettore di documenti avvia una shell o uno script: un allegato è stato aperto e agisce."
severity = "high"
family = "both"
entity = ["host_name", "user_name"]
attack = ["T1566.001", "T1204.002"]
acn_class = "Phishing / -"
requires = { classes = ["process"], columns = ["process_parent_executable", "process_executable"] }
false_positives = ["an add-in of the suite that calls a script"]
false_positives_it = ["un componente della suite che chiama uno script"]
response_it = [
  "1. Isolare il PC.",
  "2. Cercare gli altri destinatari e cancellare il messaggio.",
  "3. Segnalare a CSIRT e COSC il mittente e l'allegato.",
]
privacy = "yes, recipient"

[[test]]
name = "Word starts PowerShell"
alerts = [{ host_name = "PC-RAG-01.comune.example" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"Image":"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe","CommandLine":"powershell -enc SQBFAFgA","ParentImage":"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE","User":"COMUNE\\mrossi"}}}'''

[[test]]
name = "Outlook opens a document"
alerts = []
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"PC-RAG-01.comune.example","event_data":{"Image":"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE","CommandLine":"WINWORD.EXE /n offerta.docx","ParentImage":"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE","User":"COMUNE\\mrossi"}}}'''
---*/
SELECT host_name, user_name, process_executable
FROM events
WHERE event_action = 'process_start'
  AND regexp_like(process_parent_executable, '\\(outlook|winword|excel|powerpnt|msaccess|onenote|acrord32|acrobat|foxitreader|thunderbird|soffice)\.(exe|bin)$', 'i')
  AND regexp_like(process_executable, '\\(cmd|powershell|pwsh|wscript|cscript|mshta|rundll32|regsvr32|certutil|bitsadmin|msbuild|wmic|hh)\.exe$', 'i')
