/*---
id = "SC-20"
title.en = "DNS tunnelling"
title.it = "Tunnel DNS (uscita dati via DNS)"
description.en = "Long random labels, many unique names under one domain, TXT/NULL."
description.it = "Un computer chiede moltissimi nomi lunghi e casuali sotto un solo dominio: dati che escono dal DNS."
severity = "high"
family = "continuity"
window = "10m"
entity = ["source_ip", "domain"]
attack = ["T1071.004", "T1048.003", "T1572"]
acn_class = "Esfiltrazione / IS-1"
requires = { classes = ["dns"], columns = ["dns_question_name", "source_ip"] }
false_positives = ["antivirus cloud look-ups, DKIM/DNSBL checks of the mail server, CDN telemetry"]
false_positives_it = ["le richieste dell'antivirus in cloud, i controlli DKIM/DNSBL del server di posta, la telemetria delle CDN"]
response_it = [
  "1. Identificare il PC dal DHCP.",
  "2. Bloccare il dominio sul resolver.",
  "3. Isolare il PC e conservarne la memoria.",
]
privacy = "yes, source_ip to a workstation: mask user"

[param]
names = 200
label_length = 30
entropy = 3.0

[list.dns_heavy_domains]
when_empty = "nothing-listed"

[[test]]
name = "three hundred random labels"
alerts = [{ source_ip = "10.20.2.30" }]
[[test.line]]
text = '<30>{rfc3164} ns1 named[812]: queries: info: client @0x7f8a2c001e40 10.20.2.30#5{n:04} (q7xk2m{n:04}z9w4v1b8n5c3r6t0ylpjhgf{n:03}.t.rete-lenta.example): query: q7xk2m{n:04}z9w4v1b8n5c3r6t0ylpjhgf{n:03}.t.rete-lenta.example IN TXT + (10.20.1.2)'
every = "1s"
count = 300

[[test]]
name = "an ordinary morning"
alerts = []
[[test.line]]
text = '<30>{rfc3164} ns1 named[812]: queries: info: client @0x7f8a2c001e40 10.20.2.30#5{n:04} (www{n}.servizi.example): query: www{n}.servizi.example IN A + (10.20.1.2)'
every = "1s"
count = 300
---*/
SELECT source_ip, registrable_domain(dns_question_name) AS domain, count(DISTINCT dns_question_name) AS names
FROM events
WHERE class = 'dns' AND event_action = 'dns_query' AND source_ip IS NOT NULL
  AND char_length(first_label(dns_question_name)) >= $label_length AND entropy(first_label(dns_question_name)) >= $entropy
  AND in_list(registrable_domain(dns_question_name), 'dns_heavy_domains') IS NOT TRUE
GROUP BY source_ip, registrable_domain(dns_question_name)
HAVING count(DISTINCT dns_question_name) >= $names
