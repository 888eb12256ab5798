/*---
id = "CH-04"
title.en = "Chain: same attacker in several comuni"
title.it = "Catena: stesso attaccante in più Comuni"
description.en = "One address of the Internet is in the alerts of several comuni within a day; each of them is told of its own. What is only an attempt (severity low) does not count."
description.it = "Un indirizzo di Internet compare nelle segnalazioni di più Comuni in un giorno; a ciascuno si dice della propria. I soli tentativi (gravità bassa) non contano."
severity = "high"
family = "both"
attack = ["TA0001"]
acn_class = "Campagna / da indicatore"
false_positives = ["national monitoring probes, cloud scanners (known_scanners)"]
false_positives_it = ["le sonde di monitoraggio nazionali, gli scanner in cloud (known_scanners)"]
response_it = [
  "1. CNAIPIC apre la campagna.",
  "2. Diffondere l'indicatore ai COSC.",
  "3. Ogni Comune verifica gli ultimi 180 giorni.",
]

[chain]
within = "24h"
tenants = 3

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "one address in three comuni"
alerts = [{ source_ip = "203.0.113.9" }, { source_ip = "203.0.113.9" }, { source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
at = "0s"
every = "10s"
count = 25
tenant = "comune-a"
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
at = "2h"
every = "10s"
count = 25
tenant = "comune-b"
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
at = "5h"
every = "10s"
count = 25
tenant = "comune-c"

[[test]]
name = "only two comuni"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
at = "0s"
every = "10s"
count = 25
tenant = "comune-a"
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
at = "2h"
every = "10s"
count = 25
tenant = "comune-b"

[[test]]
name = "the third one two days later"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
at = "0s"
every = "10s"
count = 25
tenant = "comune-a"
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
at = "2h"
every = "10s"
count = 25
tenant = "comune-b"
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
at = "50h"
every = "10s"
count = 25
tenant = "comune-c"

[[test]]
name = "an announced scanner"
lists = { known_scanners = ["203.0.113.9"] }
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
at = "0s"
every = "10s"
count = 25
tenant = "comune-a"
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
at = "2h"
every = "10s"
count = 25
tenant = "comune-b"
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 5{n:04} ssh2'''
at = "5h"
every = "10s"
count = 25
tenant = "comune-c"
---*/
