use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_is_usual_is_read_as_all_else_would_be(
        rest in "( |)(gw|2026|10\\.0\\.0\\.1|err|[a-zA-Z0-9._-]{1,5}) (app|notice|Mar|1|[A-Za-z0-9._/-]{1,40})(\\[[0-9]{1,3}\\]|\\[[0-9a-z ]{0,40}\\]|)(:|)( |)(\\[ID 800047 auth\\.info\\] |%|)x( y: |\\]: |)",
        place in prop::sample::select(vec![Place::Priority, Place::Line, Place::Relayed]),
    ) {
        let when = When::at(0);
        for when in [when, When { year: None, ..when }] {
            let expected = odd(when, &rest, place);
            prop_assert!(usual::read(None, when, &rest).is_none_or(|read| read == expected), "{}", rest);
        }
    }

    #[test]
    fn a_usual_header_is_no_rfc_5424(
        text in "(Mar 16|1|1 2026-03-16T09:12:44Z|Mar) (09:12:44|a) (gw|a) (app|-)(\\[12\\]|)(:|) (-|x|- - - x)",
    ) {
        prop_assert!(read_usual(14, &text).is_none() || rfc5424::read(&text).is_none(), "{}", text);
    }
}

fn parts<'a>(envelope: &Envelope<'a>) -> (&'a str, &'a str, &'a str, &'a str) {
    (envelope.host, envelope.program, envelope.pid, envelope.payload)
}

#[test]
fn the_wild_shapes_give_host_program_and_payload() {
    for (text, expected) in [
        ("Mar 16 09:12:44 gw sshd[12]: hello", ("gw", "sshd", "12", "hello")),
        ("Mar 16 09:12:44 sshd[12]: hello", ("", "sshd", "12", "hello")),
        ("Mar 16 09:12:44 gw kernel: [1.2] x: y", ("gw", "kernel", "", "[1.2] x: y")),
        ("Mar 16 2026 09:12:44: %ASA-6-302013: Built", ("", "", "", "%ASA-6-302013: Built")),
        ("Mar 16 2026 09:12:44 fw1 : %ASA-6-302013: Built", ("fw1", "", "", "%ASA-6-302013: Built")),
        (
            "4321: SW-CORE: Mar 16 2026 09:12:44.112 CET: %LINK-3-UPDOWN: x",
            ("SW-CORE", "", "", "%LINK-3-UPDOWN: x"),
        ),
        (
            "2026-03-16T02:41:55.112Z esx1.example Hostd[2099656]: info",
            ("esx1.example", "Hostd", "2099656", "info"),
        ),
        (
            "date=2026-03-16 time=09:12:44 devname=\"F\"",
            ("", "", "", "date=2026-03-16 time=09:12:44 devname=\"F\""),
        ),
        ("Mar 16 09:12:44 PA-820 1,2026/03/16 09:12:44,01", ("PA-820", "", "", "1,2026/03/16 09:12:44,01")),
        (
            "Mar 16 09:12:44 mt firewall,info forward: in:ether1",
            ("mt", "", "", "firewall,info forward: in:ether1"),
        ),
        ("Mar 16 09:12:44 gw last message repeated 3 times", ("gw", "", "", "last message repeated 3 times")),
        ("45: SW1: 000123: *Mar 16 09:12:44.123 EDT: %SYS-5-X: y", ("SW1", "", "", "%SYS-5-X: y")),
        ("45: 1w2d: %SYS-5-X: y", ("", "", "", "%SYS-5-X: y")),
        ("45: 00:01:23: %SYS-5-X: y", ("", "", "", "%SYS-5-X: y")),
        (": 2026 Mar 16 09:12:44.112 CET: %ETH-5-X: y", ("", "", "", "%ETH-5-X: y")),
        ("NX1: 2026 Mar 16 09:12:44 CET: %ETH-5-X: y", ("NX1", "", "", "%ETH-5-X: y")),
        ("Mar 16 09:12:44 10.0.0.1 87: SW2: Mar 16 09:12:44.1: %SYS-5-X: y", ("SW2", "", "", "%SYS-5-X: y")),
        ("Mar 16 09:12:44 10.0.0.1 87: Mar 16 09:12:44.1: %SYS-5-X: y", ("10.0.0.1", "", "", "%SYS-5-X: y")),
        ("Mar 16 09:12:44 2026 ctrl1 authmgr[31]: <522008> x", ("ctrl1", "authmgr", "31", "<522008> x")),
        (
            "Mar 16 09:12:44 10.20.1.3 00076 ports: port 24 is on",
            ("10.20.1.3", "", "", "00076 ports: port 24 is on"),
        ),
        ("Mar 16 09:12:44 relay <86>Mar 16 09:12:43 gw sshd[12]: x", ("gw", "sshd", "12", "x")),
        ("Mar 16 09:12:44 10.0.0.1 Mar 16 09:12:43 gw sshd[12]: x", ("gw", "sshd", "12", "x")),
        ("Mar 16 09:12:44 aix1 auth|security:info sshd[12]: x", ("aix1", "sshd", "12", "x")),
        ("Mar 16 09:12:44 r Message forwarded from aix1: sshd[12]: x", ("aix1", "sshd", "12", "x")),
        ("Mar 16 09:12:44 <auth.info> bsd1 sshd[12]: x", ("bsd1", "sshd", "12", "x")),
        ("Mar 16 09:12:44 sun1 sshd[12]: [ID 800047 auth.info] x", ("sun1", "sshd", "12", "x")),
        ("Mar 16 09:12:44 [sshd] User root", ("", "sshd", "", "User root")),
        ("Mar 16 09:12:44 lb1 notice apmd[12]: x", ("lb1", "apmd", "12", "x")),
        ("Mar 16 09:12:44 INFO main: started", ("", "", "", "INFO main: started")),
        ("Mar 16 09:12:44 fe80::1%eth0 sshd[12]: x", ("fe80::1%eth0", "sshd", "12", "x")),
        ("router1 dropbear[12]: x", ("router1", "dropbear", "12", "x")),
    ] {
        assert_eq!(parts(&read_after_priority(text)), expected, "{text}");
    }
}

#[test]
fn a_tag_in_parentheses_gives_its_qualifier() {
    let envelope = read_in_file("Mar  3 08:05:09 srv1 sshd(pam_unix)[4711]: authentication failure").unwrap();
    assert_eq!((envelope.program, envelope.qualifier, envelope.pid), ("sshd", "pam_unix", "4711"));
}

#[test]
fn a_line_of_a_file_needs_a_header_to_be_syslog() {
    assert!(read_in_file("2026-03-16 09:12:44.112 CET [20211] app@db ERROR:  x").is_none());
    assert!(read_in_file("198.51.100.2 - - [16/Mar/2026:09:12:44 +0100] \"GET / HTTP/1.1\" 200 1").is_none());
    assert!(read_in_file("Mario Rossi scrive: ciao").is_none());
    assert!(read_in_file("2026-03-16T09:12:44Z  worker job: done").is_none());
    for text in [
        "2026-03-16T09:12:44 INFO main: started",
        "2026-03-16T09:12:44+01:00 ERROR main: x",
        "2026-03-16 09:12:44,112 gw sshd[1]: x",
        "2026-03-16 09:12:44 gw app: x",
        "2026-03-16T09:12:44Z gw just words",
        "INFO[0012]: x",
        "main[x]: y",
    ] {
        assert!(read_in_file(text).is_none(), "{text}");
    }
    for text in [
        "2026-03-16T09:12:44+01:00 gw sshd[1]: x",
        "2026-03-16T09:12:44.112 gw sshd[1]: x",
        "2026-03-16 09:12:44 gw sshd[1]: x",
        "2026-03-16 09:12:44.801612+0100  gw sshd[1]: x",
        "2026-03-16T09:12:44Z gw sshd 1 - - x",
        "1 2026-03-16T09:12:44Z gw sshd 1 - - x",
        "sshd[1]: x",
    ] {
        let envelope = read_in_file(text).unwrap();
        assert_eq!((envelope.program, envelope.pid, envelope.payload), ("sshd", "1", "x"), "{text}");
    }
    let envelope = read_in_file("2026-03-16T09:12:44Z info hostd[12] [Originator@6876 sub=x] y").unwrap();
    assert_eq!((envelope.host, envelope.level, envelope.program), ("", "info", "hostd"));
    let envelope = read_in_file("2026-03-16T09:12:44Z gw CEF:0|a|b|c|d|e|1|").unwrap();
    assert_eq!((envelope.host, envelope.payload), ("gw", "CEF:0|a|b|c|d|e|1|"));
}

#[test]
fn a_word_of_a_text_becomes_no_host() {
    for (text, host) in [
        ("Mar 16 09:12:44 Mario Rossi scrive: ciao", ""),
        ("Mar 16 09:12:44 Error: no such file", ""),
        ("Mar 16 09:12:44 %IPS-4-X: y", ""),
        ("Mar 16 09:12:44 srv1 started", "srv1"),
        ("Mar 16 09:12:44 mt firewall,info forward: in:ether1", "mt"),
        ("Mar 16 09:12:44 gw last message repeated 3 times", "gw"),
    ] {
        let envelope = read_in_file(text).unwrap();
        assert_eq!((envelope.host, envelope.program), (host, ""), "{text}");
    }
}

#[test]
fn the_first_words_of_a_sentence_are_neither_host_nor_program() {
    for text in [
        "2026-03-16T09:12:44Z login user=mario",
        "2026-03-16T09:12:44Z Login failed: user mario",
        "2026-03-16T09:12:44Z request completed: status=200",
        "2026-03-16T09:12:44Z app user=mario",
        "Mar 16 09:12:44 Accesso negato: utente mario",
        "Mar 16 09:12:44 app user=mario",
    ] {
        let envelope = Envelope::read(text);
        assert_eq!((envelope.host, envelope.program), ("", ""), "{text}");
    }
    for (text, host, program) in [
        ("Mar 16 09:12:44 debian kernel: hello", "debian", "kernel"),
        ("2026-03-16T09:12:44+01:00 debian kernel: hello", "debian", "kernel"),
        ("Mar 16 09:12:44 srv login: FAILED LOGIN 1", "srv", "login"),
        ("Mar 16 09:12:44 srv-1 failed: x", "srv-1", "failed"),
        ("2026-03-16T09:12:44+01:00 firewall date=2026-03-16 time=09:12:44", "firewall", ""),
        ("<13>Mar 16 09:12:44 app user=mario", "app", ""),
    ] {
        let envelope = Envelope::read(text);
        assert_eq!((envelope.host, envelope.program), (host, program), "{text}");
    }
}

#[test]
fn what_a_container_prints_is_a_header_only_with_a_process() {
    let of = |line: &str| {
        let text = format!("2026-03-16T08:12:44.112Z stdout F {line}");
        let envelope = Envelope::read(&text);
        (envelope.host.to_owned(), envelope.when.map(|when| when.month))
    };
    assert_eq!(of("2020-01-01T00:00:00Z evil-1 src=203.0.113.6"), (String::new(), Some(3)));
    assert_eq!(of("Jan  1 00:00:00 gw-1 app[12]: x"), ("gw-1".to_owned(), Some(1)));
}
