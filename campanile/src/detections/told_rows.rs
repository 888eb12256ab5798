//! Told alerts as Arrow rows, with what people say of them: the table `alerts`, and what commands show.

use std::sync::Arc;

use access::delivery::ToldAlert;
use arrow::array::{ArrayRef, BooleanArray, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use jiff::tz::TimeZone;
use schema::{Alert, Judgement};

use super::alert_rows;
use crate::language::Language;
use crate::told::Told;

/// One row an alert, whole.
pub fn alerts(rows: &[&ToldAlert], told: &Told) -> Result<RecordBatch, ArrowError> {
    let judgements: Vec<Option<&Judgement>> = rows.iter().map(|row| told.judgement(row)).collect();
    let times = |times: TimestampMicrosecondArray| Arc::new(times.with_timezone("UTC")) as ArrayRef;
    let judged = judgements.iter().map(|judgement| Some(judgement.as_ref()?.judged_us));
    let holds: Vec<bool> = rows.iter().map(|row| told.holds(row)).collect();
    let note = |judgement: &Judgement| judgement.note.clone();
    let more = [
        ("tenant", text(rows.iter().map(|row| Some(&*row.alert.tenant))), false),
        ("standing", text(rows.iter().map(|row| Some(&*row.standing))), false),
        ("holds", Arc::new(BooleanArray::from(holds)) as ArrayRef, false),
        ("supersedes", text(rows.iter().map(|row| row.supersedes.as_deref())), true),
        ("told", times(rows.iter().map(|row| Some(row.told_us)).collect()), false),
        ("verdict", text(judgements.iter().map(|judgement| Some(judgement.as_ref()?.verdict.name()))), true),
        ("judged_by", text(judgements.iter().map(|judgement| Some(&*judgement.as_ref()?.judged_by))), true),
        ("judged_at", times(judged.collect()), true),
        ("judged_note", text(judgements.iter().map(|judgement| note(judgement.as_ref()?))), true),
    ];
    beside(alert_rows::alerts(&whole(rows))?, more)
}

/// One row an alert, for people.
pub fn alerts_shown(
    rows: &[&ToldAlert],
    told: &Told,
    zone: &TimeZone,
    language: Language,
) -> Result<RecordBatch, ArrowError> {
    let verdict = |row: &&ToldAlert| Some(told.judgement(row)?.verdict.name());
    let more = [
        ("id", text(rows.iter().map(|row| Some(&*row.alert.id))), false),
        ("verdict", text(rows.iter().map(verdict)), true),
    ];
    beside(alert_rows::alerts_shown(&whole(rows), zone, language)?, more)
}

fn whole(rows: &[&ToldAlert]) -> Vec<Alert> {
    rows.iter().map(|row| row.alert.clone()).collect()
}

fn text<T: AsRef<str>>(texts: impl Iterator<Item = Option<T>>) -> ArrayRef {
    Arc::new(texts.collect::<StringArray>())
}

/// More columns beside the rows.
fn beside<const N: usize>(
    rows: RecordBatch,
    more: [(&str, ArrayRef, bool); N],
) -> Result<RecordBatch, ArrowError> {
    let (mut fields, mut arrays) = (rows.schema().fields().to_vec(), rows.columns().to_vec());
    for (name, array, is_nullable) in more {
        fields.push(Arc::new(Field::new(name, array.data_type().clone(), is_nullable)));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}
