/*---
id = "DB-06"
version = 3
title.en = "Database dump tool used"
title.it = "Uso di uno strumento di dump del database"
description.en = "Pg_dump, mysqldump, expdp, bcp, sqlpackage from an unusual host or account."
description.it = "Uno strumento di estrazione completa legge una base dati fuori dal backup abituale."
severity = "high"
family = "database"
entity = ["user_name", "db_name", "source_ip", "host_name"]
attack = ["T1005", "T1213.006", "T1074.001"]
acn_class = "Esfiltrazione / IS-1, IS-4"
false_positives = ["nightly backup (learnt pair)", "supplier preparing a migration"]
false_positives_it = ["il backup notturno (coppia utente e host nota)", "il fornitore che prepara una migrazione"]
response_it = [
  "1. Fermare il processo.",
  "2. Cercare il file prodotto e dove è stato copiato.",
  "3. Chiedere al fornitore.",
  "4. DPO se il dump è uscito.",
]

[list.backup_accounts]
when_empty = "nothing-listed"

[[test]]
name = "a supplier dumps the register"
alerts = [{ user_name = "fornitore2" }]
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=fornitore2,db=anagrafe,app=pg_dump,client=10.20.4.90 LOG:  AUDIT: SESSION,{n},1,READ,COPY,TABLE,anagrafe.persone,"COPY anagrafe.persone TO stdout",<not logged>,60213'

[[test]]
name = "the nightly backup"
alerts = []
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=svc_backup,db=anagrafe,app=pg_dump,client=10.20.2.9 LOG:  AUDIT: SESSION,{n},1,READ,COPY,TABLE,anagrafe.persone,"COPY anagrafe.persone TO stdout",<not logged>,60213'

[[test]]
name = "a dump by a command with its path in quotes"
alerts = [{ user_name = "mrossi" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-DB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\pg_dump.exe","CommandLine":"\"C:\\Program Files\\PostgreSQL\\bin\\pg_dump.exe\" -h db1 anagrafe","ParentImage":"C:\\Windows\\System32\\cmd.exe","User":"COMUNE\\mrossi"}}}'''

[[test]]
name = "the server's own account, from a PC"
alerts = [{ user_name = "postgres", source_ip = "10.20.4.90" }]
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=postgres,db=anagrafe,app=pg_dump,client=10.20.4.90 LOG:  AUDIT: SESSION,{n},1,READ,COPY,TABLE,anagrafe.persone,"COPY anagrafe.persone TO stdout",<not logged>,60213'

[[test]]
name = "the server's own account, on the server"
alerts = []
[[test.line]]
text = '{iso_ms} CET [2{n:04}] user=postgres,db=anagrafe,app=pg_dump,client=127.0.0.1 LOG:  AUDIT: SESSION,{n},1,READ,COPY,TABLE,anagrafe.persone,"COPY anagrafe.persone TO stdout",<not logged>,60213'
---*/
SELECT user_name, db_name, source_ip, host_name
FROM events
WHERE (class IN ('database', 'authentication') AND coalesce(event_outcome, '') <> 'failure'
    AND (event_action = 'export' OR (event_action IN ('query', 'db_connect', 'login')
      AND regexp_like(fields['client_program'], '^(pg_dump|pg_dumpall|mysqldump|mydumper|exp|expdp|bcp|SqlPackage)(\.exe)?$', 'i')))
    AND in_list(user_name, 'backup_accounts') IS NOT TRUE
    AND NOT (regexp_like(user_name, '^(svc_|srv_)?(backup|bkp|replica)', 'i') AND (source_ip IS NULL OR is_private_ip(source_ip)))
    AND NOT (lower(user_name) = 'postgres' AND (source_ip IS NULL OR source_ip IN ('127.0.0.1', '::1'))))
   OR (event_action IN ('process_start', 'privilege_use')
    AND regexp_like(process_command_line, '(^|[\\/\s"])(pg_dump(all)?|mysqldump|expdp|bcp|SqlPackage)(\.exe)?"?\s', 'i')
    AND in_list(user_name, 'backup_accounts') IS NOT TRUE AND NOT regexp_like(coalesce(user_name, ''), '(backup|bkp|postgres)', 'i'))
