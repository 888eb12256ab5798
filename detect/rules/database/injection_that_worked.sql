/*---
id = "DB-02"
title.en = "Injection that worked"
title.it = "SQL injection riuscita"
description.en = "Response size or time jumps for the injected page, UNION/INTO OUTFILE/xp_cmdshell."
description.it = "Una richiesta con SQL iniettato ha avuto risposta 200 con molti dati, oppure il database ha eseguito un comando di uscita."
severity = "critical"
family = "database"
entity = ["source_ip", "url_path", "user_name"]
attack = ["T1190", "T1505.001"]
acn_class = "Violazione dati / IS-1, IS-2, IS-4"
false_positives = ["a search page with a long legitimate result"]
false_positives_it = ["una pagina di ricerca con un risultato lungo e legittimo"]
response_it = [
  "1. Spegnere la pagina.",
  "2. Conservare log web e database.",
  "3. Stimare le righe uscite (db_rows).",
  "4. Avvisare DPO: partono le 72 ore.",
]

[param]
bytes = 100000
score = 0.7

[[test]]
name = "a UNION that answers with 400 kB"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '198.51.100.60 - - [{clf}] "GET /albo/dettaglio?id=1%27%20UNION%20SELECT%20cf,nome,importo%20FROM%20tributi.contribuenti-- HTTP/1.1" 200 412000 "-" "Mozilla/5.0"'

[[test]]
name = "the same refused"
alerts = []
[[test.line]]
text = '198.51.100.60 - - [{clf}] "GET /albo/dettaglio?id=1%27%20UNION%20SELECT%20cf%20FROM%20x-- HTTP/1.1" 500 300 "-" "Mozilla/5.0"'

[[test]]
name = "a citizen with an apostrophe"
alerts = []
[[test.line]]
text = '198.51.100.61 - - [{clf}] "GET /ricerca?q=l%27ufficio%20anagrafe HTTP/1.1" 200 900000 "-" "Mozilla/5.0"'
---*/
SELECT source_ip, url_path, user_name, db_name
FROM events
WHERE (class = 'web' AND event_action = 'http_request' AND http_response_status_code = 200
    AND http_response_body_bytes >= $bytes AND sqli_score(concat(url_path, '?', coalesce(url_query, ''))) >= $score)
   OR (class = 'database' AND regexp_like(db_statement, '(INTO\s+(OUT|DUMP)FILE|xp_cmdshell|UTL_HTTP|COPY\s.*\s(TO|FROM)\s+PROGRAM|LOAD_FILE\()', 'i'))
