/*---
id = "WB-21"
version = 2
title.en = "Session handed over by another site"
title.it = "Sessione imposta da un altro sito"
description.en = "A session identifier in the address, with a referrer of another site: who follows the link works in a session that somebody else knows."
description.it = "Un identificativo di sessione nell'indirizzo, con il referrer di un altro sito: chi segue il collegamento lavora in una sessione che altri conoscono."
severity = "low"
family = "both"
entity = ["source_ip"]
attack = ["T1539", "T1550.004"]
acn_class = "Sfruttamento di vulnerabilità / -"
requires = { classes = ["web"], columns = ["source_ip", "url_query", "http_request_referrer"] }
false_positives = ["an old application that writes the session into its links, found by a search engine"]
false_positives_it = ["una vecchia applicazione che scrive la sessione nei collegamenti, trovata da un motore di ricerca"]
response_it = [
  "1. Vedere se l'applicazione accetta la sessione dall'indirizzo.",
  "2. Se sì, chiedere al fornitore di accettarla solo dal cookie e di rinnovarla all'accesso.",
  "3. Chiudere quella sessione.",
]

[[test]]
name = "a session from elsewhere"
alerts = [{ source_ip = "198.51.100.60" }]
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /area?PHPSESSID=abcdef0123456789 HTTP/1.1" 200 5120 "https://x.example/premi.html" "Mozilla/5.0"'''

[[test]]
name = "a page of the same site"
alerts = []
[[test.line]]
text = '''portale.comune.example 198.51.100.60 - - [{clf}] "GET /area?PHPSESSID=abcdef0123456789 HTTP/1.1" 200 5120 "https://portale.comune.example/" "Mozilla/5.0"'''

[[test]]
name = "a session without a referrer"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /area;v=1?JSESSIONID=abcdef0123456789 HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'''

[[test]]
name = "a log that does not name its site"
alerts = []
[[test.line]]
text = '''198.51.100.60 - - [{clf}] "GET /area?PHPSESSID=abcdef0123456789 HTTP/1.1" 200 5120 "https://portale.comune.example/" "Mozilla/5.0"'''
---*/
-- A log that does not name its site: a comune's own name is taken for it.
SELECT source_ip, url_path, http_response_status_code
FROM events
WHERE class = 'web' AND event_action IN ('http_request', 'waf_block')
  AND (regexp_like(coalesce(url_query, ''), '(^|[&;])_*(host-|secure-)*(jsessionid|phpsess(ion|id)|asp(\.net_)?session_?id\w*|(\w+[-_.])?session[-_.]?(id|token)|sessid|cf(s?id|token)|connect\.sid|koa[:.]sess|laravel_session|ci_session|wordpress_logged_in\w*|symfony|sid)=', 'i')
    AND regexp_like(coalesce(http_request_referrer, ''), '^https?://')
    AND CASE WHEN url_domain IS NULL THEN NOT regexp_like(http_request_referrer, '^https?://([^/:?#]+[.])?comune[.]', 'i')
          ELSE lower(url_domain) <> lower(regexp_replace(http_request_referrer, '^https?://([^/:?#]+).*$', '\1')) END)
