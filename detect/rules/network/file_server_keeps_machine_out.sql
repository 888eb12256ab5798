/*---
id = "NT-13"
title.en = "File server keeps a machine out"
title.it = "Il file server tiene fuori una macchina"
description.en = "A machine of the own network asks the file server for a connection that its list of hosts forbids: it has nothing to look for there."
description.it = "Una macchina della rete interna chiede al file server una connessione che il suo elenco non ammette: lì non ha niente da cercare."
severity = "low"
family = "both"
entity = ["source_ip", "host_name"]
attack = ["T1021.002", "T1018"]
acn_class = "Movimento laterale / -"
requires = { columns = ["source_ip", "process_name"] }
false_positives = ["a PC that moved to another network"]
false_positives_it = ["un PC passato a un'altra rete"]
response_it = [
  "1. Chiedere a chi usa quel PC se cercava una cartella.",
  "2. Se no, isolarlo: potrebbe cercare file da cifrare.",
  "3. Se è giusto che arrivi, aggiornare l'elenco del file server.",
]

[list.known_scanners]
when_empty = "nothing-listed"

[[test]]
name = "a PC of another network"
alerts = [{ source_ip = "10.20.4.77", host_name = "srv-file" }]
[[test.line]]
text = '''<30>{rfc3164} srv-file smbd[2741]: Denied connection from (10.20.4.77)'''

[[test]]
name = "our own scanner"
lists = { known_scanners = ["10.20.4.77"] }
alerts = []
[[test.line]]
text = '''<30>{rfc3164} srv-file smbd[2741]: Denied connection from (10.20.4.77)'''
---*/
SELECT source_ip, host_name
FROM events
WHERE process_name IN ('smbd', 'smb') AND message LIKE '%Denied connection from%' AND is_private_ip(source_ip)
  AND in_list(source_ip, 'known_scanners') IS NOT TRUE
