/*---
id = "SC-08"
version = 2
title.en = "Ransom note dropped in many folders"
title.it = "Nota di riscatto creata in molte cartelle"
description.en = "The same new text/html file name written in many directories."
description.it = "Lo stesso file di testo con un nome da riscatto nasce in molte cartelle."
severity = "critical"
family = "continuity"
window = "5m"
entity = ["user_name", "source_ip", "note"]
attack = ["T1486"]
acn_class = "Ransomware / IS-2, IS-3"
requires = { classes = ["file"], columns = ["file_path"] }
false_positives = ["supplier's leggimi.txt unpacked with an update (one tree only)"]
false_positives_it = ["un leggimi.txt del fornitore scompattato con un aggiornamento (in un solo albero)"]
response_it = [
  "1. Isolare il PC.",
  "2. Spegnere le condivisioni.",
  "3. Conservare la nota e i log.",
  "4. Segnalare.",
]

[param]
folders = 10
readme_folders = 50

[[test]]
name = "a note in twenty folders"
alerts = [{ source_ip = "10.20.4.77" }]
[[test.line]]
text = '<14>{rfc3164} srv-file smbd_audit: COMUNE\mrossi|10.20.4.77|condivisa|pwrite|ok|Ufficio{n}/LEGGIMI_RECUPERO.txt'
every = "2s"
count = 20

[[test]]
name = "the readme of an update"
alerts = []
[[test.line]]
text = '<14>{rfc3164} srv-file smbd_audit: COMUNE\mrossi|10.20.4.77|condivisa|pwrite|ok|Programmi/suite/leggimi.txt'
every = "2s"
count = 20

[[test]]
name = "installers copied, each with its readme"
alerts = []
[[test.line]]
text = '<14>{rfc3164} srv-file smbd_audit: COMUNE\mrossi|10.20.4.77|condivisa|pwrite|ok|Installazione/Programma{n}/readme.txt'
every = "2s"
count = 20
---*/
-- Every other program brings a plain readme: that needs more folders than a set of installers has.
SELECT user_name, source_ip, basename(file_path) AS note, count(DISTINCT dirname(file_path)) AS folders
FROM events
WHERE event_action IN ('file_create', 'file_write') AND regexp_like(file_path, '\.(txt|html?|hta)$', 'i')
  AND regexp_like(basename(file_path), '(read.?me|decrypt|restore|recover|how.?to|ripristin|recuper|leggimi|riscatt)', 'i')
GROUP BY user_name, source_ip, basename(file_path)
HAVING count(DISTINCT dirname(file_path)) >= $folders
   AND (NOT regexp_like(basename(file_path), '^(read.?me|leggimi)\.(txt|html?)$', 'i') OR count(DISTINCT dirname(file_path)) >= $readme_folders)
