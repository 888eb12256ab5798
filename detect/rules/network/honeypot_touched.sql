/*---
id = "NT-12"
title.en = "Honeypot touched"
title.it = "Esca toccata"
description.en = "Somebody speaks to a honeypot: a machine on which nobody has anything to do."
description.it = "Qualcuno parla con un'esca (honeypot): una macchina su cui nessuno ha niente da fare."
severity = "low"
family = "both"
entity = ["source_ip", "host_name"]
attack = ["T1595", "T1018"]
acn_class = "Ricognizione / -"
requires = { columns = ["source_ip"] }
false_positives = ["our own scanner, when it is not listed"]
false_positives_it = ["il nostro programma di scansione, se non è in elenco"]
response_it = [
  "1. Se l'indirizzo è interno, isolare subito quella macchina: qualcuno si sta guardando intorno.",
  "2. Se è esterno, bloccarlo sul firewall.",
  "3. Cercare lo stesso indirizzo negli altri registri.",
]

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a stranger connects"
alerts = [{ source_ip = "203.0.113.9", host_name = "miele" }]
[[test.line]]
text = '''<30>{rfc3164} miele cowrie[2806]: {utc} [cowrie.ssh.factory.CowrieSSHFactory] New connection: 203.0.113.9:47631 (192.0.2.20:2222) [session: 3e5a]'''

[[test]]
name = "our own scanner"
lists = { known_scanners = ["203.0.113.9"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} miele cowrie[2806]: {utc} [cowrie.ssh.factory.CowrieSSHFactory] New connection: 203.0.113.9:47631 (192.0.2.20:2222) [session: 3e5a]'''

[[test]]
name = "the honeypot starts"
alerts = []
[[test.line]]
text = '''<30>{rfc3164} miele cowrie[2806]: {utc} [-] Ready to accept SSH connections'''
---*/
SELECT source_ip, host_name
FROM events
WHERE (format = 'cowrie' OR process_name IN ('cowrie', 'opencanaryd', 'opencanary', 'dionaea', 'honeyd', 'endlessh', 'conpot', 'sshesame', 'glastopf', 'heralding'))
  AND source_ip IS NOT NULL AND in_list(source_ip, 'known_scanners') IS NOT TRUE
