//! The order of rows in a file: a tenant's hours one after the other, and within an hour what is worded alike.
//!
//! Lines of one format and host next to one another pack a third smaller than lines as they came, and cost less to pack; hours
//! keep times findable by the statistics of row groups and pages (ADR 0020).
//!
//! Promises: one order for files that are written and files that are joined. Must not know: files.

use std::sync::Arc;

use arrow::array::{Array, StringViewArray};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Schema};
use datafusion::common::{DataFusionError, HashMap, ScalarValue};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, CastExpr, col, lit};
use datafusion::physical_expr::{LexOrdering, PhysicalExpr, PhysicalSortExpr};
use schema::{Column, EventBatch};

/// Microseconds of an hour.
const HOUR_US: i64 = 3_600_000_000;

/// The hour of a time, as the order has it.
pub(super) fn hour_of(timestamp_us: i64) -> i64 {
    timestamp_us / HOUR_US
}

/// The order over a schema that has the columns.
pub(super) fn ordering(schema: &Schema) -> Result<LexOrdering, DataFusionError> {
    let column = |column: Column| match schema.index_of(column.name()) {
        Ok(_) => col(column.name(), schema),
        // What no file has is null in all of them.
        Err(_) => Ok(lit(ScalarValue::Utf8View(None))),
    };
    let time: Arc<dyn PhysicalExpr> =
        Arc::new(CastExpr::new(column(Column::Timestamp)?, DataType::Int64, None));
    let by: [Arc<dyn PhysicalExpr>; 7] = [
        column(Column::Tenant)?,
        Arc::new(BinaryExpr::new(time, Operator::Divide, lit(HOUR_US))),
        column(Column::Format)?,
        column(Column::HostName)?,
        column(Column::Timestamp)?,
        column(Column::Seq)?,
        column(Column::Sub)?,
    ];
    let options = SortOptions { descending: false, nulls_first: true };
    LexOrdering::new(by.map(|expr| PhysicalSortExpr::new(expr, options)))
        .ok_or_else(|| DataFusionError::Plan("an order of nothing".to_owned()))
}

/// Rows that are worded alike: those of one format and host.
#[derive(Default)]
pub(super) struct Likenesses<'b> {
    numbers: HashMap<(&'b str, Option<&'b str>), u32>,
}

/// A batch's columns that say which rows are alike.
pub(super) struct Wording<'b> {
    format: &'b StringViewArray,
    host: &'b StringViewArray,
    /// The row that was asked for last.
    last: Option<(Alike, u32)>,
}

/// Equal for rows of one batch that are alike, but not only for them.
type Alike = (u128, Option<u128>);

impl<'b> Wording<'b> {
    pub(super) fn of(batch: &'b EventBatch) -> Option<Wording<'b>> {
        let (format, host) = (batch.texts(Column::Format)?, batch.texts(Column::HostName)?);
        Some(Wording { format, host, last: None })
    }
}

impl<'b> Likenesses<'b> {
    /// The number of a row's likeness.
    pub(super) fn number(&mut self, wording: &mut Wording<'b>, row: usize) -> u32 {
        let (format, host) = (wording.format, wording.host);
        let view =
            |texts: &StringViewArray| texts.is_valid(row).then(|| texts.views().get(row).copied()).flatten();
        let alike = (view(format).unwrap_or_default(), view(host));
        if let Some((_, number)) = wording.last.filter(|(last, _)| *last == alike) {
            return number;
        }
        let next = self.numbers.len() as u32;
        let host = host.is_valid(row).then(|| host.value(row));
        let number = *self.numbers.entry((format.value(row), host)).or_insert(next);
        wording.last = Some((alike, number));
        number
    }

    /// The place of each number in the order.
    pub(super) fn ranks(self) -> Vec<u32> {
        let mut by_text: Vec<_> = self.numbers.into_iter().collect();
        by_text.sort_unstable();
        let mut ranks = vec![0; by_text.len()];
        for (rank, (_, number)) in (0..).zip(by_text) {
            if let Some(place) = ranks.get_mut(number as usize) {
                *place = rank;
            }
        }
        ranks
    }
}
