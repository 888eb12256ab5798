/*---
id = "AC-28"
title.en = "Too many attempts in one connection"
title.it = "Troppi tentativi in una sola connessione"
description.en = "The SSH server cut a connection because it had tried as many passwords as are allowed."
description.it = "Il server SSH ha chiuso una connessione perché aveva provato tutte le password ammesse."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1110.001"]
acn_class = "Brute force / -"
requires = { columns = ["source_ip", "user_name"] }
false_positives = ["a client that offers many keys before the right one"]
false_positives_it = ["un client che offre molte chiavi prima di quella giusta"]
response_it = [
  "1. Se l'indirizzo è esterno, bloccarlo sul firewall.",
  "2. Se è una persona, ridurre le chiavi che il suo client offre.",
  "3. Cercare un accesso riuscito dallo stesso indirizzo (AC-03).",
]

[[test]]
name = "the server says so"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: error: maximum authentication attempts exceeded for root from 203.0.113.9 port 50000 ssh2 [preauth]'''

[[test]]
name = "one wrong password"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 50000 ssh2'''
---*/
SELECT coalesce(source_ip, fields['rhost']) AS source_ip, user_name
FROM events
WHERE event_outcome = 'failure' AND fields['action'] = 'max_attempts'
