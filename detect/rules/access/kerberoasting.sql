/*---
id = "AC-11"
title.en = "Kerberoasting"
title.it = "Kerberoasting (richieste Kerberos sospette)"
description.en = "Many service tickets with weak encryption by one user."
description.it = "Un utente chiede in pochi minuti biglietti Kerberos per molti servizi, o con cifratura RC4: la password del servizio si può poi indovinare fuori linea."
severity = "high"
family = "both"
window = "15m"
attack = ["T1558.003"]
acn_class = "Furto di credenziali / -"
requires = { classes = ["authentication"], columns = ["service_name", "user_name"] }
false_positives = ["inventory tool", "vulnerability scanner account"]
false_positives_it = ["uno strumento di inventario", "l'account di uno scanner di vulnerabilità"]
response_it = [
  "1. Isolare il PC di origine.",
  "2. Cambiare le password degli account di servizio (lunghe, casuali).",
  "3. Disattivare RC4.",
]

[param]
services = 10
rc4_services = 3

[[test]]
name = "eighteen services asked with RC4"
alerts = [{ source_ip = "10.20.4.77" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4769","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"mbianchi@COMUNE.EXAMPLE","TargetDomainName":"COMUNE.EXAMPLE","ServiceName":"svc_app{n}","TicketEncryptionType":"0x17","IpAddress":"::ffff:10.20.4.77","IpPort":"50{n:03}","Status":"0x0"}}}'
every = "4s"
count = 18

[[test]]
name = "an inventory tool asks for two services"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4769","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"mbianchi@COMUNE.EXAMPLE","TargetDomainName":"COMUNE.EXAMPLE","ServiceName":"svc_app{n}","TicketEncryptionType":"0x17","IpAddress":"::ffff:10.20.4.77","IpPort":"50{n:03}","Status":"0x0"}}}'
every = "4s"
count = 2

[[test]]
name = "six services with AES over a morning"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4769","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"mbianchi@COMUNE.EXAMPLE","TargetDomainName":"COMUNE.EXAMPLE","ServiceName":"svc_app{n}","TicketEncryptionType":"0x12","IpAddress":"::ffff:10.20.4.77","IpPort":"50{n:03}","Status":"0x0"}}}'
every = "25m"
count = 6
---*/
SELECT user_name, source_ip, count(DISTINCT service_name) AS services
FROM events
WHERE event_action = 'kerberos_ticket' AND event_code = '4769' AND event_outcome = 'success'
  AND service_name NOT LIKE '%$' AND service_name <> 'krbtgt' AND user_name NOT LIKE '%$%'
GROUP BY user_name, source_ip
HAVING count(DISTINCT service_name) >= $services
    OR count(DISTINCT service_name) FILTER (WHERE fields['ticket_encryption'] = '0x17') >= $rc4_services
