/*---
id = "NT-07"
title.en = "Tor looked up from the network"
title.it = "Tor cercato dalla rete"
description.en = "A machine asks for the names of Tor: a tunnel of malware, or a person."
description.it = "Una macchina chiede i nomi di Tor: un tunnel di un malware, o una persona."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1090.003"]
acn_class = "Elusione delle difese / -"
requires = { classes = ["dns"], columns = ["source_ip", "dns_question_name"] }
enabled = false
reason_disabled.en = "what a person looks up at work is watched here: enable it for servers, or when the agreement or authorisation of art. 4, law 300/1970 covers it"
reason_disabled.it = "qui si guarda che cosa una persona cerca al lavoro: attivarla per i server, o quando l'accordo o l'autorizzazione dell'art. 4 della legge 300/1970 la copre"
false_positives = ["public computers of the library and guest Wi-Fi: list them in guest_networks"]
false_positives_it = ["i computer pubblici della biblioteca e il Wi-Fi ospiti: metterli in guest_networks"]
response_it = [
  "1. Se è un server, isolare.",
  "2. Se è un PC, ricordare il regolamento: nessun controllo nominativo senza accordo.",
]
privacy = "yes, workstation: art. 4"

[list.guest_networks]
when_empty = "nothing-listed"

[[test]]
name = "a name of Tor"
alerts = [{ source_ip = "10.20.4.31" }]
[[test.line]]
text = '''<30>{rfc3164} srv-net dnsmasq[812]: query[A] www.torproject.org from 10.20.4.31'''

[[test]]
name = "from the library"
lists = { guest_networks = ["10.20.4.0/24"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} srv-net dnsmasq[812]: query[A] www.torproject.org from 10.20.4.31'''

[[test]]
name = "another name"
alerts = []
[[test.line]]
text = '''<30>{rfc3164} srv-net dnsmasq[812]: query[A] www.torino.example from 10.20.4.31'''
---*/
SELECT source_ip, dns_question_name
FROM events
WHERE class = 'dns' AND event_action = 'dns_query'
  AND (dns_question_name LIKE '%.onion' OR dns_question_name LIKE '%torproject.org' OR dns_question_name LIKE '%.tor2web.%' OR dns_question_name LIKE '%.onion.%')
  AND in_list(source_ip, 'guest_networks') IS NOT TRUE
