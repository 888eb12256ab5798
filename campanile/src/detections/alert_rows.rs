//! Alerts and matches as Arrow rows, so that every output format comes from one place.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Int64Array, ListBuilder, MapBuilder, StringArray, StringBuilder, StructBuilder,
    TimestampMicrosecondArray, UInt64Array, UInt64Builder,
};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use detect::engine::Match;
use jiff::tz::TimeZone;
use schema::{Alert, Place};

use crate::language::Language;
use crate::moment;

/// One row an alert, whole.
pub fn alerts(alerts: &[Alert]) -> Result<RecordBatch, ArrowError> {
    let text =
        |of: fn(&Alert) -> &str| Arc::new(StringArray::from_iter_values(alerts.iter().map(of))) as ArrayRef;
    let time = |of: fn(&Alert) -> i64| {
        let times = TimestampMicrosecondArray::from_iter_values(alerts.iter().map(of));
        Arc::new(times.with_timezone("UTC")) as ArrayRef
    };
    let counts = UInt64Array::from_iter_values(alerts.iter().map(|alert| alert.count));
    let incidents = StringArray::from_iter(alerts.iter().map(|alert| alert.incident.as_deref()));
    // Null unless it was cut, so that it is absent from the objects of most alerts.
    let mut truncated = BooleanBuilder::new();
    for alert in alerts {
        truncated.append_option(alert.evidence_truncated.then_some(true));
    }
    let columns = [
        ("rule_id", text(|alert| &alert.rule_id), false),
        ("rule_title", text(|alert| &alert.rule_title), false),
        ("rule_title_it", text(|alert| &alert.rule_title_it), false),
        ("severity", text(|alert| alert.severity.name()), false),
        ("entities", entities(alerts)?, false),
        ("first", time(|alert| alert.first_us), false),
        ("last", time(|alert| alert.last_us), false),
        ("rang", time(|alert| alert.rang_us), false),
        ("count", Arc::new(counts) as ArrayRef, false),
        ("evidence", evidence(alerts)?, false),
        ("evidence_truncated", Arc::new(truncated.finish()) as ArrayRef, true),
        ("incident", Arc::new(incidents) as ArrayRef, true),
        ("id", text(|alert| &alert.id), false),
        ("rule_sha256", text(|alert| &alert.provenance.rule_sha256), false),
    ];
    RecordBatch::try_from_iter_with_nullable(columns)
}

fn entities(alerts: &[Alert]) -> Result<ArrayRef, ArrowError> {
    let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for alert in alerts {
        for (column, value) in &alert.entities {
            map.keys().append_value(column);
            map.values().append_value(value);
        }
        map.append(true)?;
    }
    Ok(Arc::new(map.finish()))
}

fn evidence(alerts: &[Alert]) -> Result<ArrayRef, ArrowError> {
    let fields = Fields::from(vec![
        Field::new("file", DataType::Utf8, false),
        Field::new("line", DataType::UInt64, false),
    ]);
    let places = StructBuilder::from_fields(fields.clone(), 0);
    let mut list = ListBuilder::new(places).with_field(Field::new("item", DataType::Struct(fields), false));
    for alert in alerts {
        for place in &alert.evidence {
            push_place(list.values(), place)?;
        }
        list.append(true);
    }
    Ok(Arc::new(list.finish()))
}

fn push_place(places: &mut StructBuilder, place: &Place) -> Result<(), ArrowError> {
    let missing = || ArrowError::SchemaError("a place has two columns".to_owned());
    places.field_builder::<StringBuilder>(0).ok_or_else(missing)?.append_value(&*place.file);
    places.field_builder::<UInt64Builder>(1).ok_or_else(missing)?.append_value(place.line);
    places.append(true);
    Ok(())
}

/// One row an alert, for people.
pub fn alerts_shown(
    alerts: &[Alert],
    zone: &TimeZone,
    language: Language,
) -> Result<RecordBatch, ArrowError> {
    let text = |of: &dyn Fn(&Alert) -> String| {
        Arc::new(StringArray::from_iter_values(alerts.iter().map(of))) as ArrayRef
    };
    let severity = |alert: &Alert| language.pick(alert.severity.name(), alert.severity.name_it()).to_owned();
    let title = |alert: &Alert| language.pick(&alert.rule_title, &alert.rule_title_it).clone();
    let counts = UInt64Array::from_iter_values(alerts.iter().map(|alert| alert.count));
    let first_place = |alert: &Alert| {
        alert.evidence.first().map(|place| format!("{}:{}", place.file, place.line)).unwrap_or_default()
    };
    RecordBatch::try_from_iter([
        ("severity", text(&severity)),
        ("first", text(&|alert| moment::local(alert.first_us, zone))),
        ("rule", text(&|alert| alert.rule_id.clone())),
        ("what", text(&title)),
        ("who", text(&entities_shown)),
        ("count", Arc::new(counts) as ArrayRef),
        ("evidence", text(&first_place)),
    ])
}

/// `source_ip=203.0.113.9 user_name=root`
pub fn entities_shown(alert: &Alert) -> String {
    let pairs = alert.entities.iter().map(|(column, value)| format!("{column}={value}"));
    pairs.collect::<Vec<String>>().join(" ")
}

/// Schema of [`matches()`].
pub fn matches_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("rule_id", DataType::Utf8, false),
        Field::new("file", DataType::Utf8, false),
        Field::new("line", DataType::Int64, false),
    ]))
}

/// One row a single-event match.
pub fn matches(matches: &[Match]) -> Result<RecordBatch, ArrowError> {
    let rules = StringArray::from_iter_values(matches.iter().map(|matched| &*matched.rule_id));
    let files = StringArray::from_iter_values(matches.iter().map(|matched| &*matched.place.file));
    let line = |matched: &Match| i64::try_from(matched.place.line).unwrap_or(i64::MAX);
    let lines = Int64Array::from_iter_values(matches.iter().map(line));
    RecordBatch::try_new(matches_schema(), vec![Arc::new(rules), Arc::new(files), Arc::new(lines)])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schema::{Provenance, Severity};

    use super::*;
    use crate::output::json_cell::{named, push_members};

    #[test]
    fn an_alert_becomes_the_object_that_scripts_rely_on() {
        let alert = Alert {
            id: "1f".into(),
            rule_id: "AC-01".into(),
            rule_title: "Guessing".into(),
            rule_title_it: "Tentativi".into(),
            severity: Severity::High,
            tenant: "default".into(),
            entities: BTreeMap::from([("source_ip".into(), "203.0.113.9".into())]),
            first_us: 0,
            last_us: 1,
            rang_us: 1,
            count: 20,
            evidence: vec![Place { file: "a.log".into(), line: 7 }],
            evidence_truncated: false,
            incident: None,
            provenance: Provenance::default(),
        };
        let rows = alerts(&[alert]).unwrap();
        let columns =
            named(rows.schema().fields().iter().map(|field| field.name().as_str()), rows.columns()).unwrap();
        let mut text = b"{".to_vec();
        push_members(&columns, 0, &mut text);
        text.push(b'}');
        let object: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(object["entities"]["source_ip"], "203.0.113.9");
        assert_eq!(object["evidence"], serde_json::json!([{"file": "a.log", "line": 7}]));
        assert_eq!(object["first"], "1970-01-01T00:00:00.000000Z");
        assert_eq!(object["count"], 20);
        assert!(object.get("evidence_truncated").is_none() && object.get("incident").is_none());
    }
}
