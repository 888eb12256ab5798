/*---
id = "AC-22"
title.en = "Administration of a device reached from the Internet"
title.it = "Amministrazione di un apparato raggiunta da Internet"
description.en = "Somebody logged in to the administration of a firewall, switch, hypervisor or network disk from an address of the Internet."
description.it = "Qualcuno è entrato nell'amministrazione di un firewall, switch, hypervisor o disco di rete da un indirizzo di Internet."
severity = "high"
family = "both"
entity = ["host_name", "source_ip"]
attack = ["T1133", "T1190"]
acn_class = "Esposizione / IS-4"
requires = { columns = ["source_ip"] }
false_positives = ["the supplier's fixed address: better a VPN"]
false_positives_it = ["l'indirizzo fisso del fornitore: meglio una VPN"]
response_it = [
  "1. Verificare chi è entrato.",
  "2. Chiudere l'amministrazione verso Internet.",
  "3. Cambiare le password e confrontare la configurazione con la copia.",
]
privacy = "amministratori"

[list.supplier_addresses]
when_empty = "nothing-listed"

[[test]]
name = "a router"
alerts = [{ source_ip = "203.0.113.9" }]
[[test.line]]
text = '''<30>{rfc3164} mt-sede1 system,info,account user admin logged in from 203.0.113.9 via winbox'''

[[test]]
name = "from inside"
alerts = []
[[test.line]]
text = '''<30>{rfc3164} mt-sede1 system,info,account user admin logged in from 10.20.4.5 via winbox'''
---*/
SELECT host_name, source_ip, user_name
FROM events
WHERE event_action = 'login' AND event_outcome = 'success' AND source_ip IS NOT NULL AND NOT is_private_ip(source_ip)
  AND (format IN ('mikrotik', 'vmware_esxi', 'vmware_vcenter', 'proxmox', 'procurve', 'aruba_cx', 'cisco_ios', 'unifi', 'synology', 'qnap', 'pfsense', 'webmin', 'apc_nmc', 'veeam')
    OR (format = 'fortigate' AND event_code LIKE '%32001'))
  AND in_list(source_ip, 'supplier_addresses') IS NOT TRUE
