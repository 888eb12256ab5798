/*---
id = "SC-15"
title.en = "SSH or shell enabled on a hypervisor"
title.it = "SSH o shell abilitata sull'hypervisor"
description.en = "Usual step before encrypting datastores."
description.it = "Accesso SSH o shell aperta sull'hypervisor."
severity = "high"
family = "continuity"
entity = ["host_name", "source_ip"]
attack = ["T1021.004", "T1059.012"]
acn_class = "Movimento laterale / -"
requires = { columns = ["host_name"] }
false_positives = ["supplier's support session (must be in the supplier calendar)"]
false_positives_it = ["una sessione di assistenza del fornitore (deve essere nel suo calendario)"]
response_it = [
  "1. Chiedere al fornitore se è lui.",
  "2. Disabilitare SSH.",
  "3. Cambiare la password di root.",
]

[list.admin_hosts]
when_empty = "nothing-listed"

[[test]]
name = "an SSH session on ESXi"
alerts = [{ host_name = "esx1.comune.example" }]
[[test.line]]
text = '''<85>{utc} esx1.comune.example vobd[2097]: [GenericCorrelator] 3087878318715us: [vob.user.ssh.session.opened] SSH session was opened for 'root@10.20.99.4'.'''

[[test]]
name = "an ordinary hostd line"
alerts = []
[[test.line]]
text = '<14>{utc} esx1.comune.example Hostd[2099656]: info hostd[2099656] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 974677 : User dcui@127.0.0.1 logged in as VMware-client'
---*/
SELECT host_name, user_name, source_ip
FROM events
WHERE format = 'vmware_esxi'
  AND (message LIKE '%SSH access has been enabled%' OR message LIKE '%esx.audit.ssh.enabled%' OR message LIKE '%esx.audit.shell.enabled%'
    OR message LIKE '%vob.user.ssh.session.opened%')
  AND (source_ip IS NULL OR in_list(source_ip, 'admin_hosts') IS NOT TRUE)
