//! One line of xferlog behind its stamp.
//!
//! Must not know: vsftpd's own log. Source: xferlog(5).

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::peer;

/// `SECONDS HOST SIZE PATH TYPE FLAG DIRECTION MODE USER SERVICE METHOD ID STATUS`.
pub(super) struct Transfer<'a> {
    seconds: &'a str,
    host: &'a str,
    size: &'a str,
    path: &'a str,
    direction: &'a str,
    mode: &'a str,
    user: &'a str,
    status: &'a str,
}

impl<'a> Transfer<'a> {
    /// Three words in front, nine behind: what is between is the path, blanks and all.
    pub(super) fn read(text: &'a str) -> Option<Transfer<'a>> {
        let text = text.trim_end();
        let mut front = text.splitn(4, ' ');
        let (seconds, host, size, rest) = (front.next()?, front.next()?, front.next()?, front.next()?);
        if !peer::is_digits(seconds) || !peer::is_digits(size) {
            return None;
        }
        let mut back = rest.rsplitn(10, ' ');
        let status = back.next()?;
        let (_id, method, _service, user) = (back.next()?, back.next()?, back.next()?, back.next()?);
        let (mode, direction, _flag, kind) = (back.next()?, back.next()?, back.next()?, back.next()?);
        let path = back.next()?;
        let is_line = matches!(status, "c" | "i")
            && matches!(method, "0" | "1")
            && matches!(mode, "a" | "g" | "r" | "u")
            && matches!(direction, "o" | "i" | "d")
            && matches!(kind, "a" | "b");
        is_line.then_some(Transfer { seconds, host, size, path, direction, mode, user, status })
    }

    pub(super) fn fill(&self, event: &mut EventBuilder<'_>) {
        event.action(match self.direction {
            "o" => Action::FileRead,
            "d" => Action::FileDelete,
            _ => Action::FileCreate,
        });
        event.outcome(Outcome::of(self.status == "c"));
        peer::set(event, self.host, "");
        event.text_if_said(Column::UserName, self.user);
        event.text_if_said(Column::FilePath, self.path);
        event.field("size", self.size);
        event.field("duration_s", self.seconds);
        if self.mode == "a" {
            event.field("anonymous", "true");
        }
    }
}
