//! A retro-hunt: which stored events name something that is on a list of indicators.
//!
//! Must not know: schedules, where alerts go.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use arrow::record_batch::RecordBatch;
use detect::{Rule, pack};
use schema::{Alert, Column, Place, Provenance, Severity};
use sha2::{Digest, Sha256};

use super::work::Span;
use crate::exit::{Failure, Result};

/// What indicators are about.
const COLUMNS: [Column; 8] = [
    Column::SourceIp,
    Column::DestinationIp,
    Column::DestinationDomain,
    Column::UrlDomain,
    Column::DnsQuestionName,
    Column::FileHashSha256,
    Column::EmailFrom,
    Column::UserName,
];

/// The rule that its alerts are of.
const RULE_ID: &str = "CH-05";

/// The same, from those in the binary.
pub fn rule() -> Result<Rule> {
    let rule = pack::builtin().0.into_iter().find(|rule| rule.id == RULE_ID);
    rule.ok_or_else(|| Failure::internal(format!("the rule {RULE_ID} is not in the binary")))
}

/// The query: a row for each tenant, column and value.
pub fn query(list: &str, span: Span) -> String {
    let list = list.replace('\'', "''");
    let parts = COLUMNS.map(|column| {
        let name = column.name();
        format!(
            "SELECT tenant, '{name}' AS field, {name} AS value, min(timestamp) AS first, max(timestamp) AS last, \
             count(*) AS events, min(collector) AS collector, min(seq) AS first_seq, max(seq) AS last_seq \
             FROM events WHERE {} AND in_list({name}, '{list}') GROUP BY tenant, {name}",
            span.condition()
        )
    });
    format!("{} ORDER BY tenant, field, value", parts.join(" UNION ALL "))
}

/// An alert a row.
pub fn alerts(rows: &RecordBatch, rule: &Rule, severity: Severity) -> Result<Vec<Alert>> {
    let column = |name: &str, kind: &DataType| {
        let column = rows.column_by_name(name);
        let column = column.ok_or_else(|| Failure::internal(format!("a hunt without the column {name}")))?;
        Ok::<_, Failure>(cast(column, kind)?)
    };
    let texts = |name: &str| column(name, &DataType::Utf8);
    let numbers = |name: &str| column(name, &DataType::Int64);
    let (tenants, fields, values, collectors) =
        (texts("tenant")?, texts("field")?, texts("value")?, texts("collector")?);
    let (firsts, lasts, counts) = (numbers("first")?, numbers("last")?, numbers("events")?);
    let (first_seqs, last_seqs) = (numbers("first_seq")?, numbers("last_seq")?);
    let text = |array: &dyn Array, row: usize| array.as_string::<i32>().value(row).to_owned();
    let number = |array: &dyn Array, row: usize| array.as_primitive::<Int64Type>().value(row);
    let alerts = (0..rows.num_rows()).map(|row| {
        let (tenant, field, value) = (text(&tenants, row), text(&fields, row), text(&values, row));
        let (first_us, last_us) = (number(&firsts, row), number(&lasts, row));
        let count = number(&counts, row) as u64;
        let mut seqs = vec![number(&first_seqs, row), number(&last_seqs, row)];
        seqs.dedup();
        let place = |seq: &i64| Place { file: text(&collectors, row).into(), line: *seq as u64 };
        Alert {
            id: id(&[RULE_ID, &tenant, &field, &value, &first_us.to_string()]),
            rule_id: rule.id.clone(),
            rule_title: rule.title.en.clone(),
            rule_title_it: rule.title.it.clone(),
            severity,
            tenant,
            entities: BTreeMap::from([(field, value)]),
            first_us,
            last_us,
            rang_us: last_us,
            count,
            evidence: seqs.iter().map(place).collect(),
            evidence_truncated: count > seqs.len() as u64,
            incident: None,
            provenance: Provenance { rule_sha256: rule.sha256.clone(), ..Provenance::default() },
        }
    });
    Ok(alerts.collect())
}

/// A key of these parts.
pub fn id(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\0").as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
