//! Log lines with what an application prints below them: stack traces of Java, Python, .NET, PHP and JavaScript, the
//! second line of `java.util.logging`, and lines indented by a tab (PostgreSQL).
//!
//! Promises: a line joins only by a shape of those, so that two logs in one file do not swallow each other.

use super::Next;

/// What lies below a head so far.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// Lines below the head.
    lines: u32,
    /// Inside a Python traceback: indented lines, then the exception.
    in_traceback: bool,
    /// Behind a Python traceback, where another may be chained.
    behind_traceback: bool,
    /// Behind the words that chain the next traceback.
    is_chained: bool,
    /// Inside the numbered frames of PHP.
    in_numbered: bool,
    /// The line before may be an exception whose frames follow.
    expects_frame: bool,
    /// The line before was the first of two, of which the second says level and message.
    expects_level: bool,
}

/// Whether a line is one below which a trace may stand: it opens with a stamp or a level, or is a trace's own head.
pub(crate) fn opens(line: &[u8]) -> bool {
    is_stamped(line) || is_level(line) || is_traceback(line) || line.starts_with(b"Exception in thread ")
}

/// Whether the start of a line shows that it is a head, and so no part of a record before it.
pub(super) fn is_head_start(partial: &[u8]) -> bool {
    // A level's first letters may be an exception's name: only a stamp is certain.
    is_stamped(partial)
}

impl Trace {
    pub(super) fn of(head: &[u8]) -> Trace {
        let expects_frame = exception(head) || head.starts_with(b"Exception in thread ");
        Trace {
            in_traceback: is_traceback(head),
            expects_frame,
            expects_level: has_shape(head, SIMPLE_STAMP),
            ..Trace::default()
        }
    }

    /// How the next line stands to the record.
    pub(super) fn next(&mut self, line: &[u8]) -> Next {
        if std::mem::take(&mut self.expects_level) && is_level_line(line) {
            return Next::Inside;
        }
        self.lines += 1;
        let expected_frame = std::mem::take(&mut self.expects_frame);
        let Some(first) = line.first() else {
            // A blank line parts chained tracebacks.
            return if self.behind_traceback || self.is_chained { Next::Unclear } else { Next::Outside };
        };
        if matches!(first, b' ' | b'\t') {
            return self.indented(*first, line.trim_ascii_start());
        }
        if is_stamped(line) {
            return Next::Outside;
        }
        if is_traceback(line) {
            let may_stand = self.is_chained || (self.lines == 1 && !self.in_traceback);
            self.in_traceback = true;
            self.is_chained = false;
            return if may_stand { Next::Inside } else { Next::Outside };
        }
        if self.in_traceback {
            // The exception that ends a traceback.
            self.in_traceback = false;
            self.behind_traceback = is_name_start(*first);
            return if self.behind_traceback { Next::Inside } else { Next::Outside };
        }
        if line.starts_with(b"Caused by: ") || line.starts_with(b"Suppressed: ") {
            return Next::Inside;
        }
        if self.behind_traceback
            && (line.starts_with(b"During handling of the above exception")
                || line.starts_with(b"The above exception was the direct cause"))
        {
            self.is_chained = true;
            return Next::Inside;
        }
        if line.starts_with(b"Stack trace:") || line == b"[stacktrace]" {
            self.in_numbered = true;
            return Next::Inside;
        }
        if self.in_numbered && *first == b'#' && line.get(1).is_some_and(u8::is_ascii_digit) {
            return Next::Inside;
        }
        if self.lines == 1 && !expected_frame && exception(line) {
            self.expects_frame = true;
            return Next::Unclear;
        }
        Next::Outside
    }

    fn indented(&mut self, first: u8, text: &[u8]) -> Next {
        let is_more =
            text.strip_prefix(b"... ").is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit));
        let is_part = first == b'\t'
            || self.in_traceback
            || is_more
            || [&b"at "[..], b"Caused by: ", b"Suppressed: ", b"--- End of", b"---> ", b"thrown in "]
                .iter()
                .any(|start| text.starts_with(start));
        if is_part && !text.is_empty() { Next::Inside } else { Next::Outside }
    }
}

fn is_traceback(line: &[u8]) -> bool {
    line.starts_with(b"Traceback (most recent call last):")
}

/// `java.lang.IllegalStateException: text`, `System.IO.IOException`, a word with dots that names an exception.
fn exception(line: &[u8]) -> bool {
    let length = line
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$'))
        .count();
    let Some((name, rest)) = line.split_at_checked(length) else { return false };
    name.first().is_some_and(|byte| is_name_start(*byte))
        && name.contains(&b'.')
        && [&b"Exception"[..], b"Error", b"Throwable", b"Failure", b"Fault"]
            .iter()
            .any(|end| name.ends_with(end))
        && matches!(rest.first(), None | Some(b':' | b' '))
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// A level, as some layouts begin with it.
fn is_level(line: &[u8]) -> bool {
    let bare = line.strip_prefix(b"[").unwrap_or(line);
    [&b"ERROR"[..], b"WARN", b"FATAL", b"SEVERE", b"CRITICAL"].iter().any(|level| {
        bare.strip_prefix(*level)
            .is_some_and(|rest| matches!(rest.first(), Some(b' ' | b':' | b']' | b'I' | b'\t')))
    })
}

/// `LEVEL: text` in any language, as `SimpleFormatter` writes it below its stamp.
fn is_level_line(line: &[u8]) -> bool {
    let length = line.iter().take_while(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()).count();
    (3..=24).contains(&length) && line.get(length..).is_some_and(|rest| rest.starts_with(b": "))
}

/// The stamp of `java.util.logging.SimpleFormatter`: `Mar 16, 2026 9:12:44 AM`.
const SIMPLE_STAMP: &[u8] = b"aaa dd, dddd ";

/// A stamp at the start, in brackets or not: `2026-03-16 09:12`, `16-Mar-2026 09:12`, `16/03/2026 09:12`,
/// `Mar 16 09:12`, `Mon Mar 16 09:12`, `Mar 16, 2026`, `09:12:44.1`.
fn is_stamped(line: &[u8]) -> bool {
    const SHAPES: &[&[u8]] = &[
        b"dddd-dd-dd_dd:dd",
        b"dddd/dd/dd_dd:dd",
        b"dd-aaa-dddd_dd:dd",
        b"dd/dd/dddd_dd:dd",
        b"dd.dd.dddd_dd:dd",
        b"aaa sd dd:dd",
        b"aaa aaa sd dd:dd",
        SIMPLE_STAMP,
        b"dd:dd:dd.d",
        b"dd:dd:dd,d",
    ];
    let bare = line.strip_prefix(b"[").unwrap_or(line);
    SHAPES.iter().any(|shape| has_shape(bare, shape))
}

fn has_shape(text: &[u8], shape: &[u8]) -> bool {
    text.len() >= shape.len()
        && text.iter().zip(shape).all(|(byte, shape)| match shape {
            b'd' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_alphabetic(),
            b's' => byte.is_ascii_digit() || *byte == b' ',
            b'_' => matches!(byte, b' ' | b'T' | b':'),
            _ => byte == shape,
        })
}
