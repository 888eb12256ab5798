/*---
id = "SC-16"
title.en = "Datastore or virtual disk encrypted or removed"
title.it = "Datastore o dischi virtuali rimossi o cifrati"
description.en = "Files *.vmdk,*.vmx renamed, esxcli vm process kill."
description.it = "Comandi che uccidono o tolgono macchine virtuali dalla shell dell'hypervisor."
severity = "critical"
family = "continuity"
entity = ["host_name", "user_name"]
attack = ["T1486", "T1489"]
acn_class = "Ransomware / IS-2, IS-3"
requires = { columns = ["host_name"] }
false_positives = ["supplier consolidating disks"]
false_positives_it = ["il fornitore che consolida i dischi"]
response_it = [
  "1. Scollegare la rete dell'hypervisor.",
  "2. Preservare i log di /var/log (sono in RAM).",
  "3. Chiamare il COSC.",
]

[[test]]
name = "virtual machines killed"
alerts = [{ host_name = "esx1.comune.example" }]
[[test.line]]
text = '<14>{utc} esx1.comune.example shell[2100]: [root]: esxcli vm process kill --type=force --world-id=2101'

[[test]]
name = "a harmless command"
alerts = []
[[test.line]]
text = '<14>{utc} esx1.comune.example shell[2100]: [root]: esxcli system version get'
---*/
SELECT host_name, user_name, process_command_line
FROM events
WHERE regexp_like(coalesce(process_command_line, message), '(esxcli\s+(--\S+\s+)*vm\s+process\s+kill|vim-cmd\s+vmsvc/(power\.off|destroy|unregister)|find\s+/vmfs/volumes\S*\s.*\.(vmdk|vmx))')
  AND format = 'vmware_esxi'
