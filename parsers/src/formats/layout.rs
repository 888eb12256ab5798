//! The head of an application's log line, as logging libraries lay it out, and the trace below it.
//!
//! `STAMP LEVEL [thread] logger - text` and its permutations (Log4j, Logback, Spring Boot, JBoss),
//! `STAMP - logger - LEVEL - text`, `[STAMP] LEVEL in module: text`, `[STAMP] [pid] [LEVEL] text`, `LEVEL:logger:text`
//! (Python's logging, Flask, gunicorn), and the two lines of `java.util.logging`.
//!
//! Promises: a head has a level and a logger or thread, or it is none; the text behind it is read by nobody here.
//! Must not know: the application.

mod simple;

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Payload, Unreadable};
use crate::generic;
use crate::time::{self, When};

/// Of the layouts of Java and Python: a stamp, a level with colons, a trace, or the two lines of SimpleFormatter.
pub(super) const NEEDS: &[(&str, &str)] = &[
    ("0", ":"),
    ("[", ":"),
    ("DEBUG:", ":"),
    ("INFO:", ":"),
    ("WARNING:", ":"),
    ("ERROR:", ":"),
    ("CRITICAL:", ":"),
    ("Traceback", ":"),
    ("Exception", "\""),
    ("", ",:\n"),
];

/// Most parts between stamp and text.
const PARTS_MAX: usize = 8;
const LEVELS: &[&str] = &[
    "TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL", "SEVERE", "CRITICAL", "FINE", "FINER",
    "FINEST", "CONFIG",
];

/// The head of a line.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Head<'a> {
    when: Option<When>,
    level: &'a str,
    thread: &'a str,
    logger: &'a str,
    pid: &'a str,
    /// The text and all that lies below.
    text: &'a str,
    is_python: bool,
    is_java: bool,
}

/// The language whose library wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Java,
    Python,
}

impl<'a> Head<'a> {
    /// Reads a head; none when the line has none.
    pub(super) fn read(text: &'a str) -> Option<Head<'a>> {
        if let Some(text) = text.strip_prefix("Traceback (most recent call last):") {
            return Some(Head { text, is_python: true, ..Head::default() });
        }
        if text.starts_with("Exception in thread \"") {
            return Some(Head { text, ..Head::default() });
        }
        if let Some(head) = simple::read(text) {
            return Some(head);
        }
        let line = text.split('\n').next().unwrap_or_default();
        bare(line).or_else(|| stamped(line)).map(|head| {
            // The text reaches to the end of the record.
            let start = line.len() - head.text.len().min(line.len());
            Head { text: text.get(start..).unwrap_or_default(), ..head }
        })
    }

    /// Whose it is; none where both write so.
    pub(super) fn language(&self) -> Option<Language> {
        if self.is_python || self.text.contains("\nTraceback (most recent call last):") {
            return Some(Language::Python);
        }
        let class = self.logger.rsplit('.').next().unwrap_or_default();
        let is_class =
            self.logger.contains('.') && class.starts_with(|first: char| first.is_ascii_uppercase());
        if is_class
            || self.is_java
            || self.text.contains("\n\tat ")
            || self.text.starts_with("Exception in thread")
        {
            return Some(Language::Java);
        }
        match self.level {
            "WARNING" | "CRITICAL" if self.thread.is_empty() => Some(Language::Python),
            "FATAL" | "SEVERE" | "TRACE" | "FINE" | "FINER" | "FINEST" | "WARN" => Some(Language::Java),
            _ if !self.thread.is_empty() => Some(Language::Java),
            _ => None,
        }
    }

    /// Fills the open event.
    pub(super) fn write(
        &self,
        payload: &Payload<'_>,
        event: &mut EventBuilder<'_>,
    ) -> Result<(), Unreadable> {
        let (text, trace) = self.text.split_once('\n').unwrap_or((self.text, ""));
        generic::read(&Payload { text, json: None, is_stamped: true, ..*payload }, event);
        if let Some(when) = self.when
            && !payload.set_time(event, when)
        {
            return Err(Unreadable("no such day or hour"));
        }
        event.text_if_said(Column::LogLevel, self.level);
        event.text_if_said(Column::EventProvider, self.logger);
        event.int_text(Column::ProcessPid, self.pid);
        if !self.thread.is_empty() {
            event.field("thread", self.thread);
        }
        let is_bare = self.level.is_empty();
        let (exception, cause) = exceptions(if is_bare { self.text } else { trace });
        for (key, value) in [("exception", exception), ("cause", cause)] {
            if !value.is_empty() {
                event.field(key, value);
            }
        }
        let is_severe = matches!(self.level, "ERROR" | "FATAL" | "SEVERE" | "GRAVE" | "CRITICAL")
            || !exception.is_empty();
        if !event.is_set(Column::EventAction) || (is_severe && !exception.is_empty()) {
            event.action(if is_severe { Action::WebError } else { Action::ApplicationEvent });
            if is_severe {
                event.outcome(Outcome::Failure);
            }
        }
        Ok(())
    }
}

/// `LEVEL:logger:text`, what Python writes when nobody asked for a layout.
fn bare(line: &str) -> Option<Head<'_>> {
    let (level, rest) = line.split_once(':')?;
    let (logger, text) = rest.split_once(':')?;
    let is_said = matches!(level, "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL") && is_logger(logger);
    is_said.then_some(Head { level, logger, text, is_python: true, ..Head::default() })
}

/// A stamp, then level, thread, process and logger in any order.
fn stamped(line: &str) -> Option<Head<'_>> {
    let (when, rest, is_flask) = stamp(line)?;
    let mut head = Head { when, ..Head::default() };
    let mut rest = rest;
    let mut is_dashed = false;
    for _ in 0..PARTS_MAX {
        let part = rest.trim_start_matches([' ', '\t']);
        rest = part;
        if let Some((inner, after)) = bracketed(part) {
            if !head.bracket(inner) {
                break;
            }
            rest = after;
            continue;
        }
        let (word, after) = part.split_once(' ').unwrap_or((part, ""));
        let bare = word.trim_end_matches([':', ',']);
        if head.level.is_empty() && is_level(bare) {
            head.level = bare;
        } else if matches!(word, "---" | "|") || (word == "-" && head.level.is_empty()) {
            is_dashed |= word == "-";
        } else if matches!(word, "-" | ":" | "–") {
            rest = after;
            break;
        } else if word == "in" && is_flask && !head.level.is_empty() {
            head.is_python = true;
        } else if head.logger.is_empty()
            && head.pid.is_empty()
            && !bare.is_empty()
            && bare.bytes().all(|byte| byte.is_ascii_digit())
        {
            head.pid = bare;
        } else if head.logger.is_empty() && is_named(word, after) {
            head.logger = bare;
            if word.ends_with(':') {
                rest = after;
                break;
            }
        } else {
            break;
        }
        rest = after;
    }
    head.is_python |= is_dashed && !head.logger.is_empty();
    head.text = rest.trim_start_matches(' ');
    let has_origin = !head.logger.is_empty() || !head.thread.is_empty() || (is_flask && !head.pid.is_empty());
    head.is_python |= is_flask && !head.pid.is_empty() && head.logger.is_empty();
    (!head.level.is_empty() && has_origin).then_some(head)
}

impl<'a> Head<'a> {
    /// Takes what stands in brackets; false when there is no more room for it.
    fn bracket(&mut self, inner: &'a str) -> bool {
        let inner = inner.trim_matches(' ');
        let place = if self.level.is_empty() && is_level(inner) {
            &mut self.level
        } else if self.pid.is_empty() && !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit())
        {
            &mut self.pid
        } else if self.logger.is_empty() && inner.contains('.') && is_logger(inner) {
            &mut self.logger
        } else if self.thread.is_empty() {
            &mut self.thread
        } else {
            // Contexts and application names.
            return inner.len() <= 64;
        };
        *place = inner;
        true
    }
}

/// The stamp, what follows it, and whether it stood in brackets.
fn stamp(line: &str) -> Option<(Option<When>, &str, bool)> {
    let is_bracketed = line.starts_with('[');
    let bare = line.strip_prefix('[').unwrap_or(line);
    let (when, rest) = match time::iso_prefix(bare).or_else(|| time::numeric_date(bare)) {
        Some((when, rest)) => (Some(when), rest),
        None => (None, clock(bare)?),
    };
    let rest = if is_bracketed { rest.strip_prefix(']')? } else { rest };
    rest.starts_with([' ', '\t']).then_some((when, rest, is_bracketed))
}

/// What follows `09:12:44.112`, Logback's stamp without a day.
fn clock(text: &str) -> Option<&str> {
    let (head, rest) = text.split_at_checked(12)?;
    let fits = head.bytes().zip(b"dd:dd:dd.ddd").all(|(byte, shape)| match shape {
        b'd' => byte.is_ascii_digit(),
        b'.' => matches!(byte, b'.' | b','),
        _ => byte == *shape,
    });
    fits.then_some(rest)
}

/// `[inner]`, `(inner)` or `{inner}`, and what follows.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let close = match text.as_bytes().first()? {
        b'[' => "]",
        b'(' => ")",
        b'{' => "}",
        _ => return None,
    };
    text.get(1..)?.split_once(close).filter(|(inner, _)| inner.len() <= 160)
}

/// A logger's name: with a dot or a colon behind it, or in front of a dash or colon.
fn is_named(word: &str, after: &str) -> bool {
    let bare = word.trim_end_matches(':');
    let after = after.trim_start_matches(' ');
    is_logger(bare)
        && (word.ends_with(':') || bare.contains('.') || after.starts_with("- ") || after.starts_with(": "))
}

fn is_logger(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.as_bytes().first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$' | b'-' | b'/' | b':')
        })
}

fn is_level(text: &str) -> bool {
    LEVELS.contains(&text)
}

/// The class of the exception in a trace, and of its innermost cause.
fn exceptions(trace: &str) -> (&str, &str) {
    let (mut exception, mut cause) = ("", "");
    for line in trace.lines() {
        if let Some(rest) = line.trim_start().strip_prefix("Caused by: ") {
            cause = class(rest).unwrap_or(cause);
        } else if let Some(rest) = line.strip_prefix("Exception in thread \"") {
            exception = rest.rsplit_once("\" ").and_then(|(_, rest)| class(rest)).unwrap_or(exception);
        } else if !line.starts_with([' ', '\t'])
            && let Some(name) = class(line)
        {
            // The last of Python's counts, it was raised while the first was handled.
            exception = name;
        }
    }
    (exception, cause)
}

/// The name in front of a colon, or alone, that is one of an exception.
fn class(line: &str) -> Option<&str> {
    let name = line.split([':', ' ']).next()?;
    let is_name = is_logger(name)
        && (name.contains('.')
            || ["Error", "Exception", "Exit", "Interrupt", "Warning"].iter().any(|end| name.ends_with(end)));
    (is_name && (line.len() == name.len() || line.get(name.len()..)?.starts_with(':'))).then_some(name)
}
