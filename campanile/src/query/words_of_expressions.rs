//! The words that a regular expression cannot do without, asked for beside it.
//!
//! A text is searched for a word in less time than for an expression, and the lake leaves out row groups without it.
//!
//! Promises: the same rows. Must not know: tables.

use std::collections::HashSet;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema, ExprSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{Like, ScalarFunction};
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{BinaryExpr, Expr, Filter, LogicalPlan, Operator, lit};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use regex_syntax::hir::{Hir, HirKind};

/// A shorter word stands in too many texts.
const WORD_BYTES_MIN: usize = 3;
/// Most words of an expression that are asked for, the longest.
const WORDS_MAX: usize = 2;

/// The rule.
#[derive(Debug)]
pub(super) struct WordsOfExpressions;

impl OptimizerRule for WordsOfExpressions {
    fn name(&self) -> &str {
        "words_of_expressions"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(&self, plan: LogicalPlan, _: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Filter(filter) = &plan else { return Ok(Transformed::no(plan)) };
        let asked = split_conjunction_owned(filter.predicate.clone());
        let known: HashSet<&Expr> = asked.iter().collect();
        let schema = filter.input.schema();
        let more: Vec<Expr> = asked
            .iter()
            .flat_map(|asked| words(asked, schema))
            .filter(|word| !known.contains(word))
            .collect();
        let Some(predicate) = conjunction(more.iter().chain(&asked).cloned()).filter(|_| !more.is_empty())
        else {
            return Ok(Transformed::no(plan));
        };
        Ok(Transformed::yes(LogicalPlan::Filter(Filter::try_new(predicate, filter.input.clone())?)))
    }
}

/// That a column holds the words which the expression cannot do without that it is asked for.
fn words(asked: &Expr, schema: &DFSchema) -> Vec<Expr> {
    let (column, expression) = match asked {
        Expr::ScalarFunction(ScalarFunction { func, args }) if func.name() == "regexp_like" => {
            let [Expr::Column(column), Expr::Literal(expression, _)] = args.as_slice() else {
                return Vec::new();
            };
            (column, expression)
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::RegexMatch, right }) => {
            let (Expr::Column(column), Expr::Literal(expression, _)) = (&**left, &**right) else {
                return Vec::new();
            };
            (column, expression)
        }
        _ => return Vec::new(),
    };
    let Some(Some(expression)) = expression.try_as_str() else { return Vec::new() };
    let Ok(hir) = regex_syntax::parse(expression) else { return Vec::new() };
    let mut certain = Vec::new();
    gather(&hir, &mut certain);
    certain.sort_by_key(|word| std::cmp::Reverse(word.len()));
    certain.dedup();
    certain.truncate(WORDS_MAX);
    certain.iter().filter_map(|word| holds(column, word, schema)).collect()
}

/// Adds the words that stand in every text in which the expression is found.
fn gather(hir: &Hir, certain: &mut Vec<String>) {
    match hir.kind() {
        HirKind::Literal(literal) => {
            // What LIKE reads otherwise parts words.
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            let words = text.split(['%', '_', '\\']).filter(|word| word.len() >= WORD_BYTES_MIN);
            certain.extend(words.map(str::to_owned));
        }
        HirKind::Capture(capture) => gather(&capture.sub, certain),
        HirKind::Repetition(repetition) if repetition.min > 0 => gather(&repetition.sub, certain),
        HirKind::Concat(parts) => parts.iter().for_each(|part| gather(part, certain)),
        _ => {}
    }
}

/// None for a column that is no text. Both sides are of one type: this rule comes behind the one that sees to that.
fn holds(column: &Column, word: &str, schema: &DFSchema) -> Option<Expr> {
    let pattern = Some(format!("%{word}%"));
    let pattern = match schema.field_from_column(column).ok()?.data_type() {
        DataType::Utf8View => ScalarValue::Utf8View(pattern),
        DataType::Utf8 => ScalarValue::Utf8(pattern),
        _ => return None,
    };
    let (column, pattern) = (Box::new(Expr::Column(column.clone())), Box::new(lit(pattern)));
    Some(Expr::Like(Like::new(false, column, pattern, None, false)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, StringViewArray};
    use arrow::datatypes::{Field, Schema};
    use arrow::util::pretty::pretty_format_batches;
    use datafusion::prelude::SessionContext;
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn certain(expression: &str) -> Vec<String> {
        let mut certain = Vec::new();
        gather(&regex_syntax::parse(expression).unwrap(), &mut certain);
        certain
    }

    #[test]
    fn words_outside_of_choices_are_certain() {
        assert_eq!(certain(r"pratica [0-9]*777[0-9]* .*(rossi|verdi)"), ["pratica ", "777"]);
        assert_eq!(certain(r"(abc)+x?(defg)"), ["abc", "defg"]);
        assert_eq!(certain(r"100% sure_thing"), ["100", " sure", "thing"]);
        for expression in ["(?i)login", "abc|def", "(abc)?", "ab", r"\w+", "(abc)*"] {
            assert_eq!(certain(expression), Vec::<String>::new(), "{expression}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_found_without_them(
            expression in r"((abc|\(abb\)\+|\(bca\)\?|\.\*|c\+|\(ab\|bca\)|a_b%c|ü\+|\[ab\]){0,5})",
            text in "[abcü%_]{0,12}",
        ) {
            if Regex::new(&expression).unwrap().is_match(&text) {
                for word in certain(&expression) {
                    prop_assert!(text.contains(&word), "{word}");
                }
            }
        }
    }

    #[tokio::test]
    async fn a_query_has_the_same_rows_and_asks_for_words_once() {
        let texts = ["pratica 17770 per rossi", "pratica 1 per rossi", "7770 pratica", "PRATICA 777 rossi"];
        let all = || texts.into_iter().map(Some).chain([None]);
        let columns: [ArrayRef; 2] =
            [Arc::new(StringViewArray::from_iter(all())), Arc::new(StringArray::from_iter(all()))];
        for column in columns {
            let field = Field::new("message", column.data_type().clone(), true);
            let rows = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![column]).unwrap();
            same_rows(&rows).await;
        }
    }

    async fn same_rows(rows: &RecordBatch) {
        for (expression, is_asked) in [("pratica [0-9]*777[0-9]* .*(rossi|verdi)", 2), ("(?i)pratica 7+", 0)]
        {
            let mut answers = Vec::new();
            for rules in 0..2 {
                let context = SessionContext::new();
                (0..rules).for_each(|_| context.add_optimizer_rule(Arc::new(WordsOfExpressions)));
                context.register_batch("events", rows.clone()).unwrap();
                let query = format!("SELECT message FROM events WHERE regexp_like(message, '{expression}')");
                let plan = context.sql(&query).await.unwrap().into_optimized_plan().unwrap().to_string();
                let filter =
                    plan.lines().find(|line| line.trim_start().starts_with("Filter:")).unwrap().to_owned();
                assert_eq!(filter.matches(" LIKE ").count(), rules * is_asked, "{filter}");
                let found = context.sql(&query).await.unwrap().collect().await.unwrap();
                answers.push(pretty_format_batches(&found).unwrap().to_string());
            }
            assert_eq!(answers.first(), answers.last(), "{expression}");
        }
    }
}
