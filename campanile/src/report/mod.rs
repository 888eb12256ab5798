//! The report of a scan: one HTML file for people, in Italian, that needs nothing from outside.
//!
//! Promises: every text from a log is escaped; no script; the same findings give the same page.
//! Must not know: how alerts were found.

mod incidents;
mod quotes;
mod timeline;

use std::collections::BTreeMap;

use askama::Template;
use jiff::tz::TimeZone;
use schema::{Alert, Incident, Severity};

use crate::books::Books;
use crate::moment;
use crate::terminal::printable;

pub use quotes::{Quotes, quotes};

/// Evidence lines quoted for each alert.
pub const EVIDENCE_SHOWN_MAX: usize = 20;
/// Alerts with a card of their own; the rest is counted.
const CARDS_MAX: usize = 500;

/// What the page is made of.
pub struct Contents<'a> {
    /// The comune or the case.
    pub title: String,
    /// Alerts in order of time.
    pub alerts: &'a [Alert],
    /// Their incidents.
    pub incidents: &'a [Incident],
    /// What the rules say about themselves, by id.
    pub rules: &'a BTreeMap<String, RuleWords>,
    /// Rules that could not have seen anything.
    pub blind: Vec<BlindRule>,
    /// Number of rules that were to run.
    pub rules_asked: usize,
    /// What was read.
    pub books: &'a Books,
    /// Texts of evidence lines.
    pub quotes: &'a Quotes,
    /// Zone of the times shown.
    pub zone: &'a TimeZone,
    /// When the report was made, µs since 1970 UTC.
    pub made_us: i64,
    /// Planted against found, in an exercise.
    pub exercise: Option<Exercise>,
}

/// What a rule says about itself to people.
#[derive(Debug, Clone, Default)]
pub struct RuleWords {
    pub description: String,
    pub response: Vec<String>,
    pub false_positives: Vec<String>,
}

/// A rule that was not fed.
pub struct BlindRule {
    pub id: String,
    pub title: String,
    pub reason: String,
}

/// The table of an exercise.
pub struct Exercise {
    pub summary: String,
    pub rows: Vec<ExerciseRow>,
    pub false_alarms: Vec<String>,
}

/// One planted attack.
pub struct ExerciseRow {
    pub attack: String,
    pub title: String,
    pub entity: String,
    pub rules: String,
    pub time: String,
    pub evidence: usize,
    pub class: &'static str,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    title: String,
    subtitle: String,
    verdict: String,
    worst: &'static str,
    exercise: Option<Exercise>,
    timeline: Option<timeline::Timeline>,
    incidents: Vec<incidents::Story>,
    alerts: Vec<Card>,
    books: BooksView,
    blind: Vec<BlindRule>,
    blind_sentence: String,
    footer: String,
}

struct Card {
    anchor: String,
    class: &'static str,
    severity: &'static str,
    title: String,
    rule_id: String,
    case: Option<String>,
    entities: Vec<(String, String)>,
    first: String,
    last: String,
    count: u64,
    response: Vec<String>,
    description: String,
    false_positives: String,
    evidence: Vec<Quote>,
    evidence_total: String,
}

struct Quote {
    file: String,
    line: u64,
    text: String,
}

struct BooksView {
    sentence: String,
    inputs: Vec<InputView>,
    problems: Vec<String>,
    formats: Vec<FormatView>,
}

struct InputView {
    name: String,
    bytes: u64,
    lines: u64,
    errors: u64,
    sha256: String,
    problems: Vec<String>,
}

struct FormatView {
    name: String,
    events: u64,
    errors: u64,
    is_plain: bool,
}

/// Makes the page.
pub fn html(contents: Contents<'_>) -> Result<String, askama::Error> {
    let mut order: Vec<&Alert> = contents.alerts.iter().collect();
    // The gravest first; within a severity by time, as they come.
    order.sort_by_key(|alert| std::cmp::Reverse(alert.severity));
    let cards = order.iter().take(CARDS_MAX).enumerate();
    let alerts: Vec<Card> = cards.map(|(index, alert)| card(index, alert, &contents)).collect();
    let anchor = |index: usize| format!("s{}", index.min(CARDS_MAX - 1) + 1);
    let page = Page {
        subtitle: subtitle(&contents),
        verdict: verdict(contents.alerts),
        worst: contents.alerts.iter().map(|alert| alert.severity).max().map_or("info", Severity::name),
        timeline: timeline::draw(&order, contents.zone, anchor),
        incidents: incidents::stories(contents.incidents, contents.zone),
        books: books_view(contents.books),
        blind_sentence: blind_sentence(contents.rules_asked, contents.blind.len()),
        footer: format!("Campanile {} · licenza EUPL-1.2", env!("CARGO_PKG_VERSION")),
        title: contents.title,
        exercise: contents.exercise,
        blind: contents.blind,
        alerts,
    };
    page.render()
}

fn subtitle(contents: &Contents<'_>) -> String {
    let zone_name = contents.zone.iana_name().unwrap_or("ora locale");
    let local = |us: Option<i64>| us.map(|us| moment::local(us, contents.zone));
    let made = moment::local(contents.made_us, contents.zone);
    match (local(contents.books.first_us), local(contents.books.last_us)) {
        (Some(first), Some(last)) => {
            format!("Eventi dal {first} al {last} ({zone_name}). Relazione prodotta il {made}.")
        }
        _ => format!("Nessun evento letto. Relazione prodotta il {made} ({zone_name})."),
    }
}

fn verdict(alerts: &[Alert]) -> String {
    if alerts.is_empty() {
        return "Nessuna segnalazione.".to_owned();
    }
    let counted: Vec<String> = Severity::ALL
        .iter()
        .rev()
        .filter_map(|severity| {
            let count = alerts.iter().filter(|alert| alert.severity == *severity).count();
            (count > 0).then(|| format!("{count} di gravità {}", severity.name_it()))
        })
        .collect();
    let worst = alerts.iter().max_by_key(|alert| (alert.severity, std::cmp::Reverse(alert.first_us)));
    let first_step = worst.map_or(String::new(), |alert| format!(" La più grave: {}.", alert.rule_title_it));
    let word = if alerts.len() == 1 { "segnalazione" } else { "segnalazioni" };
    format!("{} {word}: {}.{first_step}", alerts.len(), counted.join(", "))
}

fn card(index: usize, alert: &Alert, contents: &Contents<'_>) -> Card {
    let words = contents.rules.get(&alert.rule_id).cloned().unwrap_or_default();
    let quoted = alert.evidence.iter().take(EVIDENCE_SHOWN_MAX).map(|place| Quote {
        file: place.file.to_string(),
        line: place.line,
        text: contents.quotes.get(place).map(|text| printable(text, false).into_owned()).unwrap_or_default(),
    });
    let is_story = |id: &String| contents.incidents.iter().any(|one| one.id == *id && one.alerts > 1);
    let at_least = if alert.evidence_truncated { "almeno " } else { "" };
    Card {
        anchor: format!("s{}", index + 1),
        class: alert.severity.name(),
        severity: alert.severity.name_it(),
        title: alert.rule_title_it.clone(),
        rule_id: alert.rule_id.clone(),
        case: alert.incident.clone().filter(|id| is_story(id)),
        entities: alert
            .entities
            .iter()
            .map(|(name, value)| (name.clone(), printable(value, false).into_owned()))
            .collect(),
        first: moment::local(alert.first_us, contents.zone),
        last: moment::local(alert.last_us, contents.zone),
        count: alert.count,
        response: words.response.iter().map(|step| without_number(step).to_owned()).collect(),
        description: words.description,
        false_positives: words.false_positives.join("; "),
        evidence: quoted.collect(),
        evidence_total: format!("{at_least}{}", alert.evidence.len()),
    }
}

/// A step without the number it was written with: the list numbers it.
fn without_number(step: &str) -> &str {
    let rest = step.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.strip_prefix(". ").filter(|_| rest.len() < step.len()) {
        Some(words) => words.trim_start(),
        None => step,
    }
}

fn books_view(books: &Books) -> BooksView {
    let inputs = books.inputs.iter().map(|input| InputView {
        name: printable(&input.name, false).into_owned(),
        bytes: input.report.bytes_read,
        lines: input.report.lines,
        errors: input.errors,
        sha256: input.report.sha256.clone().unwrap_or_else(|| "non calcolata".to_owned()),
        problems: input.report.problems.iter().map(|problem| problem.message.clone()).collect(),
    });
    let formats = books.formats.iter().map(|(name, book)| FormatView {
        name: name.clone(),
        events: book.events,
        errors: book.errors,
        is_plain: name == parsers::PLAIN,
    });
    BooksView {
        sentence: format!(
            "{} file, {} righe, {} eventi; {} in un formato non riconosciuto, {} non letti per intero.",
            books.inputs.len(),
            books.lines(),
            books.events(),
            books.plain(),
            books.errors()
        ),
        inputs: inputs.collect(),
        problems: books
            .problems
            .iter()
            .map(|problem| format!("{}: {}", problem.path, problem.message))
            .collect(),
        formats: formats.collect(),
    }
}

fn blind_sentence(rules: usize, blind: usize) -> String {
    match blind {
        0 => format!("Tutte le {rules} regole hanno ricevuto i dati che chiedono."),
        _ => format!(
            "{blind} regole su {rules} non hanno ricevuto i dati che chiedono: \
             il loro silenzio non dice che tutto è a posto."
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schema::{Place, Provenance};

    use super::*;

    fn alert() -> Alert {
        Alert {
            id: "1".into(),
            rule_id: "WB-01".into(),
            rule_title: "Injection".into(),
            rule_title_it: "Tentativo di <script>".into(),
            severity: Severity::High,
            tenant: "default".into(),
            entities: BTreeMap::from([("url_path".into(), "/<img src=x>\u{1b}[2J".into())]),
            first_us: 0,
            last_us: 60_000_000,
            rang_us: 0,
            count: 2,
            evidence: vec![Place { file: "web.log".into(), line: 7 }],
            evidence_truncated: false,
            incident: None,
            provenance: Provenance::default(),
        }
    }

    fn page(alerts: &[Alert]) -> String {
        let words = RuleWords {
            description: "Perché".into(),
            response: vec!["1. Chiamare il fornitore".into()],
            false_positives: vec![],
        };
        let mut quotes = Quotes::default();
        quotes.add(Place { file: "web.log".into(), line: 7 }, "GET /?q=<script>alert(1)</script>");
        html(Contents {
            title: "Relazione".into(),
            alerts,
            incidents: &[],
            rules: &BTreeMap::from([("WB-01".to_owned(), words)]),
            blind: vec![],
            rules_asked: 3,
            books: &Books::default(),
            quotes: &quotes,
            zone: &TimeZone::UTC,
            made_us: 0,
            exercise: None,
        })
        .unwrap()
    }

    #[test]
    fn what_an_attacker_wrote_is_shown_and_never_becomes_markup() {
        let page = page(&[alert()]);
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{1b}'));
        assert!(page.contains("alert(1)") && page.contains("web.log:7"));
        assert!(page.contains("Cosa fare adesso") && page.contains("<li>Chiamare il fornitore</li>"));
    }

    #[test]
    fn a_page_without_alerts_says_so_and_needs_nothing_from_outside() {
        let page = page(&[]);
        assert!(page.contains("Nessuna segnalazione") && page.contains("Nessuna regola ha segnalato"));
        for outside in ["http://", "https://", "src=", "@import"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn steps_lose_the_number_they_were_written_with() {
        assert_eq!(without_number("1. Isolare il PC"), "Isolare il PC");
        assert_eq!(without_number("12 ore dopo"), "12 ore dopo");
        assert_eq!(without_number("Isolare"), "Isolare");
    }
}
