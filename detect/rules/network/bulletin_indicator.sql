/*---
id = "CH-05"
title.en = "New vulnerability exploited locally"
title.it = "Nuova vulnerabilità sfruttata in questo Comune"
description.en = "Something that an advisory names (address, name, hash, path of a request) is in the logs. The same list is what a job of type retro-hunt looks for in the past logs, up to 180 days."
description.it = "Qualcosa che un bollettino nomina (indirizzo, nome, hash, percorso di una richiesta) è nei log. Lo stesso elenco è quello che un lavoro di tipo retro-hunt cerca nei log passati, fino a 180 giorni."
severity = "medium"
family = "both"
entity = ["source_ip", "destination_ip", "host_name", "name"]
attack = ["T1190"]
acn_class = "Sfruttamento di vulnerabilità / -"
response_it = [
  "1. Leggere il bollettino.",
  "2. Verificare la versione installata.",
  "3. Aggiornare e rispondere al COSC.",
]

[list.bulletin]
when_empty = "silent"

[[test]]
name = "the path of an advisory is asked for"
lists = { bulletin = ["/wp-content/plugins/esempio/esegui.php", "198.51.100.77"] }
alerts = [{ source_ip = "203.0.113.40", name = "/wp-content/plugins/esempio/esegui.php" }]
[[test.line]]
text = '203.0.113.40 - - [{clf}] "POST /wp-content/plugins/esempio/esegui.php HTTP/1.1" 200 412 "-" "Mozilla/5.0"'

[[test]]
name = "an address of an advisory comes to the site"
lists = { bulletin = ["198.51.100.77"] }
alerts = [{ source_ip = "198.51.100.77" }]
[[test.line]]
text = '198.51.100.77 - - [{clf}] "GET / HTTP/1.1" 200 9000 "-" "Mozilla/5.0"'

[[test]]
name = "somebody else asks for the home page"
lists = { bulletin = ["198.51.100.77"] }
alerts = []
[[test.line]]
text = '203.0.113.40 - - [{clf}] "GET / HTTP/1.1" 200 9000 "-" "Mozilla/5.0"'
---*/
SELECT source_ip, destination_ip, host_name,
       CASE WHEN in_list(url_path, 'bulletin') THEN url_path
            WHEN in_list(dns_question_name, 'bulletin') THEN dns_question_name
            WHEN in_list(destination_domain, 'bulletin') THEN destination_domain
            WHEN in_list(file_hash_sha256, 'bulletin') THEN file_hash_sha256 END AS name
FROM events
WHERE in_list(source_ip, 'bulletin') OR in_list(destination_ip, 'bulletin') OR in_list(url_path, 'bulletin')
   OR in_list(dns_question_name, 'bulletin') OR in_list(destination_domain, 'bulletin') OR in_list(file_hash_sha256, 'bulletin')
