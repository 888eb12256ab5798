//! From runs to alerts: names, ids and order.
//!
//! Promises: the same runs give the same alerts in the same order. Must not know: how runs were found.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use schema::{Alert, Place, Provenance};
use sha2::{Digest, Sha256};

use super::detector::Detector;
use super::names::Names;
use super::run::Run;

/// The alert of a run.
pub(crate) fn alert(detector: &Detector, run: Run, names: &Names, parser_version: &str) -> Alert {
    let card = &detector.card;
    let tenant = names.get(run.tenant).to_string();
    let name_of = |position: usize| detector.layout.entities.get(position).map(|(name, _)| name.clone());
    let entities: BTreeMap<String, String> =
        run.entities.into_iter().filter_map(|(position, text)| Some((name_of(position)?, text))).collect();
    let places = run.evidence.places.iter();
    let mut evidence: Vec<Place> = places
        .map(|(collector, seq)| Place { file: names.get(*collector), line: u64::try_from(*seq).unwrap_or(0) })
        .collect();
    evidence.sort_unstable();
    evidence.dedup();
    Alert {
        id: alert_id(&card.id, card.version, &tenant, &entities, run.evidence.first_us),
        rule_id: card.id.to_string(),
        rule_title: card.title.clone(),
        rule_title_it: card.title_it.clone(),
        severity: card.severity,
        tenant,
        entities,
        first_us: run.evidence.first_us,
        last_us: run.evidence.last_us,
        rang_us: run.rang_us,
        count: run.evidence.count,
        evidence,
        evidence_truncated: run.evidence.truncated,
        incident: None,
        provenance: Provenance {
            rule_sha256: card.sha256.clone(),
            lists: card.lists.clone(),
            parser_version: parser_version.to_owned(),
        },
    }
}

/// The final key of an alert, 16 hex digits; each part is preceded by its length, so that no two lists of
/// parts are spelled alike.
pub(crate) fn alert_id(
    rule_id: &str,
    version: u32,
    tenant: &str,
    entities: &BTreeMap<String, String>,
    first_us: i64,
) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    part(rule_id);
    part(&version.to_string());
    part(tenant);
    for (name, value) in entities {
        part(name);
        part(value);
    }
    part(&first_us.to_string());
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Puts alerts in the order they are shown: by first event, rule, entities.
pub(crate) fn sort(alerts: &mut [Alert]) {
    alerts.sort_by(order);
}

/// The order of two alerts.
pub(crate) fn order(a: &Alert, b: &Alert) -> Ordering {
    let by_rule = a.first_us.cmp(&b.first_us).then_with(|| a.rule_id.cmp(&b.rule_id));
    by_rule.then_with(|| (&a.tenant, &a.entities, &a.id).cmp(&(&b.tenant, &b.entities, &b.id)))
}
