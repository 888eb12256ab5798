/*---
id = "AC-34"
title.en = "SSH keys that others may write"
title.it = "Chiavi SSH scrivibili da altri"
description.en = "SSH refuses the keys of an account because their file or folder may be written by others: whoever writes there gets in as that account."
description.it = "SSH rifiuta le chiavi di un account perché altri possono scrivere nel file o nella cartella: chi vi scrive entra con quell'account."
severity = "low"
family = "both"
entity = ["host_name", "file_path"]
attack = ["T1098.004"]
acn_class = "Errata configurazione / -"
requires = { columns = ["file_path", "process_name"] }
false_positives = ["a restore or a copy that lost the rights of the files"]
false_positives_it = ["un ripristino o una copia che ha perso i permessi dei file"]
response_it = [
  "1. Guardare quando e da chi è stato cambiato il file.",
  "2. Togliere le chiavi sconosciute.",
  "3. Rimettere i permessi: cartella 700, file 600.",
]

[[test]]
name = "a folder that everybody may write"
alerts = [{ host_name = "portale", file_path = "/home/deposito/.ssh/authorized_keys" }]
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Authentication refused: bad ownership or modes for file /home/deposito/.ssh/authorized_keys'''

[[test]]
name = "a key is accepted"
alerts = []
[[test.line]]
text = '''<86>{rfc3164} portale sshd[2{n:03}]: Accepted publickey for deposito from 10.20.4.31 port 50000 ssh2'''
---*/
SELECT host_name, file_path
FROM events
WHERE event_outcome = 'failure' AND fields['action'] = 'permissions' AND process_name = 'sshd'
