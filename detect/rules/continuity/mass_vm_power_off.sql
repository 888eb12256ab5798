/*---
id = "SC-14"
version = 2
title.en = "Mass power-off of virtual machines"
title.it = "Spegnimento di massa delle macchine virtuali"
description.en = "ESXi or Proxmox ransomware, sabotage."
description.it = "Molte macchine virtuali spente dalla stessa mano in pochi minuti."
severity = "critical"
family = "continuity"
window = "5m"
attack = ["T1529", "T1489"]
acn_class = "Ransomware / IS-3"
requires = { classes = ["service"], columns = ["host_name"] }
false_positives = ["UPS shutdown script after a power cut", "planned host maintenance"]
false_positives_it = ["lo spegnimento comandato dal gruppo di continuità dopo un'interruzione di corrente", "la manutenzione programmata dell'host"]
response_it = [
  "1. Togliere la rete di gestione all'hypervisor.",
  "2. Non riaccendere le VM prima di aver verificato i datastore.",
  "3. Chiamare COSC e fornitore.",
]

[param]
machines = 4

[[test]]
name = "nine machines in ninety seconds"
alerts = [{ host_name = "esx1.comune.example" }]
[[test.line]]
text = '<14>{utc} esx1.comune.example Hostd[2099656]: info hostd[2099656] [Originator@6876 sub=Vimsvc.ha-eventmgr opID=2b-77 user=root] Event 97{n:04} : srv-{n} on esx1.comune.example in ha-datacenter is powered off'
every = "10s"
count = 9

[[test]]
name = "two machines for maintenance"
alerts = []
[[test.line]]
text = '<14>{utc} esx1.comune.example Hostd[2099656]: info hostd[2099656] [Originator@6876 sub=Vimsvc.ha-eventmgr opID=2b-77 user=root] Event 97{n:04} : srv-{n} on esx1.comune.example in ha-datacenter is powered off'
every = "10s"
count = 2

[[test]]
name = "the uninterruptible supply shuts them down"
alerts = []
[[test.line]]
text = '<14>{utc} esx1.comune.example Hostd[2099656]: info hostd[2099656] [Originator@6876 sub=Vimsvc.ha-eventmgr opID=2b-77 user=ups_shutdown] Event 97{n:04} : srv-{n} on esx1.comune.example in ha-datacenter is powered off'
every = "10s"
count = 9
---*/
SELECT host_name, sum(event_count) AS power_offs, count(DISTINCT fields['vm']) AS machines
FROM events
WHERE event_action IN ('vm_power_off', 'vm_delete') AND coalesce(event_outcome, '') <> 'failure'
  AND NOT regexp_like(coalesce(user_name, ''), '^(ups|nut|apc|powerchute)', 'i')
GROUP BY host_name
HAVING count(DISTINCT fields['vm']) >= $machines
