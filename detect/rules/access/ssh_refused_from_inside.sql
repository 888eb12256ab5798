/*---
id = "AC-33"
title.en = "SSH refuses somebody inside the network"
title.it = "SSH rifiuta qualcuno nella rete interna"
description.en = "SSH is the administrators' door: from inside, a wrong password, an unknown or a forbidden account, or another protocol is a mistake or somebody who moves from machine to machine."
description.it = "SSH è la porta degli amministratori: dall'interno, una password sbagliata, un account sconosciuto o vietato, o un altro protocollo è un errore oppure qualcuno che passa da una macchina all'altra."
severity = "low"
family = "both"
entity = ["source_ip", "host_name"]
attack = ["T1021.004", "T1110"]
acn_class = "Movimento laterale / -"
requires = { columns = ["source_ip", "process_name"] }
false_positives = ["an administrator who mistypes at a PC that is not listed", "a program with an old key"]
false_positives_it = ["un amministratore che sbaglia a scrivere da un PC non in elenco", "un programma con una vecchia chiave"]
response_it = [
  "1. Chiedere a chi usa quel PC se è stato lui.",
  "2. Se no, isolare il PC e vedere chi vi è entrato.",
  "3. Mettere i PC degli amministratori nell'elenco admin_hosts e ammettere SSH solo da quelli.",
]
privacy = "può riguardare il PC di un dipendente"

[list.admin_hosts]
when_empty = "nothing-listed"

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a wrong password from a PC of an office"
alerts = [{ source_ip = "10.20.4.31", host_name = "portale" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 10.20.4.31 port 50000 ssh2'''

[[test]]
name = "a forbidden account from inside"
alerts = [{ source_ip = "10.20.4.31", host_name = "portale" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: User root from 10.20.4.31 not allowed because not listed in AllowUsers'''

[[test]]
name = "the noise of the Internet"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for root from 203.0.113.9 port 50000 ssh2'''
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Invalid user oracle from 203.0.113.9 port 50000'''

[[test]]
name = "an administrator mistypes at the own PC"
lists = { admin_hosts = ["10.20.4.5"] }
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Failed password for adm.neri from 10.20.4.5 port 50000 ssh2'''
---*/
SELECT source_ip, host_name
FROM events
WHERE process_name = 'sshd' AND event_outcome = 'failure' AND is_private_ip(source_ip)
  AND (event_action IN ('login', 'pam_auth') OR fields['action'] IN ('not_allowed', 'invalid_user', 'max_attempts', 'bad_protocol'))
  AND in_list(source_ip, 'admin_hosts') IS NOT TRUE AND in_list(source_ip, 'known_scanners') IS NOT TRUE
