//! Incidents as Arrow rows, for the table `incidents`.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, ListBuilder, StringArray, StringBuilder, StructBuilder, TimestampMicrosecondArray,
    TimestampMicrosecondBuilder, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use schema::Step;

use crate::told::Known;

/// One row an incident, whole.
pub fn incidents(known: &[&Known]) -> Result<RecordBatch, ArrowError> {
    let text = |of: fn(&Known) -> &str| {
        Arc::new(StringArray::from_iter_values(known.iter().map(|known| of(known)))) as ArrayRef
    };
    let time = |of: fn(&Known) -> i64| {
        let times = TimestampMicrosecondArray::from_iter_values(known.iter().map(|known| of(known)));
        Arc::new(times.with_timezone("UTC")) as ArrayRef
    };
    let counts = UInt64Array::from_iter_values(known.iter().map(|known| known.incident.alerts));
    RecordBatch::try_from_iter([
        ("id", text(|known| &known.incident.id)),
        ("tenant", text(|known| &known.incident.tenant)),
        ("severity", text(|known| known.incident.severity.name())),
        ("title", text(|known| &known.incident.title)),
        ("title_it", text(|known| &known.incident.title_it)),
        ("first", time(|known| known.incident.first_us)),
        ("last", time(|known| known.incident.last_us)),
        ("alerts", Arc::new(counts) as ArrayRef),
        ("rules", texts(known.iter().map(|known| &known.incident.rules))),
        ("chains", texts(known.iter().map(|known| &known.incident.chains))),
        ("links", texts(known.iter().map(|known| &known.incident.links))),
        ("steps", steps(known)?),
        ("response_it", texts(known.iter().map(|known| &known.incident.response_it))),
        ("opened", time(|known| known.opened_us)),
        ("told", time(|known| known.told_us)),
    ])
}

fn texts<'k, T: IntoIterator<Item = &'k String>>(lists: impl Iterator<Item = T>) -> ArrayRef {
    let mut rows = ListBuilder::new(StringBuilder::new());
    for list in lists {
        list.into_iter().for_each(|text| rows.values().append_value(text));
        rows.append(true);
    }
    Arc::new(rows.finish())
}

fn steps(known: &[&Known]) -> Result<ArrayRef, ArrowError> {
    let text = |name: &str, is_nullable: bool| Field::new(name, DataType::Utf8, is_nullable);
    let fields = Fields::from(vec![
        Field::new("rang", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), false),
        text("rule_id", false),
        text("title", false),
        text("title_it", false),
        text("severity", false),
        text("tactic", true),
        text("alert", false),
    ]);
    let steps = StructBuilder::from_fields(fields.clone(), 0);
    let mut rows = ListBuilder::new(steps).with_field(Field::new("item", DataType::Struct(fields), false));
    for known in known {
        known.incident.steps.iter().try_for_each(|step| push_step(rows.values(), step))?;
        rows.append(true);
    }
    Ok(Arc::new(rows.finish()))
}

fn push_step(rows: &mut StructBuilder, step: &Step) -> Result<(), ArrowError> {
    let missing = || ArrowError::SchemaError("a step has seven columns".to_owned());
    rows.field_builder::<TimestampMicrosecondBuilder>(0).ok_or_else(missing)?.append_value(step.rang_us);
    let texts = [
        Some(&*step.rule_id),
        Some(&*step.title),
        Some(&*step.title_it),
        Some(step.severity.name()),
        step.tactic.as_deref(),
        Some(&*step.alert),
    ];
    for (at, text) in texts.into_iter().enumerate() {
        rows.field_builder::<StringBuilder>(at + 1).ok_or_else(missing)?.append_option(text);
    }
    rows.append(true);
    Ok(())
}
