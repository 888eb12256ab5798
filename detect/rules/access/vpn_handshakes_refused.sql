/*---
id = "AC-29"
title.en = "VPN handshakes refused one after the other"
title.it = "Negoziazioni VPN rifiutate in serie"
description.en = "An address opens tunnels that the VPN server refuses: wrong keys, forged packets, guessed credentials."
description.it = "Un indirizzo apre tunnel che il server VPN rifiuta: chiavi sbagliate, pacchetti falsificati, credenziali indovinate."
severity = "low"
family = "both"
window = "60s"
attack = ["T1110", "T1133"]
acn_class = "Brute force / -"
requires = { columns = ["source_ip"] }
false_positives = ["a laptop with an expired certificate", "a branch whose key was changed on one side only"]
false_positives_it = ["un portatile con il certificato scaduto", "una sede a cui è stata cambiata la chiave da un solo lato"]
response_it = [
  "1. Se l'indirizzo è di un dipendente o di una sede, rinnovare certificato o chiave.",
  "2. Altrimenti bloccarlo sul firewall.",
  "3. Verificare gli accessi riusciti alla VPN nelle stesse ore.",
]

[param]
handshakes = 4

[[test]]
name = "six refusals in half a minute"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''{iso} 203.0.113.9:1194 TLS Error: incoming packet authentication failed from [AF_INET]203.0.113.9:1194'''
count = 6
every = "5s"

[[test]]
name = "one"
alerts = []
[[test.line]]
text = '''{iso} 203.0.113.9:1194 TLS Error: incoming packet authentication failed from [AF_INET]203.0.113.9:1194'''
count = 1
---*/
SELECT source_ip, sum(event_count) AS handshakes
FROM events
WHERE event_action = 'vpn_connect' AND event_outcome = 'failure' AND source_ip IS NOT NULL
GROUP BY source_ip
HAVING sum(event_count) >= $handshakes
