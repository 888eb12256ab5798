//! An alert as a mail (RFC 5322, MIME).
//!
//! Promises: no text of an alert can begin a header or end the mail; the same alert gives the same mail.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::{Language, Mailing};
use crate::delivery::ToldAlert;

/// Characters of a subject; more is cut.
const SUBJECT_CHARS_MAX: usize = 150;
/// Bytes of an encoded word: with `Subject: ` before it a line has at most 76 characters (RFC 2047).
const WORD_BYTES_MAX: usize = 39;
/// Characters of a line of base64 (RFC 2045).
const LINE_CHARS: usize = 76;
/// Places of evidence that are named.
const PLACES_MAX: usize = 20;

/// The mail.
pub fn message(mailing: &Mailing, told: &ToldAlert) -> String {
    let to: Vec<String> = mailing.to.iter().map(ToString::to_string).collect();
    let headers = [
        ("Date", date(told.told_us)),
        ("From", format!("Campanile <{}>", mailing.from)),
        ("To", to.join(",\r\n ")),
        ("Subject", encoded_words(&subject(told, mailing.language))),
        (
            "Message-ID",
            format!("<{}.{}@{}>", word(&told.alert.id), word(&told.standing), mailing.from.domain()),
        ),
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("MIME-Version", "1.0".to_owned()),
        ("Content-Type", "text/plain; charset=utf-8".to_owned()),
        ("Content-Transfer-Encoding", "base64".to_owned()),
    ];
    let mut mail: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    mail.push_str("\r\n");
    let text = STANDARD.encode(body(told, mailing.language).replace('\n', "\r\n"));
    for (at, c) in text.chars().enumerate() {
        if at > 0 && at % LINE_CHARS == 0 {
            mail.push_str("\r\n");
        }
        mail.push(c);
    }
    mail.push_str("\r\n");
    mail
}

/// `[alta] Tentativi ripetuti (comune-a)`.
fn subject(told: &ToldAlert, language: Language) -> String {
    let alert = &told.alert;
    let (severity, title) = language
        .pick((alert.severity.name(), &alert.rule_title), (alert.severity.name_it(), &alert.rule_title_it));
    let withdrawn = match told.standing.as_str() {
        "withdrawn" => language.pick("withdrawn: ", "ritirato: "),
        _ => "",
    };
    let whole = format!("[{severity}] {withdrawn}{title} ({})", alert.tenant);
    one_line(&whole).chars().take(SUBJECT_CHARS_MAX).collect()
}

/// A text from a rule or a log stays on its line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn body(told: &ToldAlert, language: Language) -> String {
    let alert = &told.alert;
    let (severity, title) = language
        .pick((alert.severity.name(), &alert.rule_title), (alert.severity.name_it(), &alert.rule_title_it));
    let mut text = format!("{}\n\n", one_line(title));
    let mut row = |name: &str, value: &str| text.push_str(&format!("{name}: {}\n", one_line(value)));
    row(language.pick("Severity", "Gravità"), severity);
    row(language.pick("Standing", "Stato"), standing(told, language));
    row(language.pick("Body", "Ente"), &alert.tenant);
    for (name, value) in &alert.entities {
        row(name, value);
    }
    row(language.pick("First event", "Primo evento"), &moment(alert.first_us));
    row(language.pick("Last event", "Ultimo evento"), &moment(alert.last_us));
    row(language.pick("Events", "Eventi"), &alert.count.to_string());
    row(language.pick("Rule", "Regola"), &alert.rule_id);
    if let Some(incident) = &alert.incident {
        row(language.pick("Incident", "Incidente"), incident);
    }
    row(language.pick("Alert", "Allarme"), &alert.id);
    text + &evidence(told, language)
}

fn standing(told: &ToldAlert, language: Language) -> &str {
    match told.standing.as_str() {
        "provisional" => {
            language.pick("provisional: events may still come", "provvisorio: possono arrivare altri eventi")
        }
        "final" => language.pick("final", "definitivo"),
        "withdrawn" => language.pick(
            "withdrawn: late events have changed the picture",
            "ritirato: eventi tardivi hanno cambiato il quadro",
        ),
        other => other,
    }
}

/// Where the lines are: they are not sent.
fn evidence(told: &ToldAlert, language: Language) -> String {
    let places = &told.alert.evidence;
    let Some(collector) = places.first().map(|place| place.file.replace('\'', "''")) else {
        return String::new();
    };
    let seqs =
        places.iter().take(PLACES_MAX).map(|place| place.line.to_string()).collect::<Vec<_>>().join(", ");
    let mut text = language.pick("\nThe lines:", "\nLe righe:").to_owned();
    // Writing to a text cannot fail.
    write!(text, "\n\n  select * from events where collector = '{collector}' and seq in ({seqs})\n").ok();
    if places.len() > PLACES_MAX {
        let more = places.len() - PLACES_MAX;
        write!(text, "\n{}\n", language.pick(format!("and {more} more"), format!("e altre {more}"))).ok();
    }
    text
}

/// `2026-03-16 09:00:00 UTC`.
fn moment(time_us: i64) -> String {
    let time = Timestamp::from_microsecond(time_us).unwrap_or_default();
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// As RFC 5322 writes it, in English whatever the language.
fn date(time_us: i64) -> String {
    let time = Timestamp::from_microsecond(time_us).unwrap_or_default();
    time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// What may stand in a `Message-ID`.
fn word(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// A text as encoded words (RFC 2047): no more than whole characters in each.
fn encoded_words(text: &str) -> String {
    let (mut words, mut word) = (Vec::new(), String::new());
    for c in text.chars() {
        if word.len() + c.len_utf8() > WORD_BYTES_MAX {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    words
        .iter()
        .map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word)))
        .collect::<Vec<_>>()
        .join("\r\n ")
}
