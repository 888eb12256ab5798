//! Files and row groups that cannot hold the words a query looks for in `message`.
//!
//! Promises: a row group is left out only when its filter proves that no message of it matches. Must not know: plans.

use datafusion::common::ScalarValue;
use datafusion::datasource::physical_plan::parquet::ParquetAccessPlan;
use datafusion::logical_expr::expr::Like;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use schema::Column;

use super::Inner;
use super::files::LakeFile;
use super::footers::footers;
use super::grams::{WORD_MIN, may_hold};
use super::parquet_file::grams_of;
use crate::error::Error;

/// The words that every matching message holds.
pub(super) fn words(filters: &[Expr]) -> Vec<String> {
    filters.iter().flat_map(words_of).filter(|word| word.len() >= WORD_MIN).collect()
}

fn words_of(filter: &Expr) -> Vec<String> {
    match filter {
        Expr::Like(Like { negated: false, expr, pattern, escape_char: None, case_insensitive })
            if is_message(expr) =>
        {
            let Some(pattern) = text(pattern) else { return Vec::new() };
            // An escaped wildcard is a letter, and not every letter has one lower case.
            if pattern.contains('\\') || (*case_insensitive && !pattern.is_ascii()) {
                return Vec::new();
            }
            pattern.split(['%', '_']).map(str::to_owned).collect()
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) if is_message(left) => {
            text(right).map(str::to_owned).into_iter().collect()
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => {
            words_of(left).into_iter().chain(words_of(right)).collect()
        }
        _ => Vec::new(),
    }
}

fn is_message(expr: &Expr) -> bool {
    matches!(expr, Expr::Column(column) if column.name == Column::Message.name())
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(
            ScalarValue::Utf8(text) | ScalarValue::Utf8View(text) | ScalarValue::LargeUtf8(text),
            _,
        ) => text.as_deref(),
        _ => None,
    }
}

/// The files that may hold all of `words`, each with the row groups to read.
pub(super) async fn holding(
    lake: &Inner,
    files: Vec<LakeFile>,
    words: &[String],
) -> Result<Vec<(LakeFile, Option<ParquetAccessPlan>)>, Error> {
    if words.is_empty() {
        return Ok(files.into_iter().map(|file| (file, None)).collect());
    }
    let store = lake.table.store();
    let mut holding = Vec::with_capacity(files.len());
    for (file, footer) in files.iter().zip(footers(&store, &files).await?) {
        let Some(places) = grams_of(&footer) else {
            holding.push((file.clone(), None));
            continue;
        };
        let filters = store.get_ranges(&file.path, &places).await;
        let filters = filters.map_err(Error::lake_file("read the filters of", file.path.as_ref()))?;
        let mut access = ParquetAccessPlan::new_none(filters.len());
        let mut is_held = false;
        for (group, filter) in filters.iter().enumerate() {
            if words.iter().all(|word| may_hold(filter, word)) {
                access.scan(group);
                is_held = true;
            }
        }
        if is_held {
            holding.push((file.clone(), Some(access)));
        }
    }
    Ok(holding)
}
