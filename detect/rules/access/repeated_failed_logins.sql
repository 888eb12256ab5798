/*---
id = "AC-01"
version = 2
title.en = "Repeated failed logins from one address"
title.it = "Tentativi di accesso ripetuti da un indirizzo"
description.en = "Brute force on ssh, RDP, VPN, webmail or an application: fast or slow, from one address."
description.it = "Un indirizzo prova password una dopo l'altra, in fretta o piano, su ssh, desktop remoto, VPN, posta o applicativi."
severity = "medium"
family = "both"
window = "10m"
attack = ["T1110.001", "T1133"]
acn_class = "Brute force / -"
requires = { columns = ["source_ip"] }
false_positives = ["a mailbox or a network drive with the old password: one user, one address, a steady rhythm"]
false_positives_it = ["una casella o un disco di rete con la vecchia password: un solo utente, un solo indirizzo, ritmo costante"]
response_it = [
  "1. Se l'indirizzo è esterno, bloccarlo.",
  "2. Se è un PC interno, chiamare l'utente: ha cambiato password?",
  "3. Attivare il secondo fattore sulla VPN e sulla webmail.",
]
privacy = "no"

[param]
# A program that tries every thirty seconds comes to twenty in ten minutes.
failures = 21

[[test]]
name = "twenty-five failures in four minutes"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'
every = "10s"
count = 25

[[test]]
name = "a line that stands for many failures"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '<86>{rfc3164} portale sshd[2101]: Failed password for root from 203.0.113.9 port 50001 ssh2'
[[test.line]]
text = '<86>{rfc3164} portale sshd[2101]: message repeated 30 times: [ Failed password for root from 203.0.113.9 port 50001 ssh2]'
at = "90s"

[[test]]
name = "nineteen failures are below the threshold"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'
every = "10s"
count = 19

[[test]]
name = "twenty failures, the first exactly as old as the window when the last comes"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'
every = "20s"
count = 19
[[test.line]]
text = '<86>{rfc3164} portale sshd[2999]: Failed password for root from 203.0.113.9 port 59999 ssh2'
at = "10m"

[[test]]
name = "a person who forgot the password on Monday"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'
every = "15s"
count = 9
[[test.line]]
text = '<86>{rfc3164} portale sshd[2100]: Accepted password for m.verdi from 10.20.4.31 port 50100 ssh2'
at = "150s"
[[test]]
name = "twelve attempts of which sshd and PAM both tell"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'
every = "20s"
count = 12
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=root'
every = "20s"
count = 12

[[test]]
name = "a service that only PAM tells of"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '<86>{rfc3164} portale xrdp-sesman[2{n:03}]: pam_unix(xrdp-sesman:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=203.0.113.9  user=root'
every = "10s"
count = 25

[[test]]
name = "a host that keeps only PAM's lines of sshd"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '<86>{rfc3164} portale sshd(pam_unix)[2{n:03}]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=203.0.113.9  user=root'
every = "1s"
count = 25

[[test]]
name = "a mailbox tries its old password every thirty seconds"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'
every = "30s"
count = 60
---*/
-- The daemon's line and PAM's may both tell of one attempt, and some hosts keep only PAM's: each is counted by itself.
SELECT source_ip, sum(event_count) FILTER (WHERE event_action = 'login') AS failures, count(DISTINCT user_name) AS users
FROM events
WHERE event_outcome = 'failure' AND source_ip IS NOT NULL AND event_action IN ('login', 'pam_auth')
GROUP BY source_ip
HAVING sum(event_count) FILTER (WHERE event_action = 'login') >= $failures
    OR sum(event_count) FILTER (WHERE event_action = 'pam_auth') >= $failures
