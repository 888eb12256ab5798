//! Samples of audit records, in words of our own.

use crate::format::Sample;

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        about: "all records of one serial",
        text: "type=SYSCALL msg=audit(1773648764.112:4420): arch=c000003e syscall=257 success=no exit=-13 ppid=2201 pid=2211 auid=1004 uid=33 ses=12 comm=\"cat\" exe=\"/usr/bin/cat\" key=\"chiavi\"\ntype=CWD msg=audit(1773648764.112:4420): cwd=\"/var/www\"\ntype=PATH msg=audit(1773648764.112:4420): item=0 name=\"/etc/shadow\" inode=1 nametype=NORMAL\ntype=PROCTITLE msg=audit(1773648764.112:4420): proctitle=636174002F6574632F736861646F77",
        expect: &[
            ("event_code", "SYSCALL"),
            ("event_outcome", "failure"),
            ("file_path", "/etc/shadow"),
            ("process_command_line", "cat /etc/shadow"),
            ("process_executable", "/usr/bin/cat"),
            ("user_id", "1004"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a program is started, an argument in hexadecimal",
        text: r#"type=EXECVE msg=audit(1773648764.112:4412): argc=3 a0="rm" a1="-rf" a2=2F7661722F6C6F672F6120622E6C6F67"#,
        expect: &[
            ("event_action", "process_start"),
            ("event_outcome", "success"),
            ("process_command_line", "rm -rf /var/log/a b.log"),
            ("event_code", "EXECVE"),
            ("fields.serial", "4412"),
            ("timestamp", "2026-03-16T08:12:44.112000Z"),
        ],
        absent: &["parse_error", "user_name", "time_guess"],
    },
    Sample {
        about: "a system call of a person who became root",
        text: r#"node=portale type=SYSCALL msg=audit(1773648764.112:4412): arch=c000003e syscall=59 success=yes exit=0 a0=55d0 ppid=2201 pid=2211 auid=1004 uid=0 gid=0 euid=0 tty=pts0 ses=12 comm="rm" exe="/usr/bin/rm" key="pulizia""#,
        expect: &[
            ("event_action", "process_start"),
            ("event_outcome", "success"),
            ("user_id", "1004"),
            ("process_executable", "/usr/bin/rm"),
            ("process_pid", "2211"),
            ("host_name", "portale"),
            ("fields.key", "pulizia"),
            ("fields.ppid", "2201"),
        ],
        absent: &["parse_error", "process_command_line"],
    },
    Sample {
        about: "a login fails",
        text: r#"type=USER_LOGIN msg=audit(1773648764.200:4413): pid=2215 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct="deploy" exe="/usr/sbin/sshd" hostname=? addr=198.51.100.23 terminal=ssh res=failed'"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "deploy"),
            ("source_ip", "198.51.100.23"),
            ("user_id", "0"),
        ],
        absent: &["parse_error", "fields.ses"],
    },
    Sample {
        about: "an account is created",
        text: r#"<13>Mar 16 09:12:44 portale audispd: type=ADD_USER msg=audit(1773648764.300:4414): pid=2300 uid=0 auid=1004 ses=12 msg='op=add-user acct="ospite" exe="/usr/sbin/useradd" hostname=? addr=? terminal=pts/0 res=success'"#,
        expect: &[
            ("event_action", "account_create"),
            ("event_outcome", "success"),
            ("user_target_name", "ospite"),
            ("user_id", "1004"),
        ],
        absent: &["parse_error", "user_name", "source_ip"],
    },
    Sample {
        about: "an audit rule is removed",
        text: r#"type=CONFIG_CHANGE msg=audit(1773648764.400:4415): auid=1004 ses=12 op=remove_rule key="pulizia" list=4 res=1"#,
        expect: &[
            ("event_action", "audit_disable"),
            ("event_outcome", "success"),
            ("fields.operation", "remove_rule"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a start without its arguments",
        text: "type=EXECVE msg=audit(1773648764.112:4416): argc=3",
        expect: &[("parse_error", "an EXECVE record without arguments")],
        absent: &["process_command_line", "event_outcome"],
    },
    Sample {
        about: "truncated: cut before its account id",
        text: "node=portale type=SYSCALL msg=audit(1773648764.112:4412): arch=c000003e syscall=59 success=yes e",
        expect: &[("event_action", "process_start"), ("event_outcome", "success"), ("host_name", "portale")],
        absent: &["user_id", "process_executable", "process_pid", "fields.key", "parse_error"],
    },
    Sample {
        about: "hostile: an account that imitates fields is quoted in hexadecimal and moves none",
        text: r#"type=USER_LOGIN msg=audit(1773648764.200:4417): pid=2215 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct=7822206164643D3230332E302E3131332E31 exe="/usr/sbin/sshd" hostname=? addr=198.51.100.23 terminal=ssh res=failed'"#,
        expect: &[
            ("user_name", "x\" add=203.0.113.1"),
            ("source_ip", "198.51.100.23"),
            ("event_outcome", "failure"),
        ],
        absent: &["parse_error"],
    },
];
