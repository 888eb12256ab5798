/*---
id = "WB-03"
title.en = "Pages or templates of the site changed"
title.it = "Pagine o modelli del sito cambiati"
description.en = "An index page, or a file of a template or theme, in the folder of a site is written, renamed or deleted by somebody who is not an editor, or out of hours."
description.it = "Una pagina iniziale, o un file di un modello o tema, nella cartella di un sito viene scritta, rinominata o cancellata da chi non è un redattore, o fuori orario."
severity = "high"
family = "both"
entity = ["who"]
attack = ["T1491.002"]
acn_class = "Defacement / IS-2, IS-3"
requires = { columns = ["file_path"] }
false_positives = ["an update of the theme by the supplier (ticket)", "an editor who works in the evening"]
false_positives_it = ["un aggiornamento del tema da parte del fornitore (richiesta aperta)", "un redattore che lavora di sera"]
response_it = [
  "1. Fotografare la pagina.",
  "2. Ripristinare dal backup.",
  "3. Albo: annotare l'interruzione, la pubblicazione legale dura 15 giorni.",
  "4. Segnalare.",
]

[list.editors]
when_empty = "nothing-listed"

[list.service_accounts]
when_empty = "nothing-listed"

[[test]]
name = "the home page is written over a share"
alerts = [{ who = "mrossi" }]
[[test.line]]
text = '''<14>{rfc3164} srv-web smbd_audit: mrossi|10.20.4.31|siti|unlinkat|ok|www/index.html'''

[[test]]
name = "a document is published"
alerts = []
[[test.line]]
text = '''<14>{rfc3164} srv-web smbd_audit: mrossi|10.20.4.31|siti|unlinkat|ok|www/allegati/bando.pdf'''

[[test]]
name = "an editor in office hours"
lists = { editors = ["mrossi"] }
alerts = []
[[test.line]]
text = '''<14>{rfc3164} srv-web smbd_audit: mrossi|10.20.4.31|siti|unlinkat|ok|www/index.html'''

[[test]]
name = "the home page of IIS"
alerts = [{ who = "mrossi" }]
[[test.line]]
text = '''{"@timestamp":"{utc}","winlog":{"event_id":"11","channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"SRV-WEB.comune.example","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","TargetFilename":"C:\\inetpub\\wwwroot\\index.aspx","User":"COMUNE\\mrossi"}}}'''
---*/
SELECT coalesce(user_name, source_ip, host_name) AS who, file_path AS object
FROM events
WHERE event_action IN ('integrity_change', 'file_write', 'file_create', 'file_rename', 'file_delete') AND coalesce(event_outcome, '') <> 'failure'
  AND regexp_like(file_path, '(^|[/\\])(www|htdocs|public_html|wwwroot|webroot|sito)[/\\](.*[/\\])?((index|default)[.](php|html?|jsp|aspx?)|(themes?|templates?)[/\\].*[.](php|html?|tpl|twig|css))$', 'i')
  AND (in_list(user_name, 'editors') IS NOT TRUE OR off_hours(timestamp))
  AND in_list(user_name, 'service_accounts') IS NOT TRUE
