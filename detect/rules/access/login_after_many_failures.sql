/*---
id = "AC-03"
version = 2
title.en = "Login after many failures"
title.it = "Accesso riuscito dopo molti tentativi"
description.en = "An address fails many times and then gets in, an inside one with the same account: the password was guessed."
description.it = "Un indirizzo sbaglia molte volte e poi entra, se interno con lo stesso account: la password è stata indovinata."
severity = "critical"
family = "both"
window = "40m"
entity = ["source_ip", "user_name"]
attack = ["T1110", "T1078"]
acn_class = "Compromissione account / IS-4"
requires = { classes = ["authentication"], columns = ["source_ip"] }
false_positives = ["the password forgotten on Monday morning, from the usual PC: few attempts, a known inside address"]
false_positives_it = ["la password dimenticata il lunedì mattina, dal solito PC: pochi tentativi, indirizzo interno noto"]
response_it = [
  "1. Disabilitare l'utenza che è entrata.",
  "2. Guardare che cosa ha fatto dopo.",
  "3. Cambiare la password e attivare il secondo fattore.",
  "4. Segnalare al COSC se ha toccato dati.",
]
privacy = "l'account può essere di un dipendente"

[param]
failures = 20

[[test]]
name = "thirty failures, then in"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 203.0.113.9 port 5{n:04} ssh2'
every = "30s"
count = 30
[[test.line]]
text = '<86>{rfc3164} portale sshd[2100]: Accepted password for m.verdi from 203.0.113.9 port 50100 ssh2'
at = "16m"

[[test]]
name = "thirty failures and never in"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 203.0.113.9 port 5{n:04} ssh2'
every = "30s"
count = 30

[[test]]
name = "in, and only then failures"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2100]: Accepted password for m.verdi from 203.0.113.9 port 50100 ssh2'
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 203.0.113.9 port 5{n:04} ssh2'
at = "10s"
every = "30s"
count = 30

[[test]]
name = "a person who forgot the password on Monday"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'
every = "15s"
count = 12
[[test.line]]
text = '<86>{rfc3164} portale sshd[2100]: Accepted password for m.verdi from 10.20.4.31 port 50100 ssh2'
at = "4m"

[[test]]
name = "an inside PC guesses one account"
alerts = [{ source_ip = "10.20.4.31", user_name = "m.verdi" }]
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for M.Verdi from 10.20.4.31 port 5{n:04} ssh2'
every = "30s"
count = 30
[[test.line]]
text = '<86>{rfc3164} portale sshd[2100]: Accepted password for m.verdi from 10.20.4.31 port 50100 ssh2'
at = "16m"

[[test]]
name = "an old drive mapping fails, somebody else logs in from the same address"
alerts = []
[[test.line]]
text = '<86>{rfc3164} portale sshd[2{n:03}]: Failed password for m.verdi from 10.20.4.31 port 5{n:04} ssh2'
every = "30s"
count = 30
[[test.line]]
text = '<86>{rfc3164} portale sshd[2100]: Accepted password for g.neri from 10.20.4.31 port 50100 ssh2'
at = "16m"
---*/
-- Behind an inside address may stand a server of many people, or a PC with an old drive mapping: there failures and login
-- are one account's. Nobody guesses a machine's password.
SELECT source_ip, CASE WHEN is_private_ip(source_ip) THEN lower(user_name) END AS user_name,
       sum(event_count) FILTER (WHERE event_outcome = 'failure') AS failures
FROM events
WHERE class = 'authentication' AND event_action = 'login' AND event_outcome IN ('failure', 'success')
  AND source_ip IS NOT NULL
GROUP BY source_ip, CASE WHEN is_private_ip(source_ip) THEN lower(user_name) END
HAVING sum(event_count) FILTER (WHERE event_outcome = 'failure') >= $failures
   AND max(timestamp) FILTER (WHERE event_outcome = 'success' AND coalesce(user_name, '') NOT LIKE '%$')
     > min(timestamp) FILTER (WHERE event_outcome = 'failure')
