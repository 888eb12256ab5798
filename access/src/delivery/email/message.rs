//! An alert as a mail (RFC 5322, MIME).
//!
//! Promises: no text of an alert can begin a header or end the mail; the same alert gives the same mail.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use schema::{Incident, News};

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
        // Mail programs put the mails of one incident together.
        ("References", format!("<{}@{}>", word(incident_id(told)), mailing.from.domain())),
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

/// `[alta] Tentativi ripetuti (comune-a)`, or what its incident is called.
fn subject(told: &ToldAlert, language: Language) -> String {
    let severity = language.pick(told.severity().name(), told.severity().name_it());
    let title = match &told.story {
        Some(story) => language.pick(&story.incident.title, &story.incident.title_it),
        None => rule_title(told, language),
    };
    let news = told.story.as_ref().map(|story| story.news);
    let prefix = match (news, told.standing.as_str()) {
        (Some(News::Withdrawn), _) | (None, "withdrawn") => language.pick("withdrawn: ", "ritirato: "),
        (Some(News::Escalated), _) => language.pick("more serious: ", "più grave: "),
        _ => "",
    };
    let whole = format!("[{severity}] {prefix}{title} ({})", told.alert.tenant);
    one_line(&whole).chars().take(SUBJECT_CHARS_MAX).collect()
}

fn rule_title(told: &ToldAlert, language: Language) -> &String {
    language.pick(&told.alert.rule_title, &told.alert.rule_title_it)
}

/// A text from a rule or a log stays on its line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn body(told: &ToldAlert, language: Language) -> String {
    let alert = &told.alert;
    let severity = language.pick(alert.severity.name(), alert.severity.name_it());
    let mut text = told.story.as_ref().map(|story| incident(&story.incident, language)).unwrap_or_default();
    text.push_str(&format!("{}\n\n", one_line(rule_title(told, language))));
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

/// The story so far, and what to do first.
fn incident(incident: &Incident, language: Language) -> String {
    let mut text = format!("{}\n\n", one_line(language.pick(&incident.title, &incident.title_it)));
    for step in &incident.steps {
        let title = language.pick(&step.title, &step.title_it);
        text.push_str(&format!("{}  {} {}\n", moment(step.rang_us), step.rule_id, one_line(title)));
    }
    if !incident.response_it.is_empty() {
        // What to do is written in Italian alone: it is the office's.
        text.push_str(language.pick("\nFirst response:\n", "\nCosa fare adesso:\n"));
        incident.response_it.iter().for_each(|step| text.push_str(&format!("{}\n", one_line(step))));
    }
    text + language.pick("\nThe alert of now: ", "\nL'allarme di adesso: ")
}

fn standing(told: &ToldAlert, language: Language) -> &str {
    match told.standing.as_str() {
        "provisional" => {
            language.pick("provisional: events may still come", "provvisorio: possono arrivare altri eventi")
        }
        "final" => language.pick("final", "definitivo"),
        "withdrawn" => language.pick(
            "withdrawn: late events have changed the picture, or its rule has failed",
            "ritirato: eventi tardivi hanno cambiato il quadro, o la regola è fallita",
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

fn incident_id(told: &ToldAlert) -> &str {
    told.alert.incident.as_deref().unwrap_or(&told.alert.id)
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
