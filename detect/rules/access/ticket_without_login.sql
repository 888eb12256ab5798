/*---
id = "AC-13"
title.en = "Service tickets of an account that never asked for a login ticket"
title.it = "Biglietti di servizio di un account che non ha mai chiesto il biglietto di accesso"
description.en = "An account gets service tickets (4769), and no controller gave or renewed its login ticket (4768, 4770) in the ten hours one lasts: the login ticket was forged (golden ticket)."
description.it = "Un account riceve biglietti di servizio (4769) e nessun controller gli ha dato o rinnovato il biglietto di accesso (4768, 4770) nelle dieci ore della sua durata: il biglietto di accesso è falso (golden ticket)."
severity = "critical"
family = "both"
window = "10h"
attack = ["T1558.001"]
acn_class = "Compromissione dominio / IS-4"
requires = { classes = ["authentication"], columns = ["event_code", "host_name", "user_name"] }
false_positives = [
  "a domain controller's log is missing: look at SC-26 first",
  "the first ten hours of the logs, unless the list says from when on they are all there",
  "a longer life of tickets set in the domain's policy, accounts of another domain that is trusted",
]
false_positives_it = [
  "manca il log di un controller: vedere prima SC-26",
  "le prime dieci ore dei log, se l'elenco non dice da quando ci sono tutti",
  "una durata dei biglietti più lunga nei criteri del dominio, account di un altro dominio con relazione di trust",
]
response_it = [
  "1. Considerare il dominio compromesso: chiamare COSC e specialisti.",
  "2. Doppio cambio della password krbtgt guidato.",
  "3. Non farlo da soli.",
]

[param]
# One may overtake the login ticket when the controllers' clocks differ.
tickets = 2

[list.domain_controllers]
when_empty = "silent"

[[test]]
name = "three services without a login ticket"
lists = { domain_controllers = ["DC01.comune.example", "DC02.comune.example"] }
alerts = [{ user_name = "administrator" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4769","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"administrator@COMUNE.EXAMPLE","TargetDomainName":"COMUNE.EXAMPLE","ServiceName":"SRV-{n}$","TicketEncryptionType":"0x12","IpAddress":"::ffff:10.20.4.77","IpPort":"50{n:03}","Status":"0x0"}}}'
count = 3
every = "40s"

[[test]]
name = "a login ticket in the morning, from the other controller, then a day's work"
lists = { domain_controllers = ["DC01.comune.example", "DC02.comune.example"] }
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4768","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC02.comune.example","event_data":{"TargetUserName":"mbianchi","TargetDomainName":"COMUNE","ServiceName":"krbtgt","TicketEncryptionType":"0x12","IpAddress":"::ffff:10.20.4.77","IpPort":"50001","Status":"0x0"}}}'
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4769","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"mbianchi@COMUNE.EXAMPLE","TargetDomainName":"COMUNE.EXAMPLE","ServiceName":"SRV-{n}$","TicketEncryptionType":"0x12","IpAddress":"::ffff:10.20.4.77","IpPort":"50{n:03}","Status":"0x0"}}}'
at = "1m"
count = 9
every = "1h"

[[test]]
name = "a ticket that was renewed"
lists = { domain_controllers = ["DC01.comune.example"] }
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4770","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"mbianchi@COMUNE.EXAMPLE","TargetDomainName":"COMUNE.EXAMPLE","ServiceName":"krbtgt","TicketEncryptionType":"0x12","IpAddress":"::ffff:10.20.4.77","IpPort":"50001","Status":"0x0"}}}'
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4769","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"mbianchi@COMUNE.EXAMPLE","TargetDomainName":"COMUNE.EXAMPLE","ServiceName":"SRV-{n}$","TicketEncryptionType":"0x12","IpAddress":"::ffff:10.20.4.77","IpPort":"50{n:03}","Status":"0x0"}}}'
at = "5m"
count = 3
every = "2h"

[[test]]
name = "computers ask for themselves"
lists = { domain_controllers = ["DC01.comune.example"] }
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4769","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"PC-RAG-01$@COMUNE.EXAMPLE","TargetDomainName":"COMUNE.EXAMPLE","ServiceName":"SRV-{n}$","TicketEncryptionType":"0x12","IpAddress":"::ffff:10.20.4.31","IpPort":"50{n:03}","Status":"0x0"}}}'
count = 4
every = "40s"

[[test]]
name = "one ticket overtakes the login on the other controller, whose clock is behind"
lists = { domain_controllers = ["DC01.comune.example", "DC02.comune.example"] }
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4769","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"mbianchi@COMUNE.EXAMPLE","TargetDomainName":"COMUNE.EXAMPLE","ServiceName":"SRV-1$","TicketEncryptionType":"0x12","IpAddress":"::ffff:10.20.4.77","IpPort":"50002","Status":"0x0"}}}'
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4768","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC02.comune.example","event_data":{"TargetUserName":"mbianchi","TargetDomainName":"COMUNE","ServiceName":"krbtgt","TicketEncryptionType":"0x12","IpAddress":"::ffff:10.20.4.77","IpPort":"50001","Status":"0x0"}}}'
at = "2s"
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4769","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"mbianchi@COMUNE.EXAMPLE","TargetDomainName":"COMUNE.EXAMPLE","ServiceName":"SRV-2$","TicketEncryptionType":"0x12","IpAddress":"::ffff:10.20.4.77","IpPort":"50003","Status":"0x0"}}}'
at = "1m"

[[test]]
name = "a controller whose logs are not said to be whole"
lists = { domain_controllers = ["DC02.comune.example"] }
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4769","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"mbianchi@COMUNE.EXAMPLE","TargetDomainName":"COMUNE.EXAMPLE","ServiceName":"SRV-{n}$","TicketEncryptionType":"0x12","IpAddress":"::ffff:10.20.4.77","IpPort":"50{n:03}","Status":"0x0"}}}'
count = 3
every = "40s"
---*/
-- One address moves with a laptop, the login ticket with it: the account is what counts.
SELECT lower(user_name) AS user_name, count(DISTINCT service_name) AS services
FROM events
WHERE event_action = 'kerberos_ticket' AND event_outcome = 'success' AND user_name NOT LIKE '%$'
  AND (event_code IN ('4768', '4770') OR event_code = '4769' AND in_list(host_name, 'domain_controllers'))
GROUP BY lower(user_name)
HAVING sum(event_count) FILTER (WHERE event_code = '4769') >= $tickets
   AND count(*) FILTER (WHERE event_code IN ('4768', '4770')) = 0
