/*---
id = "SC-30"
title.en = "Firewall opened to the whole Internet"
title.it = "Firewall aperto a tutta Internet"
description.en = "A rule of the firewall now takes any source, and comes from the outer interface or leads to a published address (VIP): the whole Internet reaches a service. Rules that refuse, are switched off or come from an inner interface are left out."
description.it = "Una regola del firewall ora accetta qualunque origine e viene dall'interfaccia esterna o porta a un indirizzo pubblicato (VIP): tutta Internet raggiunge un servizio. Sono escluse le regole che rifiutano, spente o che vengono da un'interfaccia interna."
severity = "high"
family = "continuity"
entity = ["host_name", "user_name"]
attack = ["T1562.004", "T1133"]
acn_class = "Errata configurazione / IS-4"
requires = { classes = ["configuration"], columns = ["fields.changed", "fields.cfg_path"] }
false_positives = ["a test by the supplier: to be closed the same day", "a site that is meant for everybody"]
false_positives_it = ["una prova del fornitore: va chiusa lo stesso giorno", "un sito destinato a tutti"]
response_it = [
  "1. Chiedere a chi ha cambiato la regola perché.",
  "2. Chiuderla, o limitarla agli indirizzi noti.",
  "3. Cercare connessioni arrivate nel frattempo da Internet.",
]
privacy = "amministratori"

[[test]]
name = "remote desktop for everybody"
alerts = [{ host_name = "FGT", user_name = "fornitore2" }]
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0100044547" type="event" subtype="system" level="information" vd="root" logdesc="Object attribute configured" user="fornitore2" ui="GUI(10.20.4.70)" action="Edit" cfgtid=1 cfgpath="firewall.policy" cfgobj="12" cfgattr="srcaddr[LAN->all]dstaddr[VIP-3389]service[HTTPS->RDP]" msg="Edit firewall.policy 12"'''

[[test]]
name = "a rule for one network"
alerts = []
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0100044547" type="event" subtype="system" level="information" vd="root" logdesc="Object attribute configured" user="fornitore2" ui="GUI(10.20.4.70)" action="Edit" cfgtid=1 cfgpath="firewall.policy" cfgobj="12" cfgattr="srcaddr[LAN->Sede2]dstaddr[all]service[HTTPS]" msg="Edit firewall.policy 12"'''

[[test]]
name = "a rule is closed"
alerts = []
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0100044547" type="event" subtype="system" level="information" vd="root" logdesc="Object attribute configured" user="fornitore2" ui="GUI(10.20.4.70)" action="Edit" cfgtid=1 cfgpath="firewall.policy" cfgobj="12" cfgattr="srcaddr[all->LAN]dstaddr[VIP-3389]" msg="Edit firewall.policy 12"'''

[[test]]
name = "everybody from the outer interface"
alerts = [{ host_name = "FGT", user_name = "fornitore2" }]
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0100044547" type="event" subtype="system" level="information" vd="root" logdesc="Object attribute configured" user="fornitore2" ui="GUI(10.20.4.70)" action="Add" cfgtid=1 cfgpath="firewall.policy" cfgobj="31" cfgattr="srcintf[wan1]dstintf[internal]srcaddr[all]dstaddr[SRV-DOC]action[accept]schedule[always]service[ALL]" msg="Add firewall.policy 31"'''

[[test]]
name = "rules outwards"
alerts = []
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0100044547" type="event" subtype="system" level="information" vd="root" logdesc="Object attribute configured" user="fornitore2" ui="GUI(10.20.4.70)" action="Add" cfgtid=1 cfgpath="firewall.policy" cfgobj="31" cfgattr="srcintf[internal]dstintf[wan1]srcaddr[all]dstaddr[all]action[accept]schedule[always]service[ALL]nat[enable]" msg="Add firewall.policy 31"'''
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0100044547" type="event" subtype="system" level="information" vd="root" logdesc="Object attribute configured" user="fornitore2" ui="GUI(10.20.4.70)" action="Add" cfgtid=1 cfgpath="firewall.policy" cfgobj="31" cfgattr="srcintf[LAN]dstintf[DMZ]srcaddr[all]dstaddr[VIP-SITO]action[accept]service[HTTPS]" msg="Add firewall.policy 31"'''
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0100044547" type="event" subtype="system" level="information" vd="root" logdesc="Object attribute configured" user="fornitore2" ui="GUI(10.20.4.70)" action="Add" cfgtid=1 cfgpath="firewall.policy" cfgobj="31" cfgattr="srcaddr[LAN->all]service[HTTPS]" msg="Add firewall.policy 31"'''

[[test]]
name = "a rule that refuses everybody"
alerts = []
[[test.line]]
text = '''<189>date={date} time={time} devname="FGT" devid="FGT60F0000000001" tz="+0100" logid="0100044547" type="event" subtype="system" level="information" vd="root" logdesc="Object attribute configured" user="fornitore2" ui="GUI(10.20.4.70)" action="Add" cfgtid=1 cfgpath="firewall.policy" cfgobj="31" cfgattr="srcintf[wan1]dstintf[internal]srcaddr[all]dstaddr[all]action[deny]schedule[always]service[ALL]" msg="Add firewall.policy 31"'''
---*/
SELECT host_name, user_name, fields['object'] AS object
FROM events
WHERE class = 'configuration' AND event_action IN ('policy_change', 'config_change') AND coalesce(event_outcome, '') <> 'failure'
  AND regexp_like(fields['cfg_path'], '(firewall.?(policy|rule)|^nat|[.]nat|vip|security.?(policy|rule)|access.?list)', 'i')
  AND regexp_like(fields['changed'], '(srcaddr|source|src)\[([^\]]*->)?"?(all|any|0[.]0[.]0[.]0[^\]]*)"?\]', 'i')
  AND (regexp_like(fields['changed'], 'srcintf\[([^\]]*->)?"?([^\]>]*wan|internet|outside|untrust|ppp)', 'i')
    OR (regexp_like(fields['changed'], 'dstaddr\[([^\]]*->)?"?[^\]>]*vip', 'i') AND fields['changed'] NOT LIKE '%srcintf[%'))
  AND NOT regexp_like(fields['changed'], '(action\[([^\]]*->)?deny|status\[([^\]]*->)?disable)', 'i')
