/*---
id = "AC-38"
title.en = "Command hidden in base64 and run"
title.it = "Comando nascosto in base64 ed eseguito"
description.en = "One shell decodes base64 and within ten seconds starts an interpreter that reads its input or a temporary file: a command that was not to be read. Without command lines in the log, base64 beside perl, python and the like is enough."
description.it = "La stessa shell decodifica base64 e in dieci secondi avvia un interprete che legge dal suo ingresso o da un file temporaneo: un comando che non si voleva far leggere. Se il registro non ha le righe di comando, basta base64 accanto a perl, python e simili."
severity = "medium"
family = "both"
window = "10s"
entity = ["host_name", "shell"]
attack = ["T1027", "T1140", "T1059"]
acn_class = "Malware / IS-4"
requires = { columns = ["process_name"] }
false_positives = ["an installer that unpacks itself", "without command lines in the log: a script of ours that encodes an attachment"]
false_positives_it = ["un programma di installazione che si scompatta", "senza righe di comando nel registro: uno script nostro che codifica un allegato"]
response_it = [
  "1. Vedere da quale processo (sito, SSH, cron) è nata la shell.",
  "2. Se è nata da un servizio, isolare il server.",
  "3. Conservare i registri di auditd prima che ruotino.",
]

[[test]]
name = "decoded and given to perl"
alerts = [{ shell = "4211" }]
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="base64" exe="/usr/bin/base64" key=(null)'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="perl" exe="/usr/bin/perl" key=(null)'''
at = "1s"

[[test]]
name = "decoded into a file"
alerts = []
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="base64" exe="/usr/bin/base64" key=(null)'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="cat" exe="/usr/bin/cat" key=(null)'''
at = "1s"

[[test]]
name = "an interpreter an hour later"
alerts = []
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:29{n:02}): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="base64" exe="/usr/bin/base64" key=(null)'''
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:31{n:02}): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="perl" exe="/usr/bin/perl" key=(null)'''
at = "1h"

[[test]]
name = "decoded and given to bash"
alerts = [{ shell = "4211" }]
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="base64" exe="/usr/bin/base64" key=(null)
type=EXECVE msg=audit({epoch}.412:2900): argc=2 a0="base64" a1="-d"'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="bash" exe="/usr/bin/bash" key=(null)
type=EXECVE msg=audit({epoch}.412:2901): argc=1 a0="bash"'''
at = "0s"

[[test]]
name = "decoded and given to sh, in long words"
alerts = [{ shell = "4211" }]
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="base64" exe="/usr/bin/base64" key=(null)
type=EXECVE msg=audit({epoch}.412:2900): argc=2 a0="base64" a1="--decode"'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="sh" exe="/usr/bin/dash" key=(null)
type=EXECVE msg=audit({epoch}.412:2901): argc=2 a0="sh" a1="-s"'''
at = "0s"

[[test]]
name = "decoded into a temporary file that python runs"
alerts = [{ shell = "4211" }]
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="base64" exe="/usr/bin/base64" key=(null)
type=EXECVE msg=audit({epoch}.412:2900): argc=3 a0="base64" a1="-di" a2="/tmp/a"'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="python3" exe="/usr/bin/python3.11" key=(null)
type=EXECVE msg=audit({epoch}.412:2901): argc=2 a0="python3" a1="/tmp/b.py"'''
at = "1s"

[[test]]
name = "a cron script encodes an attachment beside python"
alerts = []
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="base64" exe="/usr/bin/base64" key=(null)
type=EXECVE msg=audit({epoch}.412:2900): argc=4 a0="base64" a1="-w" a2="0" a3="/srv/report-d.pdf"'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="python3" exe="/usr/bin/python3.11" key=(null)
type=EXECVE msg=audit({epoch}.412:2901): argc=1 a0="python3"'''
at = "1s"

[[test]]
name = "a script decodes a certificate, then a program of ours runs"
alerts = []
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="base64" exe="/usr/bin/base64" key=(null)
type=EXECVE msg=audit({epoch}.412:2900): argc=3 a0="base64" a1="-d" a2="/etc/app/cert.b64"'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="python3" exe="/usr/bin/python3.11" key=(null)
type=EXECVE msg=audit({epoch}.412:2901): argc=2 a0="python3" a1="/opt/app/renew.py"'''
at = "1s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2902): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=29 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="bash" exe="/usr/bin/bash" key=(null)
type=EXECVE msg=audit({epoch}.412:2902): argc=2 a0="bash" a1="/opt/app/reload.sh"'''
at = "2s"

[[test]]
name = "a shell beside base64, and nobody says what base64 did"
alerts = []
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="base64" exe="/usr/bin/base64" key=(null)'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="bash" exe="/usr/bin/bash" key=(null)'''
at = "1s"

[[test]]
name = "two shells of one session"
alerts = []
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2900): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4211 pid=27 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="base64" exe="/usr/bin/base64" key=(null)
type=EXECVE msg=audit({epoch}.412:2900): argc=2 a0="base64" a1="-d"'''
at = "0s"
[[test.line]]
text = '''type=SYSCALL msg=audit({epoch}.412:2901): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=4300 pid=28 auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=12 comm="bash" exe="/usr/bin/bash" key=(null)
type=EXECVE msg=audit({epoch}.412:2901): argc=1 a0="bash"'''
at = "0s"
---*/
-- What was decoded reaches an interpreter that reads its input (no script named) or a file in a temporary folder. Where auditd
-- keeps no command lines (SYSCALL alone), decoding cannot be told from encoding: there shells, which every script starts, do
-- not count.
SELECT host_name, coalesce(fields['ppid'], fields['ses']) AS shell
FROM events
WHERE event_action = 'process_start' AND format = 'auditd' AND event_outcome = 'success'
  AND coalesce(fields['ppid'], fields['ses']) IS NOT NULL
  AND ((process_name = 'base64'
      AND (process_command_line IS NULL OR regexp_like(process_command_line, ' (-[A-Za-z]*[dD][A-Za-z]*|--d[ecod]*)( |$)')))
    OR (process_name IN ('perl', 'python', 'python2', 'python3', 'ruby', 'php', 'node', 'lua') AND process_command_line IS NULL)
    OR (process_name IN ('sh', 'bash', 'dash', 'perl', 'python', 'python2', 'python3', 'ruby', 'php', 'node', 'lua')
      AND (process_command_line NOT LIKE '% %' OR process_command_line LIKE '% -' OR process_command_line LIKE '% -s'
        OR process_command_line LIKE '% /tmp/%' OR process_command_line LIKE '% /var/tmp/%' OR process_command_line LIKE '% /dev/shm/%')))
GROUP BY host_name, coalesce(fields['ppid'], fields['ses'])
HAVING sum(event_count) FILTER (WHERE process_name = 'base64') >= 1
   AND sum(event_count) FILTER (WHERE process_name <> 'base64') >= 1
