/*---
id = "DB-16"
version = 2
title.en = "SPID: many identities from one address"
title.it = "SPID: molte identità dallo stesso indirizzo"
description.en = "Fraud ring using stolen digital identities, or data collection."
description.it = "Molte identità SPID o CIE diverse entrano dallo stesso indirizzo."
severity = "medium"
family = "database"
window = "1h"
attack = ["T1078", "T1589.001"]
acn_class = "Frode identità / IS-4"
requires = { classes = ["authentication"], columns = ["subject_ref", "source_ip"] }
false_positives = ["CAF, library, facilitazione digitale point behind one NAT: learnt list $shared_nat with yearly review"]
false_positives_it = ["un CAF, la biblioteca o un punto di facilitazione digitale dietro un solo indirizzo: elenco $shared_nat, da rivedere ogni anno"]
response_it = [
  "1. Verificare se l'indirizzo è un CAF o un punto digitale.",
  "2. Se no, bloccare le pratiche aperte e avvisare i cittadini.",
  "3. Segnalare al COSC: furto di identità.",
]
privacy = "no (citizens: subject_ref pseudonymised)"

[param]
identities = 8

[list.shared_nat]
when_empty = "nothing-listed"

[[test]]
name = "forty identities in forty minutes"
alerts = [{ source_ip = "198.51.100.90" }]
[[test.line]]
text = '{"authnreq_id":"_a{n}","authnreq_issueinstant":"{utc}","resp_id":"_r{n}","resp_issueinstant":"{utc}","resp_issuer":"https://idp.identita.example","level":"2","ip":"198.51.100.90","spidCode":"s{n:04}","esito":"success","servizio":"certificati"}'
every = "1m"
count = 40

[[test]]
name = "a family"
alerts = []
[[test.line]]
text = '{"authnreq_id":"_a{n}","authnreq_issueinstant":"{utc}","resp_id":"_r{n}","resp_issueinstant":"{utc}","resp_issuer":"https://idp.identita.example","level":"2","ip":"198.51.100.90","spidCode":"s{n:04}","esito":"success","servizio":"certificati"}'
every = "1m"
count = 4

[[test]]
name = "a known CAF"
lists.shared_nat = ["198.51.100.90"]
alerts = []
[[test.line]]
text = '{"authnreq_id":"_a{n}","authnreq_issueinstant":"{utc}","resp_id":"_r{n}","resp_issueinstant":"{utc}","resp_issuer":"https://idp.identita.example","level":"2","ip":"198.51.100.90","spidCode":"s{n:04}","esito":"success","servizio":"certificati"}'
every = "1m"
count = 40
---*/
SELECT source_ip, count(DISTINCT subject_ref) AS identities
FROM events
WHERE event_action = 'federated_login' AND event_outcome = 'success' AND source_ip IS NOT NULL
  AND in_list(source_ip, 'shared_nat') IS NOT TRUE AND NOT is_private_ip(source_ip)
GROUP BY source_ip
HAVING count(DISTINCT subject_ref) >= $identities
