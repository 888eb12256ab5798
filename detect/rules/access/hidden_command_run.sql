/*---
id = "AC-38"
title.en = "Command hidden in base64 and run"
title.it = "Comando nascosto in base64 ed eseguito"
description.en = "One shell decodes base64 and starts an interpreter within seconds: a command that was not to be read."
description.it = "La stessa shell decodifica base64 e avvia un interprete in pochi secondi: un comando che non si voleva far leggere."
severity = "medium"
family = "both"
window = "10s"
entity = ["host_name", "shell"]
attack = ["T1027", "T1140", "T1059"]
acn_class = "Malware / IS-4"
requires = { columns = ["process_name"] }
false_positives = ["a script of ours that encodes an attachment"]
false_positives_it = ["uno script nostro che codifica un allegato"]
response_it = [
  "1. Vedere da quale processo (sito, SSH, cron) è nata la shell.",
  "2. Se è nata da un servizio, isolare il server.",
  "3. Conservare i registri di auditd prima che ruotino.",
]

[[test]]
name = "decoded and given to perl"
alerts = [{ shell = "4211" }]
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=4211 comm="base64" exe="/usr/bin/base64" key=(null)'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=4211 comm="perl" exe="/usr/bin/perl" key=(null)'''
at = "1s"

[[test]]
name = "decoded into a file"
alerts = []
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=4211 comm="base64" exe="/usr/bin/base64" key=(null)'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=4211 comm="cat" exe="/usr/bin/cat" key=(null)'''
at = "1s"

[[test]]
name = "an interpreter an hour later"
alerts = []
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:29{n:02}): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=4211 comm="base64" exe="/usr/bin/base64" key=(null)'''
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:31{n:02}): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=4211 comm="perl" exe="/usr/bin/perl" key=(null)'''
at = "1h"
---*/
SELECT host_name, coalesce(fields['ppid'], fields['ses']) AS shell
FROM events
WHERE event_action = 'process_start' AND format = 'auditd' AND event_outcome = 'success'
  AND process_name IN ('base64', 'perl', 'python', 'python2', 'python3', 'ruby', 'php', 'node', 'lua')
GROUP BY host_name, coalesce(fields['ppid'], fields['ses'])
HAVING sum(event_count) FILTER (WHERE process_name = 'base64') >= 1
   AND sum(event_count) FILTER (WHERE process_name <> 'base64') >= 1
