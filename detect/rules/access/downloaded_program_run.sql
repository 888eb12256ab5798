/*---
id = "AC-37"
title.en = "Program downloaded and run at once"
title.it = "Programma scaricato ed eseguito subito"
description.en = "One shell fetches something from the network and runs a program out of a temporary folder."
description.it = "La stessa shell scarica qualcosa dalla rete ed esegue un programma da una cartella temporanea."
severity = "high"
family = "both"
window = "5m"
entity = ["host_name", "shell"]
attack = ["T1105", "T1059.004"]
acn_class = "Malware / IS-4"
requires = { columns = ["process_name", "process_executable"] }
false_positives = ["an installer that unpacks itself into a temporary folder"]
false_positives_it = ["un programma di installazione che si scompatta in una cartella temporanea"]
response_it = [
  "1. Isolare il server.",
  "2. Conservare il file scaricato e le cartelle temporanee prima di cancellare.",
  "3. Vedere da quale processo (sito, SSH, cron) è nata la shell.",
]

[[test]]
name = "fetched, made executable, run"
alerts = [{ shell = "4211" }]
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="wget" exe="/usr/bin/wget" key=(null)'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="chmod" exe="/bin/chmod" key=(null)'''
at = "1s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2902): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=29 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="agg" exe="/tmp/agg" key=(null)'''
at = "2s"

[[test]]
name = "an update is fetched and installed"
alerts = []
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="curl" exe="/usr/bin/curl" key=(null)'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="dpkg" exe="/usr/bin/dpkg" key=(null)'''
at = "1s"

[[test]]
name = "two shells of one session"
alerts = []
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="wget" exe="/usr/bin/wget" key=(null)'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4300 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="agg" exe="/tmp/agg" key=(null)'''
at = "1s"
---*/
SELECT host_name, coalesce(fields['ppid'], fields['ses']) AS shell, max(process_executable) AS process_executable
FROM events
WHERE event_action = 'process_start' AND format = 'auditd'
  AND (process_name IN ('wget', 'curl', 'tftp', 'ftpget', 'lwp-download', 'aria2c')
    OR process_executable LIKE '/tmp/%' OR process_executable LIKE '/var/tmp/%' OR process_executable LIKE '/dev/shm/%')
GROUP BY host_name, coalesce(fields['ppid'], fields['ses'])
HAVING sum(event_count) FILTER (WHERE process_name IN ('wget', 'curl', 'tftp', 'ftpget', 'lwp-download', 'aria2c')) >= 1
   AND sum(event_count) FILTER (WHERE process_executable LIKE '/tmp/%' OR process_executable LIKE '/var/tmp/%' OR process_executable LIKE '/dev/shm/%') >= 1
