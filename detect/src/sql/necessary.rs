//! Equalities that every row of a rule must satisfy: found in its WHERE, so that most rules are done with
//! most batches before anything is computed.
//!
//! Promises: a need and what is left of WHERE are together what WHERE was; cheap conditions come before dear
//! ones. Must not know: batches.

use std::collections::BTreeSet;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use super::Input;

/// A row's `input` must be one of `values`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Need {
    pub input: Input,
    pub values: BTreeSet<String>,
}

/// A column by name and the texts one of which it must be.
type Equality = (String, BTreeSet<String>);

/// Splits WHERE into needs and the conditions that are left, cheap ones first. `input` names the source of a text column.
pub(super) fn split(filter: Expr, input: impl Fn(&str) -> Option<Input>) -> (Vec<Need>, Vec<Expr>) {
    let (mut needs, mut rest) = (Vec::new(), Vec::new());
    for conjunct in split_conjunction_owned(filter) {
        let implied = implied(&conjunct);
        // What says no more than its one equality is wholly covered by the need.
        let is_covered = equality(&conjunct).is_some_and(|(column, _)| input(&column).is_some());
        needs.extend(
            implied.into_iter().filter_map(|(column, values)| Some(Need { input: input(&column)?, values })),
        );
        if !is_covered {
            rest.push(conjunct);
        }
    }
    rest.sort_by_key(cost);
    (needs, rest)
}

/// How dear a condition is: comparisons first, then LIKE, then functions.
fn cost(expr: &Expr) -> u32 {
    let mut cost = 0;
    let walk = expr.apply(|part| {
        cost += match part {
            Expr::Like(_) => 10,
            Expr::ScalarFunction(_) => 100,
            Expr::BinaryExpr(BinaryExpr { op: Operator::RegexMatch | Operator::RegexIMatch, .. }) => 100,
            _ => 0,
        };
        Ok(TreeNodeRecursion::Continue)
    });
    walk.map_or(0, |_| cost)
}

/// Every equality that holds when `expr` does: those of all parts of an AND, and of an OR those columns
/// that each side restricts.
fn implied(expr: &Expr) -> Vec<Equality> {
    if let Some(found) = equality(expr) {
        return vec![found];
    }
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expr else { return Vec::new() };
    let (mut left, right) = match op {
        Operator::And | Operator::Or => (implied(left), implied(right)),
        _ => return Vec::new(),
    };
    if *op == Operator::And {
        left.extend(right);
        return left;
    }
    let both = left.into_iter().filter_map(|(column, mut values)| {
        let (_, more) = right.iter().find(|(other, _)| *other == column)?;
        values.extend(more.iter().cloned());
        Some((column, values))
    });
    both.collect()
}

/// The column and texts of `c = 'a'`, `c IN ('a', 'b')` or `c = 'a' OR c = 'b'`.
fn equality(expr: &Expr) -> Option<Equality> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
            let (column, text) = column_and_text(left, right).or_else(|| column_and_text(right, left))?;
            Some((column, BTreeSet::from([text])))
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
            let ((a, mut values), (b, more)) = (equality(left)?, equality(right)?);
            values.extend(more);
            (a == b).then_some((a, values))
        }
        Expr::InList(list) if !list.negated => {
            let Expr::Column(column) = &*list.expr else { return None };
            let values = list.list.iter().map(text).collect::<Option<BTreeSet<_>>>()?;
            Some((column.name.clone(), values))
        }
        _ => None,
    }
}

fn column_and_text(column: &Expr, literal: &Expr) -> Option<(String, String)> {
    let Expr::Column(column) = column else { return None };
    Some((column.name.clone(), text(literal)?))
}

fn text(literal: &Expr) -> Option<String> {
    match literal {
        Expr::Literal(value, _) => value.try_as_str().flatten().map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::logical_expr::{col, lit};
    use schema::Column;

    fn needs(expr: Expr) -> (Vec<(String, Vec<String>)>, bool) {
        let (needs, rest) = split(expr, |name| Column::by_name(name).map(Input::Column));
        let shown = needs.into_iter().map(|n| (n.input.to_string(), n.values.into_iter().collect()));
        (shown.collect(), !rest.is_empty())
    }

    #[test]
    fn equalities_are_needs_and_leave_nothing() {
        let expr =
            col("class").eq(lit("web")).and(col("event_action").in_list(vec![lit("a"), lit("b")], false));
        let (needs, has_rest) = needs(expr);
        assert_eq!(needs[0], ("class".into(), vec!["web".into()]));
        assert_eq!(needs[1], ("event_action".into(), vec!["a".into(), "b".into()]));
        assert!(!has_rest);
    }

    #[test]
    fn both_sides_of_an_or_must_restrict_a_column_for_a_need() {
        let left = col("event_action").eq(lit("a")).and(col("user_name").is_not_null());
        let right = col("event_action").eq(lit("b")).and(col("host_name").eq(lit("h")));
        let (found, has_rest) = needs(left.clone().or(right));
        assert_eq!(found, [("event_action".to_owned(), vec!["a".to_owned(), "b".to_owned()])]);
        assert!(has_rest, "an implied need does not replace its condition");
        assert_eq!(needs(left.or(col("user_name").is_null())).0, []);
    }

    #[test]
    fn inequalities_are_no_needs() {
        let expr = col("class").not_eq(lit("web")).and(col("event_action").in_list(vec![lit("a")], true));
        assert_eq!(needs(expr), (vec![], true));
    }
}
