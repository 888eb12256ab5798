//! Linux-PAM: what its modules say under the name of the program that called them.
//!
//! Only the line that decides an attempt (`authentication failure; …`) is `pam_auth`; what else a module
//! says of the same attempt is an application event, so that counting stays one per attempt.
//!
//! Promises: linear; the peer is read left of what a user can choose, and right of the name that a client gave where
//! its daemon hands that on as `ruser`.
//! Must not know: the program that called.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{peer, repeated};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "pam",
    title: "Linux-PAM modules (pam_unix, pam_sss, pam_faillock, …)",
    reference: "Linux-PAM 1.6, modules/pam_unix/pam_unix_auth.c and support.c",
    programs: &["login", "gdm-password", "polkit-agent-helper-1", "vsftpd", "xrdp-sesman"],
    starts: b"0123456789Puasecbnpm",
    needs: &[],
    keys: &[],
    recognise: is_pam,
    parse,
    samples: SAMPLES,
};

/// True when a PAM module wrote the payload: by the tag (`sshd(pam_unix)`) or by its own head.
pub(super) fn is_pam(payload: &Payload<'_>) -> bool {
    if payload.qualifier.starts_with("pam_") {
        return true;
    }
    let text = repeated::inner(payload.text);
    text.starts_with("pam_") && head(text).is_some() || is_more_failures(text)
}

/// `PAM 4 more authentication failures; …`, with which pam_unix closes a session of several attempts.
fn is_more_failures(text: &str) -> bool {
    text.strip_prefix("PAM ").is_some_and(|rest| more_failures(rest).is_some())
}

/// `4 more authentication failures; rest` as (4, rest).
fn more_failures(text: &str) -> Option<(&str, &str)> {
    let (count, rest) = text.split_once(" more authentication failure")?;
    let rest = rest.strip_prefix("s; ").or_else(|| rest.strip_prefix("; "))?;
    (peer::is_digits(count) && count.len() <= 9).then_some((count, rest))
}

struct Head<'a> {
    module: &'a str,
    service: &'a str,
    /// `auth`, `account`, `session` or `chauthtok`.
    phase: &'a str,
    text: &'a str,
}

/// `pam_unix(sshd:auth): text`, `pam_ldap: text`.
fn head(text: &str) -> Option<Head<'_>> {
    let end = text.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_'))?;
    let (module, rest) = text.split_at_checked(end)?;
    if let Some(text) = rest.strip_prefix(": ") {
        return Some(Head { module, service: "", phase: "", text });
    }
    let (inner, text) = rest.strip_prefix('(')?.split_once("):")?;
    let (service, phase) = inner.rsplit_once(':').unwrap_or((inner, ""));
    (!inner.contains(' ')).then_some(Head { module, service, phase, text: text.trim_start() })
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = repeated::unwrap(payload.text, event).trim_end();
    let head = if !payload.qualifier.is_empty() {
        Head { module: payload.qualifier, service: payload.program, phase: "", text }
    } else if let Some(rest) = text.strip_prefix("PAM ") {
        Head { module: "pam_unix", service: payload.program, phase: "auth", text: rest }
    } else {
        head(text).ok_or(Unreadable("expected MODULE(SERVICE:PHASE): TEXT"))?
    };
    event.text(Column::EventProvider, head.module);
    if !head.service.is_empty() {
        event.field("service", head.service);
    }
    if !head.phase.is_empty() {
        event.field("phase", head.phase);
    }
    let text = head.text.strip_suffix(" [preauth]").unwrap_or(head.text);
    if authentication(text, event) || session(text, event) || account(text, event) {
        return Ok(());
    }
    event.action(Action::ApplicationEvent);
    remark(text, event);
    Ok(())
}

/// The lines that decide an attempt.
fn authentication(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let (pairs, outcome) = if let Some(rest) = text.strip_prefix("authentication failure; ") {
        (rest, Outcome::Failure)
    } else if let Some(rest) = text.strip_prefix("authentication success; ") {
        (rest, Outcome::Success)
    } else if let Some((count, rest)) = more_failures(text) {
        event.int_text(Column::EventCount, count);
        (rest, Outcome::Failure)
    } else {
        return false;
    };
    event.action(Action::PamAuth);
    event.outcome(outcome);
    if outcome == Outcome::Failure {
        event.field("reason", "wrong_credential");
    }
    let tty = word_behind(pairs, "tty=").map_or("", |(value, _)| value);
    if !tty.is_empty() {
        event.field("tty", tty);
    }
    if let Some(peer) = Peer::read(pairs, tty) {
        if !peer.ruser.is_empty() {
            event.field("ruser", peer.ruser);
        }
        peer::set(event, peer.host, "");
        event.text_if_said(Column::UserName, peer.user);
    }
    true
}

/// `ruser=NAME rhost=HOST  user=USER`: where an attempt came from, and whose it is.
struct Peer<'a> {
    ruser: &'a str,
    host: &'a str,
    user: &'a str,
}

impl<'a> Peer<'a> {
    fn read(pairs: &'a str, tty: &str) -> Option<Peer<'a>> {
        let first = Peer::at(pairs, pairs.find(" rhost=").or_else(|| pairs.find("rhost="))?)?;
        // FTP daemons hand the client's name on as `ruser`. Without one the host is the first: what stands before it is
        // the system's own, and the user, who comes last, may hold anything.
        if tty != "ftp" && first.ruser.is_empty() {
            return Some(first);
        }
        // The user is an account that exists or is left out, so the last host is the true one; unless a module repeats
        // the client's name as the user.
        pairs
            .match_indices(" rhost=")
            .filter_map(|(at, _)| Peer::at(pairs, at))
            .find(Peer::is_repeated)
            .or_else(|| Peer::at(pairs, pairs.rfind(" rhost=")?))
    }

    /// Cut at the `rhost=` of that place.
    fn at(pairs: &'a str, at: usize) -> Option<Peer<'a>> {
        let (before, rest) = pairs.split_at_checked(at)?;
        let ruser =
            before.find("ruser=").and_then(|at| before.get(at + "ruser=".len()..)).unwrap_or_default();
        let rest = rest.trim_start_matches(' ').strip_prefix("rhost=")?;
        let (host, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let user = rest.trim_start().strip_prefix("user=").unwrap_or_default();
        Some(Peer { ruser, host, user })
    }

    fn is_repeated(&self) -> bool {
        !self.user.is_empty() && self.user == self.ruser
    }
}

/// The word behind the first `key` that begins the text or follows a blank, and what follows the word.
fn word_behind<'a>(text: &'a str, key: &str) -> Option<(&'a str, &'a str)> {
    let at = text
        .match_indices(key)
        .map(|(at, _)| at)
        .find(|at| *at == 0 || text.as_bytes().get(at - 1).is_some_and(u8::is_ascii_whitespace))?;
    let value = text.get(at + key.len()..)?;
    Some(value.split_once(' ').unwrap_or((value, "")))
}

fn session(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if let Some(rest) = text.strip_prefix("session opened for user ") {
        event.action(Action::SessionOpen);
        // Only administrators choose names of accounts; the opener is the last word.
        let (user, opener) = rest.rsplit_once(" by ").unwrap_or((rest, ""));
        set_user(user, event);
        let (name, uid) = with_uid(opener);
        if !name.is_empty() {
            event.field("by_user", name);
        }
        if !uid.is_empty() {
            event.field("by_uid", uid);
        }
    } else if let Some(user) = text.strip_prefix("session closed for user ") {
        event.action(Action::SessionClose);
        set_user(user, event);
    } else {
        return false;
    }
    event.outcome(Outcome::Success);
    true
}

fn set_user(user: &str, event: &mut EventBuilder<'_>) {
    let (name, uid) = with_uid(user);
    event.text_if_said(Column::UserName, name);
    event.text_if_said(Column::UserId, uid);
}

/// `alice(uid=1000)` as (alice, 1000); newer PAM writes ids behind names.
fn with_uid(text: &str) -> (&str, &str) {
    match text.rsplit_once("(uid=") {
        Some((name, uid)) => (name, uid.strip_suffix(')').unwrap_or(uid)),
        None => (text, ""),
    }
}

/// Locks, expiries, passwords and second factors.
fn account(text: &str, event: &mut EventBuilder<'_>) -> bool {
    if let Some(rest) = text.strip_prefix("Consecutive login failures for user ") {
        let user = rest.strip_suffix(" account temporarily locked").unwrap_or(rest);
        event.action(Action::AccountLockout);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserName, user);
        event.text_if_said(Column::UserTargetName, user);
    } else if let Some(user) = text.strip_prefix("password changed for ") {
        event.action(Action::PasswordChange);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserTargetName, user);
    } else if let Some((user, rest)) =
        text.strip_prefix("account ").and_then(|t| t.split_once(" has expired"))
    {
        refused(user, if rest.is_empty() { "account_expired" } else { "expired" }, event);
    } else if let Some((user, _)) =
        text.strip_prefix("expired password for user ").and_then(|t| t.split_once(' '))
    {
        refused(user, "password_expired", event);
    } else if let Some((user, rest)) = text.strip_prefix("user ").and_then(|t| t.split_once(" (")) {
        // pam_tally2: `user bob (1001) tally 6, deny 5`.
        if !rest.contains(") tally ") {
            return false;
        }
        refused(user, "account_locked", event);
    } else if let Some(user) = text.strip_prefix("Invalid verification code for ") {
        event.action(Action::MfaChallenge);
        event.outcome(Outcome::Failure);
        event.text_if_said(Column::UserName, user);
    } else if let Some(user) = text.strip_prefix("Accepted google_authenticator for ") {
        event.action(Action::MfaChallenge);
        event.outcome(Outcome::Success);
        event.text_if_said(Column::UserName, user);
    } else if let Some(rest) = text.strip_prefix("access denied for user `") {
        // pam_access: `access denied for user `bob' from `192.0.2.9'`; the source stands last.
        let (user, host) = rest.rsplit_once("' from `").unwrap_or((rest, ""));
        refused(user.trim_end_matches('\''), "not_allowed", event);
        peer::set(event, host.trim_end_matches('\''), "");
    } else if let Some((user, _)) =
        text.strip_prefix("Access denied for user ").and_then(|t| t.split_once(": "))
    {
        refused(user, "not_allowed", event);
    } else {
        return false;
    }
    true
}

fn refused(user: &str, reason: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::PamAuth);
    event.outcome(Outcome::Failure);
    event.text_if_said(Column::UserName, user);
    event.field("reason", reason);
}

/// Remarks beside an attempt that name its user.
fn remark(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("check pass; user unknown") {
        event.outcome(Outcome::Failure);
        event.field("reason", "unknown_user");
    } else if let Some((user, _)) = text.strip_prefix("received for user ").and_then(|t| t.split_once(": ")) {
        event.text_if_said(Column::UserName, user);
    } else if let Some((_, user)) = text.rsplit_once("not met by user \"") {
        event.text_if_said(Column::UserName, user.strip_suffix('"').unwrap_or(user));
    } else if let Some((user, _)) = text.strip_prefix("user '").and_then(|t| t.rsplit_once('\'')) {
        event.text_if_said(Column::UserName, user);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a refused attempt over SSH",
        text: "Mar 16 02:40:11 portale sshd[20211]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.23  user=mrossi",
        expect: &[
            ("event_action", "pam_auth"),
            ("event_outcome", "failure"),
            ("user_name", "mrossi"),
            ("source_ip", "198.51.100.23"),
            ("event_provider", "pam_unix"),
            ("fields.service", "sshd"),
            ("process_name", "sshd"),
        ],
        absent: &["parse_error", "fields.ruser"],
    },
    Sample {
        about: "an old tag that names the module, a peer that is a name",
        text: "Mar 16 02:40:11 archivio sshd(pam_unix)[2811]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=host7.isp.example  user=root",
        expect: &[
            ("event_action", "pam_auth"),
            ("event_outcome", "failure"),
            ("user_name", "root"),
            ("fields.rhost", "host7.isp.example"),
            ("fields.service", "sshd"),
        ],
        absent: &["source_ip", "destination_domain"],
    },
    Sample {
        about: "several attempts in one line",
        text: "Mar 16 02:41:02 portale sshd[20211]: PAM 4 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=2001:db8::17  user=root",
        expect: &[
            ("event_action", "pam_auth"),
            ("event_count", "4"),
            ("source_ip", "2001:db8::17"),
            ("user_name", "root"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a session with ids",
        text: "Mar 16 08:00:00 portale CRON[411]: pam_unix(cron:session): session opened for user backup(uid=34) by root(uid=0)",
        expect: &[
            ("event_action", "session_open"),
            ("event_outcome", "success"),
            ("user_name", "backup"),
            ("user_id", "34"),
            ("fields.by_user", "root"),
            ("fields.service", "cron"),
        ],
        absent: &[],
    },
    Sample {
        about: "an account locked after many failures",
        text: "Mar 16 02:45:00 portale sshd[20213]: pam_faillock(sshd:auth): Consecutive login failures for user lbianchi account temporarily locked",
        expect: &[("event_action", "account_lockout"), ("user_target_name", "lbianchi")],
        absent: &["source_ip"],
    },
    Sample {
        about: "a remark beside the attempt is no second attempt",
        text: "Mar 16 02:40:10 portale sshd[20211]: pam_unix(sshd:auth): check pass; user unknown",
        expect: &[
            ("event_action", "application_event"),
            ("event_outcome", "failure"),
            ("fields.reason", "unknown_user"),
        ],
        absent: &["user_name"],
    },
    Sample {
        about: "truncated: a line cut before the peer",
        text: "Mar 16 02:40:11 portale sshd[20211]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ss",
        expect: &[("event_action", "pam_auth"), ("event_outcome", "failure")],
        absent: &["source_ip", "user_name"],
    },
    Sample {
        about: "hostile: a user name that imitates a peer does not move it",
        text: "Mar 16 02:40:11 portale sshd[20211]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.23  user=x rhost=203.0.113.9 user=root",
        expect: &[("source_ip", "198.51.100.23"), ("user_name", "x rhost=203.0.113.9 user=root")],
        absent: &[],
    },
    Sample {
        about: "hostile: a name that a client gave and that imitates a peer does not move it",
        text: "Mar 16 02:40:11 ftp1 vsftpd[20211]: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=x rhost=203.0.113.9  user=root rhost=::ffff:198.51.100.23",
        expect: &[
            ("source_ip", "198.51.100.23"),
            ("fields.ruser", "x rhost=203.0.113.9  user=root"),
            ("event_outcome", "failure"),
        ],
        absent: &["user_name", "parse_error"],
    },
    Sample {
        about: "hostile: the same of a module that repeats the name",
        text: "Mar 16 02:40:11 ftp1 vsftpd[20211]: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser= rhost=203.0.113.9 rhost=198.51.100.23  user= rhost=203.0.113.9",
        expect: &[("source_ip", "198.51.100.23"), ("user_name", " rhost=203.0.113.9")],
        absent: &["parse_error"],
    },
];
