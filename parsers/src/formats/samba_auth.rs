//! Samba's own log of logins (`auth_audit`) and of machines that its list of hosts keeps out.
//!
//! Promises: linear; what the client chooses moves no field: where the words around a user name stand twice, or the end of the
//! record was cut off, nothing is guessed; a workstation's name that imitates an address costs the address only. A record that
//! is cut on its way just behind an imitated end cannot be told from a whole one. Must not know: the syslog envelope, files,
//! other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use super::peer;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "samba_auth",
    title: "Samba logins (file server, domain controller)",
    reference: "Samba, auth/auth_log.c and lib/access.c",
    programs: &["smbd", "smb", "winbindd", "samba"],
    starts: b"A",
    needs: &[("Auth", "[]")],
    keys: &[],
    recognise: |payload| {
        let text = payload.text.trim_start();
        text.starts_with("Auth: [") && text.contains(" remote host [") && text.contains(" status [")
            || text.starts_with("Denied connection from ") && matches!(payload.program, "smbd" | "smb")
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = payload.text.trim();
    if let Some(rest) = text.strip_prefix("Denied connection from ") {
        event.action(Action::ConnectionDenied);
        event.outcome(Outcome::Failure);
        let inner = rest.rsplit_once('(').and_then(|(_, inner)| inner.split_once(')'));
        peer::set(event, inner.map_or(rest, |(address, _)| address), "");
        return Ok(());
    }
    login(text, event)
        .ok_or(Unreadable(r"expected Auth: [SERVICE] user [D]\[U] … status [S] … remote host [H]"))
}

/// `Auth: [SERVICE,KIND] user [D]\[U] at [T] with [HOW] status [S] workstation [W] remote host [ipv4:A:P] …`.
fn login(text: &str, event: &mut EventBuilder<'_>) -> Option<()> {
    let (who, rest) = once(text, "] status [")?;
    let (status, rest) = rest.split_once(']')?;
    if !rest.contains(" local host [") || !rest.ends_with(']') {
        return None;
    }
    let from = once(rest, "] remote host [").map_or("", |(_, from)| from);
    let (who, method) = once(who, "] with [")?;
    let (who, _time) = once(who, "] at [")?;
    let (service, who) = who.strip_prefix("Auth: [")?.split_once("] user [")?;
    let (domain, user) = who.split_once("]\\[")?;
    event.action(Action::Login);
    event.outcome(Outcome::of(status == "NT_STATUS_OK"));
    event.text_if_said(Column::ServiceName, service.split_once(',').map_or(service, |(service, _)| service));
    event.text_if_said(Column::UserName, said(user));
    event.text_if_said(Column::UserDomain, said(domain));
    let (address, port) = endpoint(from.split_once(']').map_or("", |(address, _)| address));
    peer::set(event, address, port);
    event.field("auth_method", method);
    if let Some(reason) = reason(status) {
        event.field("reason", reason);
    }
    Some(())
}

/// A name, empty where Samba writes that there is none.
fn said(name: &str) -> &str {
    if name == "(null)" { "" } else { name }
}

/// Cut at the only place where `mark` stands; none when a client may have written another one.
fn once<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    text.split_once(mark).filter(|(_, rest)| !rest.contains(mark))
}

/// `ipv4:192.0.2.7:50112`, `ipv6:2001:db8::7:50112`.
fn endpoint(text: &str) -> (&str, &str) {
    let (_, text) = text.split_once(':').unwrap_or(("", text));
    text.rsplit_once(':').unwrap_or((text, ""))
}

/// Why a login was refused; none when it was not.
fn reason(status: &str) -> Option<&str> {
    match status {
        "NT_STATUS_OK" => None,
        "NT_STATUS_NO_SUCH_USER" => Some("unknown_user"),
        "NT_STATUS_WRONG_PASSWORD" | "NT_STATUS_LOGON_FAILURE" => Some("wrong_credential"),
        "NT_STATUS_ACCOUNT_LOCKED_OUT" => Some("locked"),
        "NT_STATUS_ACCOUNT_DISABLED" => Some("disabled"),
        other => Some(other),
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an account that does not exist",
        text: r"<30>Mar 16 09:12:44 srv-file smbd[2725]:   Auth: [SMB2,(null)] user [COMUNE]\[scanner] at [Mon, 16 Mar 2026 09:12:44.030937 CET] with [NTLMv2] status [NT_STATUS_NO_SUCH_USER] workstation [PC7] remote host [ipv4:192.0.2.31:50112] mapped to [COMUNE]\[scanner]. local host [ipv4:192.0.2.9:445]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "scanner"),
            ("user_domain", "COMUNE"),
            ("source_ip", "192.0.2.31"),
            ("source_port", "50112"),
            ("service_name", "SMB2"),
            ("fields.auth_method", "NTLMv2"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a login over IPv6",
        text: r"<30>Mar 16 09:12:45 srv-file smbd[2726]: Auth: [SMB2,(null)] user [COMUNE]\[averdi] at [Mon, 16 Mar 2026 09:12:45.030937 CET] with [NTLMv2] status [NT_STATUS_OK] workstation [PC8] remote host [ipv6:2001:db8::8:50113] became [COMUNE]\[averdi] [S-1-5-21-1-2-3-1104]. local host [ipv6:2001:db8::9:445]",
        expect: &[
            ("event_outcome", "success"),
            ("user_name", "averdi"),
            ("source_ip", "2001:db8::8"),
            ("source_port", "50113"),
        ],
        absent: &["parse_error", "fields.reason"],
    },
    Sample {
        about: "a machine that `hosts deny` keeps out",
        text: "<30>Mar 16 09:12:46 srv-file smbd[2727]: Denied connection from 192.0.2.66 (192.0.2.66)",
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.66"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "truncated: cut in the middle of the address",
        text: r"<30>Mar 16 09:12:47 srv-file smbd[2728]: Auth: [SMB2,(null)] user [COMUNE]\[scanner] at [Mon, 16 Mar 2026 09:12:47.030937 CET] with [NTLMv2] status [NT_STATUS_NO_SUCH_USER] workstation [PC7] remote host [ipv4:192.0.2",
        expect: &[("parse_error", r"expected Auth: [SERVICE] user [D]\[U] … status [S] … remote host [H]")],
        absent: &["source_ip", "user_name"],
    },
    Sample {
        about: "hostile: a workstation that imitates an address hides neither account nor failure",
        text: r"<30>Mar 16 09:12:49 srv-file smbd[2730]: Auth: [SMB2,(null)] user [(null)]\[admin] at [Mon, 16 Mar 2026 09:12:49.030937 CET] with [NTLMv2] status [NT_STATUS_WRONG_PASSWORD] workstation [x] remote host [y] remote host [ipv4:192.0.2.31:5] mapped to [COMUNE]\[admin]. local host [ipv4:192.0.2.9:445]",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "admin"),
            ("fields.reason", "wrong_credential"),
        ],
        absent: &["parse_error", "source_ip", "source_port", "user_domain"],
    },
    Sample {
        about: "hostile: a user name that imitates the rest is not read, also when the record is cut behind it",
        text: r"<30>Mar 16 09:12:50 srv-file smbd[2731]: Auth: [SMB2,(null)] user []\[x] at [y] with [NTLMv2] status [NT_STATUS_OK] workstation [] remote host [ipv4:203.0.113.1:1] mapped to [AAAAAAAA",
        expect: &[("parse_error", r"expected Auth: [SERVICE] user [D]\[U] … status [S] … remote host [H]")],
        absent: &["source_ip", "user_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates the rest is not read",
        text: r"<30>Mar 16 09:12:48 srv-file smbd[2729]: Auth: [SMB2,(null)] user []\[x] at [y] with [NTLMv2] status [NT_STATUS_OK] workstation [] remote host [ipv4:203.0.113.1:1] mapped to] at [Mon, 16 Mar 2026 09:12:48.030937 CET] with [NTLMv2] status [NT_STATUS_NO_SUCH_USER] workstation [] remote host [ipv4:192.0.2.31:50112] mapped to []\[x]. local host [ipv4:192.0.2.9:445]",
        expect: &[("parse_error", r"expected Auth: [SERVICE] user [D]\[U] … status [S] … remote host [H]")],
        absent: &["source_ip", "user_name", "event_outcome"],
    },
];
