//! What a scan says at its end: how many alerts, with which rules, and what could not have been seen.

use detect::coverage::{LearningSource, RuleCoverage, Status};
use schema::{Alert, Severity};

use crate::detections::loading::Loaded;
use crate::detections::running::Scanned;
use crate::language::{Language, counted};
use crate::moment;
use crate::report::BlindRule;
use crate::terminal::Terminal;

/// Ids of blind rules named in one line.
const NAMED_MAX: usize = 12;
/// Sources named that a rule learns about.
const LEARNING_MAX: usize = 3;

/// Tells standard error.
pub fn tell(scanned: &Scanned, loaded: &Loaded, terminal: &Terminal) {
    scanned.books.tell(terminal);
    if scanned.books.lines() == 0 && scanned.books.all_problems().next().is_some() {
        // Nothing could be read, which was told: what rules say of it is no answer.
        return;
    }
    let language = Language::of_environment();
    let findings = &scanned.findings;
    terminal.note(rang(&findings.alerts, findings.incidents.len(), scanned.rules_running, language));
    let blind = blind(&scanned.findings.coverage);
    if !blind.is_empty() {
        let ids: Vec<&str> = blind.iter().take(NAMED_MAX).map(|rule| rule.rule_id.as_str()).collect();
        let more = if blind.len() > NAMED_MAX { ", …" } else { "" };
        terminal.note(format!(
            "{} {} ({}{more}){}",
            blind.len(),
            language.pick(
                "rules had nothing to look at, their silence proves nothing",
                "regole non avevano nulla da guardare, il loro silenzio non prova nulla"
            ),
            ids.join(", "),
            language.pick("; --report says why", "; il perché è nel rapporto (--report)")
        ));
    }
    let learning: Vec<String> = findings.coverage.iter().filter_map(learning).collect();
    if !learning.is_empty() {
        terminal.note(format!(
            "{}: {}",
            language.pick("still learning what is usual here", "imparano ancora che cosa è abituale qui"),
            learning.join(", ")
        ));
    }
    if !loaded.notes.is_empty() {
        let notes = loaded.notes.len();
        terminal.note(format!(
            "{notes} {}",
            language.pick(
                "notes about rules; `campanile rules lint` shows them",
                "note sulle regole; le mostra `campanile rules lint`"
            )
        ));
    }
}

/// How many alerts of which severity, or that there are none.
fn rang(alerts: &[Alert], incidents: usize, rules: usize, language: Language) -> String {
    if alerts.is_empty() {
        return match language {
            Language::English => format!("no alert: {rules} rules ran and none rang"),
            Language::Italian => {
                format!("nessuna segnalazione: {rules} regole eseguite, nessuna ha segnalato")
            }
        };
    }
    let by_severity: Vec<String> = Severity::ALL
        .iter()
        .rev()
        .filter_map(|severity| {
            let count = alerts.iter().filter(|alert| alert.severity == *severity).count();
            let name = language.pick(severity.name(), severity.name_it());
            (count > 0).then(|| format!("{count} {name}"))
        })
        .collect();
    let by_severity = by_severity.join(", ");
    let (alerts, rules, incidents) = (alerts.len() as u64, rules as u64, incidents as u64);
    match language {
        Language::English => format!(
            "{} from {}, in {}: {by_severity}",
            counted(alerts, "alert", "alerts"),
            counted(rules, "rule", "rules"),
            counted(incidents, "incident", "incidents")
        ),
        Language::Italian => format!(
            "{} da {}, in {}: {by_severity}",
            counted(alerts, "segnalazione", "segnalazioni"),
            counted(rules, "regola", "regole"),
            counted(incidents, "incidente", "incidenti")
        ),
    }
}

/// Rules that ran and could not have rung.
fn blind(coverage: &[RuleCoverage]) -> Vec<&RuleCoverage> {
    coverage.iter().filter(|rule| matches!(rule.status, Status::Blind { .. })).collect()
}

/// `NT-05 (rete/dhcpd 1 d 3 h / 14 d)`: a rule that is learning, about which sources, and how far it is.
fn learning(rule: &RuleCoverage) -> Option<String> {
    let Status::Learning { sources, min_history_us, .. } = &rule.status else { return None };
    Some(format!("{} ({})", rule.rule_id, watched(sources, *min_history_us, " / ")))
}

/// For how long each of some sources was watched, of how long that must be.
fn watched(sources: &[LearningSource], min_history_us: i64, of: &str) -> String {
    let least = moment::length(min_history_us);
    let one = |LearningSource { source, watched_us }: &LearningSource| {
        format!("{source} {}{of}{least}", moment::length(*watched_us))
    };
    let more = (sources.len() > LEARNING_MAX).then(|| "…".to_owned());
    sources.iter().take(LEARNING_MAX).map(one).chain(more).collect::<Vec<String>>().join(", ")
}

/// Rules that failed while they ran, and why.
pub fn failed(coverage: &[RuleCoverage]) -> impl Iterator<Item = (&str, &str)> {
    coverage.iter().filter_map(|rule| match &rule.status {
        Status::Failed(reason) => Some((rule.rule_id.as_str(), reason.as_str())),
        _ => None,
    })
}

/// Rules that were to run: those that did, and those that a setting or an empty list kept from it.
pub fn rules_asked(scanned: &Scanned) -> usize {
    let kept = |rule: &&RuleCoverage| matches!(rule.status, Status::ListEmpty(_) | Status::Disabled(_));
    scanned.rules_running + scanned.findings.coverage.iter().filter(kept).count()
}

/// Every rule that could not have rung, with the reason, in Italian for the report.
pub fn not_fed(coverage: &[RuleCoverage], loaded: &Loaded) -> Vec<BlindRule> {
    let reason = |status: &Status| match status {
        Status::Fed => None,
        Status::Blind { classes, columns } if columns.is_empty() => {
            Some(format!("nessun evento di classe {}", classes.join(", ")))
        }
        Status::Blind { columns, .. } => Some(format!("mai valorizzate: {}", columns.join(", "))),
        Status::Learning { is_silent: false, .. } => None,
        Status::Learning { sources, min_history_us, .. } => Some(format!(
            "impara che cosa è abituale: ha visto {}",
            watched(sources, *min_history_us, " su ")
        )),
        Status::ListEmpty(list) => Some(format!("elenco «{list}» vuoto")),
        Status::Disabled(why) => Some(format!("spenta: {}", why.it)),
        Status::Failed(reason) => Some(format!("interrotta: {reason}")),
    };
    coverage
        .iter()
        .filter_map(|rule| {
            let title = loaded.cards.get(&rule.rule_id).map(|card| card.title_it.clone());
            let reason = reason(&rule.status)?;
            Some(BlindRule { id: rule.rule_id.clone(), title: title.unwrap_or_default(), reason })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use detect::coverage::SourceName;

    use super::*;

    #[test]
    fn a_scan_without_alerts_says_so_in_words() {
        assert_eq!(rang(&[], 0, 33, Language::English), "no alert: 33 rules ran and none rang");
        assert!(rang(&[], 0, 33, Language::Italian).starts_with("nessuna segnalazione"));
    }

    #[test]
    fn a_rule_that_learns_names_the_sources_and_how_long_each_was_watched() {
        let source = |name: &str, days: i64| {
            let [tenant, source, format] = ["default", name, "dhcpd"].map(str::to_owned);
            LearningSource {
                source: SourceName { tenant, source, format },
                watched_us: days * moment::DAY_US,
            }
        };
        let of = |sources: Vec<LearningSource>| {
            let status = Status::Learning { sources, min_history_us: 14 * moment::DAY_US, is_silent: true };
            learning(&RuleCoverage { rule_id: "NT-05".to_owned(), status }).unwrap()
        };
        assert_eq!(
            of(vec![source("a", 3), source("b", 1)]),
            "NT-05 (a/dhcpd 3 d / 14 d, b/dhcpd 1 d / 14 d)"
        );
        let many = ["a", "b", "c", "d"].map(|name| source(name, 1));
        assert!(of(many.to_vec()).ends_with("c/dhcpd 1 d / 14 d, …)"));
    }
}
