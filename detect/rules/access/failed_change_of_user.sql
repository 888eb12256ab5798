/*---
id = "AC-30"
version = 2
title.en = "Change of user refused"
title.it = "Cambio di utente rifiutato"
description.en = "Somebody on a server asked for the rights of another account with a wrong password (su, login)."
description.it = "Qualcuno su un server ha chiesto i diritti di un altro account con una password sbagliata (su, login)."
severity = "low"
family = "both"
entity = ["user_name", "host_name"]
attack = ["T1548", "T1078"]
acn_class = "Aumento di privilegi / -"
requires = { columns = ["user_name", "host_name"] }
false_positives = ["an administrator who mistypes"]
false_positives_it = ["un amministratore che sbaglia a scrivere"]
response_it = [
  "1. Chiedere alla persona se è stata lei.",
  "2. Se no, cambiare la sua password e guardare da dove è entrata.",
  "3. Cercare altri allarmi sullo stesso server.",
]
privacy = "l'account può essere di un dipendente"

[[test]]
name = "su refused"
alerts = [{ user_name = "prova", host_name = "portale" }]
[[test.line]]
text = '''<37>{rfc3164} portale su[2941]: FAILED SU (to root) prova on pts/0'''

[[test]]
name = "su accepted"
alerts = []
[[test.line]]
text = '''<37>{rfc3164} portale su[2941]: (to root) prova on pts/0'''

[[test]]
name = "su refused, where PAM tells of it"
alerts = [{ user_name = "prova", host_name = "portale" }]
[[test.line]]
text = '''<37>{rfc3164} portale su(pam_unix)[2941]: authentication failure; logname= uid=1042 euid=0 tty= ruser=prova rhost=  user=root'''
---*/
SELECT coalesce(fields['ruser'], user_name) AS user_name, host_name
FROM events
WHERE class = 'authentication' AND event_outcome = 'failure'
  AND ((event_action = 'privilege_use' AND format = 'su') OR (event_action = 'pam_auth' AND fields['service'] IN ('su', 'su-l')))
