/*---
id = "AC-27"
title.en = "SSH connections dropped before the login, one after the other"
title.it = "Connessioni SSH interrotte prima dell'accesso, in serie"
description.en = "Handshakes that fail, other protocols spoken to SSH, sessions left or cut before the password: a scanner or a guesser at work."
description.it = "Negoziazioni fallite, altri protocolli parlati a SSH, sessioni chiuse prima della password: uno scanner o chi prova le password."
severity = "low"
family = "both"
window = "2m"
attack = ["T1595.001", "T1110"]
acn_class = "Scansione / -"
requires = { columns = ["source_ip"] }
false_positives = ["a load balancer or a monitor that only opens the port: list it", "an old client that knows no current cipher"]
false_positives_it = ["un bilanciatore o un monitoraggio che apre soltanto la porta: metterlo in elenco", "un vecchio client che non conosce i cifrari attuali"]
response_it = [
  "1. Se l'indirizzo è esterno, bloccarlo sul firewall.",
  "2. Verificare che SSH debba essere raggiungibile da Internet.",
  "3. Se è un apparato interno, aggiornarne il client SSH.",
]

[param]
sessions = 6

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "no cipher in common, eight times"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Unable to negotiate with 203.0.113.9 port 5{n:04}: no matching host key type found. Their offer: ssh-dss [preauth]'''
count = 8
every = "4s"

[[test]]
name = "twice"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Unable to negotiate with 203.0.113.9 port 5{n:04}: no matching host key type found. Their offer: ssh-dss [preauth]'''
count = 2
every = "4s"
---*/
SELECT source_ip, sum(event_count) AS sessions
FROM events
WHERE format = 'openssh' AND event_action = 'application_event' AND event_outcome = 'failure' AND source_ip IS NOT NULL
  AND fields['action'] NOT IN ('invalid_user', 'not_allowed', 'permissions')
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
GROUP BY source_ip
HAVING sum(event_count) >= $sessions
