/*---
id = "AC-12"
title.en = "AS-REP roasting"
title.it = "AS-REP roasting"
description.en = "TGT requests without pre-authentication."
description.it = "Biglietti Kerberos chiesti senza pre-autenticazione con cifratura debole: la password si indovina fuori linea."
severity = "high"
family = "both"
entity = ["source_ip", "user_name"]
attack = ["T1558.004"]
acn_class = "Furto di credenziali / -"
requires = { classes = ["authentication"], columns = ["user_name"] }
false_positives = ["an old multifunction printer account without preauth"]
false_positives_it = ["l'account di una vecchia multifunzione senza preautenticazione"]
response_it = [
  "1. Attivare la preautenticazione su quegli account.",
  "2. Cambiarne la password.",
  "3. Cercare l'origine.",
]

[[test]]
name = "no pre-authentication and RC4"
alerts = [{ source_ip = "10.20.4.77" }]
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4768","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"svc_scanner","TargetDomainName":"COMUNE","ServiceName":"krbtgt","TicketEncryptionType":"0x17","PreAuthType":"0","Status":"0x0","IpAddress":"::ffff:10.20.4.77","IpPort":"50111"}}}'

[[test]]
name = "an ordinary ticket"
alerts = []
[[test.line]]
text = '{"@timestamp":"{utc}","winlog":{"event_id":"4768","channel":"Security","provider_name":"Microsoft-Windows-Security-Auditing","computer_name":"DC01.comune.example","event_data":{"TargetUserName":"mrossi","TargetDomainName":"COMUNE","ServiceName":"krbtgt","TicketEncryptionType":"0x12","PreAuthType":"2","Status":"0x0","IpAddress":"::ffff:10.20.4.31","IpPort":"50112"}}}'
---*/
SELECT host_name, source_ip, user_name
FROM events
WHERE event_action = 'kerberos_ticket' AND event_code = '4768' AND event_outcome = 'success'
  AND fields['preauth_type'] = '0' AND fields['ticket_encryption'] IN ('0x17', '0x18') AND user_name NOT LIKE '%$'
