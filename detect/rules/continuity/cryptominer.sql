/*---
id = "SC-34"
title.en = "Cryptominer on a server"
title.it = "Criptominatore su un server"
description.en = "CPU theft after a web compromise."
description.it = "Un programma di estrazione di criptovalute gira su un server."
severity = "high"
family = "continuity"
entity = ["host_name", "user_name"]
attack = ["T1496.001"]
acn_class = "Malware / -"
false_positives = ["none usual"]
false_positives_it = ["nessuno di solito"]
response_it = [
  "1. Isolare il server.",
  "2. Cercare web shell (WB-02).",
  "3. Reinstallare da backup pulito.",
]

[[test]]
name = "xmrig from cron"
alerts = [{ host_name = "portale" }]
[[test.line]]
text = '<78>{rfc3164} portale CRON[4412]: (www-data) CMD (/tmp/.x/xmrig -o stratum+tcp://198.51.100.9:3333 --donate-level 1)'

[[test]]
name = "an ordinary job"
alerts = []
[[test.line]]
text = '<78>{rfc3164} portale CRON[4412]: (root) CMD (/usr/local/bin/backup.sh)'
---*/
SELECT host_name, user_name, process_command_line, dns_question_name
FROM events
WHERE (event_action IN ('process_start', 'privilege_use') AND regexp_like(process_command_line, '(stratum\+(tcp|ssl)://|xmrig|minerd\s|--donate-level)', 'i'))
   OR (class = 'dns' AND regexp_like(dns_question_name, '(^|\.)(minexmr|nanopool|supportxmr|moneroocean|xmrpool)\.', 'i'))
