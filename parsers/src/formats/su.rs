//! su: becoming another user, in the words of shadow, util-linux, BSD and Solaris.
//!
//! shadow writes two lines for one use (`Successful su for root by alice` and `+ pts/0 alice:root`): the
//! second is an application event. Promises: linear. Must not know: PAM's lines of the same program.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{pam, repeated};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "su",
    title: "su",
    reference: "shadow 4.16 src/su.c; util-linux 2.40 login-utils/su-common.c; su(1) of BSD and Solaris",
    programs: &["su", "su-l", "runuser"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |payload| payload.qualifier.is_empty() && !pam::is_pam(payload),
    parse,
    samples: SAMPLES,
};

/// What one line says.
#[derive(Default)]
struct Use<'a> {
    user: &'a str,
    target: &'a str,
    tty: &'a str,
    is_refused: bool,
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let text = repeated::unwrap(payload.text, event).trim();
    if let Some(used) = echo(text) {
        event.action(Action::ApplicationEvent);
        set(&used, event);
        return Ok(());
    }
    let Some(used) =
        shadow(text).or_else(|| util_linux(text)).or_else(|| solaris(text)).or_else(|| bsd(text))
    else {
        event.action(Action::ApplicationEvent);
        return Ok(());
    };
    event.action(Action::PrivilegeUse);
    event.outcome(if used.is_refused { Outcome::Failure } else { Outcome::Success });
    if used.is_refused {
        event.field("reason", "wrong_credential");
    }
    set(&used, event);
    Ok(())
}

fn set(used: &Use<'_>, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::UserName, used.user);
    event.text_if_said(Column::UserTargetName, used.target);
    if !used.tty.is_empty() && used.tty != "none" {
        event.field("tty", used.tty);
    }
}

/// `+ /dev/pts/0 alice:root`, `- pts/0 alice:root`.
fn echo(text: &str) -> Option<Use<'_>> {
    let (tty, users) = text.strip_prefix("+ ").or_else(|| text.strip_prefix("- "))?.split_once(' ')?;
    let (user, target) = users.split_once(':')?;
    Some(Use { user, target, tty, is_refused: text.starts_with('-') })
}

/// `Successful su for root by alice`, `FAILED su for root by alice`.
fn shadow(text: &str) -> Option<Use<'_>> {
    let is_refused = text.starts_with("FAILED su for ");
    let rest = text.strip_prefix("FAILED su for ").or_else(|| text.strip_prefix("Successful su for "))?;
    // The target is what was typed.
    let (target, user) = rest.rsplit_once(" by ")?;
    Some(Use { user, target, tty: "", is_refused })
}

/// `(to root) alice on pts/0`, `FAILED SU (to root) alice on pts/0`.
fn util_linux(text: &str) -> Option<Use<'_>> {
    let is_refused = text.starts_with("FAILED SU ");
    let rest = text.strip_prefix("FAILED SU ").unwrap_or(text).strip_prefix("(to ")?;
    let (target, rest) = rest.split_once(") ")?;
    let (user, tty) = rest.rsplit_once(" on ")?;
    Some(Use { user, target, tty, is_refused })
}

/// `'su root' succeeded for alice on /dev/pts/1`, `'su root' failed for alice on /dev/pts/1`.
fn solaris(text: &str) -> Option<Use<'_>> {
    let (target, rest) = text.strip_prefix("'su ")?.rsplit_once("' ")?;
    let is_refused = rest.starts_with("failed for ");
    let rest = rest.strip_prefix("failed for ").or_else(|| rest.strip_prefix("succeeded for "))?;
    let (user, tty) = rest.rsplit_once(" on ")?;
    Some(Use { user, target, tty, is_refused })
}

/// `alice to root on /dev/ttyp1`, `BAD SU alice to root on /dev/ttyp0`, `failed: ttyq4 changing from alice to root`.
fn bsd(text: &str) -> Option<Use<'_>> {
    if let Some((tty, rest)) = text.strip_prefix("failed: ").and_then(|t| t.split_once(" changing from ")) {
        let (user, target) = rest.split_once(" to ")?;
        return Some(Use { user, target, tty, is_refused: true });
    }
    let is_refused = text.starts_with("BAD SU ");
    let (user, rest) = text.strip_prefix("BAD SU ").unwrap_or(text).split_once(" to ")?;
    let (target, tty) = rest.split_once(" on ")?;
    let is_word = |word: &str| !word.is_empty() && !word.contains(' ');
    (is_word(user) && is_word(target)).then_some(Use { user, target, tty, is_refused })
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "shadow's success",
        text: "Mar 16 09:10:00 archivio su[2214]: Successful su for root by mrossi",
        expect: &[
            ("event_action", "privilege_use"),
            ("event_outcome", "success"),
            ("user_name", "mrossi"),
            ("user_target_name", "root"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "its second line is no second use",
        text: "Mar 16 09:10:00 archivio su[2214]: + /dev/pts/1 mrossi:root",
        expect: &[
            ("event_action", "application_event"),
            ("user_name", "mrossi"),
            ("user_target_name", "root"),
            ("fields.tty", "/dev/pts/1"),
        ],
        absent: &["event_outcome"],
    },
    Sample {
        about: "util-linux's refusal",
        text: "Mar 16 09:11:30 archivio su: FAILED SU (to root) lbianchi on pts/4",
        expect: &[
            ("event_action", "privilege_use"),
            ("event_outcome", "failure"),
            ("user_name", "lbianchi"),
            ("user_target_name", "root"),
            ("fields.tty", "pts/4"),
        ],
        absent: &[],
    },
    Sample {
        about: "BSD's refusal",
        text: "Mar 16 09:12:00 firewall su: BAD SU operatore to root on /dev/ttyp0",
        expect: &[("event_outcome", "failure"), ("user_name", "operatore"), ("user_target_name", "root")],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut before the user",
        text: "Mar 16 09:10:00 archivio su[2214]: Successful su for ro",
        expect: &[("event_action", "application_event"), ("format", "su")],
        absent: &["user_name", "user_target_name", "event_outcome"],
    },
    Sample {
        about: "hostile: a user name that imitates the rest",
        text: "Mar 16 09:11:30 archivio su: FAILED SU (to root) x on pts/1) root on pts/4",
        expect: &[("event_outcome", "failure"), ("user_target_name", "root"), ("fields.tty", "pts/4")],
        absent: &[],
    },
    Sample {
        about: "hostile: a target that imitates the caller",
        text: "Mar 16 09:02:11 gestionale su[811]: FAILED su for x by root by mrossi",
        expect: &[("event_outcome", "failure"), ("user_name", "mrossi"), ("user_target_name", "x by root")],
        absent: &["parse_error"],
    },
    Sample {
        about: "hostile: a target that imitates an outcome",
        text: "Mar 16 09:02:11 gestionale su: 'su x' succeeded for root on y' failed for mrossi on /dev/pts/1",
        expect: &[("event_outcome", "failure"), ("user_name", "mrossi")],
        absent: &["parse_error"],
    },
];
