/*---
id = "AC-25"
title.en = "Slow password guessing that nothing stops"
title.it = "Tentativi lenti che nessuno blocca"
description.en = "An address of the outside fails for hours, too slowly for the fast thresholds, never gets in and no ban list takes it."
description.it = "Un indirizzo esterno sbaglia per ore, troppo piano per le soglie veloci, non entra mai e nessun blocco automatico lo ferma."
severity = "low"
family = "both"
window = "6h"
attack = ["T1110.001"]
acn_class = "Brute force / -"
requires = { columns = ["source_ip"] }
false_positives = ["a mailbox program of an employee at home with the old password"]
false_positives_it = ["un programma di posta di un dipendente a casa con la vecchia password"]
response_it = [
  "1. Bloccare l'indirizzo.",
  "2. Mettere un blocco automatico (fail2ban o simile) su quel servizio.",
  "3. Verificare che gli account provati abbiano il secondo fattore.",
]

[param]
failures = 12

[[test]]
name = "one every ten minutes"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
count = 14
every = "10m"

[[test]]
name = "one that gets in"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted password for m.verdi from 203.0.113.9 port 50100 ssh2'''
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 203.0.113.9 port 5{n:04} ssh2'''
count = 14
every = "10m"
at = "5m"

[[test]]
name = "a few in a day"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
count = 8
every = "40m"
---*/
SELECT source_ip, sum(event_count) FILTER (WHERE event_outcome = 'failure') AS failures, count(DISTINCT user_name) AS users
FROM events
WHERE event_action IN ('login', 'federated_login', 'access_blocked') AND source_ip IS NOT NULL AND NOT is_private_ip(source_ip)
GROUP BY source_ip
HAVING sum(event_count) FILTER (WHERE event_action <> 'access_blocked' AND event_outcome = 'failure') >= $failures
   AND count(*) FILTER (WHERE event_action = 'access_blocked' OR event_outcome = 'success') = 0
