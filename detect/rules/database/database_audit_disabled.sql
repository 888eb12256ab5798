/*---
id = "DB-13"
version = 2
title.en = "Auditing switched off on a database"
title.it = "Auditing del database disattivato"
description.en = "Blind the log before acting."
description.it = "La registrazione degli accessi a una base dati è stata spenta."
severity = "critical"
family = "database"
entity = ["user_name", "db_name"]
attack = ["T1685"]
acn_class = "Elusione delle difese / IS-4"
false_positives = ["supplier removing audit for speed: must be refused (provv. 27/11/2008)"]
false_positives_it = ["il fornitore che toglie l'audit per andare più veloce: va rifiutato (provv. 27/11/2008)"]
response_it = [
  "1. Riattivare.",
  "2. Chiedere chi l'ha chiesto.",
  "3. Considerare inaffidabile ciò che è successo dopo.",
]
privacy = "yes, administrators"

[[test]]
name = "pgaudit switched off"
alerts = [{ user_name = "tecnico2" }]
[[test.line]]
text = '''{iso_ms} CET [2{n:04}] user=tecnico2,db=anagrafe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,MISC,ALTER SYSTEM,,,"ALTER SYSTEM SET pgaudit.log = 'none'",<not logged>'''

[[test]]
name = "pgaudit switched on"
alerts = []
[[test.line]]
text = '''{iso_ms} CET [2{n:04}] user=tecnico2,db=anagrafe,app=suite,client=10.20.2.4 LOG:  AUDIT: SESSION,{n},1,MISC,ALTER SYSTEM,,,"ALTER SYSTEM SET pgaudit.log = 'read,write'",<not logged>'''

[[test]]
name = "auditing ends because the host is shut down"
alerts = []
[[test.line]]
text = 'type=DAEMON_END msg=audit({epoch}.112:4412): op=terminate auid=0 uid=0 ses=4294967295 pid=1 subj=system_u:system_r:init_t:s0 res=success'

[[test]]
name = "auditing is switched off in the kernel"
alerts = [{}]
[[test.line]]
text = 'type=CONFIG_CHANGE msg=audit({epoch}.112:4413): op=set audit_enabled=0 old=1 auid=1000 ses=3 subj=unconfined res=1'
---*/
SELECT user_name, db_name, host_name
FROM events
WHERE (event_action = 'audit_disable' AND coalesce(event_code, '') <> 'DAEMON_END')
   OR (class IN ('database', 'configuration') AND regexp_like(db_statement, '(NOAUDIT\s|ALTER\s+SYSTEM\s+SET\s+audit_trail|ALTER\s+SERVER\s+AUDIT\s.*STATE\s*=\s*OFF|SET\s+GLOBAL\s+(server_audit_logging|audit_log)\S*\s*=\s*.?(OFF|0)|ALTER\s+(SYSTEM|DATABASE\s+\S+|ROLE\s+\S+)\s+SET\s+(pgaudit\.log|log_statement)\s*(=|TO)\s*.?none|TRUNCATE\s.*AUD\$)', 'i'))
