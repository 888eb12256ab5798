//! `count(*)` beside `count(DISTINCT x)`, as a sum of ones.
//!
//! The standard rule counts distinct values in two groupings, the first by the value as well, instead of a set for each
//! group; but only where nothing else stands beside it than sums, least and greatest values.
//!
//! Promises: the same answer, under the same names. Must not know: tables.

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::functions_aggregate::expr_fn::sum;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, Projection, lit};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// The rule.
#[derive(Debug)]
pub(super) struct CountBesideDistinct;

impl OptimizerRule for CountBesideDistinct {
    fn name(&self) -> &str {
        "count_beside_distinct"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(&self, plan: LogicalPlan, _: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        match plan {
            LogicalPlan::Aggregate(counted) if is_meant(&counted) => summed(counted).map(Transformed::yes),
            plan => Ok(Transformed::no(plan)),
        }
    }
}

/// True when the rows of each group are counted once, beside distinct values. Without keys there may be a group without rows,
/// of which the sum is unknown and not zero.
fn is_meant(aggregate: &Aggregate) -> bool {
    let ones = one_each();
    !aggregate.group_expr.is_empty()
        && !matches!(aggregate.group_expr.first(), Some(Expr::GroupingSet(_)))
        && aggregate.aggr_expr.iter().filter(|expr| is_count_of_rows(expr)).count() == 1
        && aggregate.aggr_expr.iter().any(is_distinct)
        && !aggregate.aggr_expr.contains(&ones)
}

fn is_distinct(expr: &Expr) -> bool {
    matches!(expr, Expr::AggregateFunction(AggregateFunction { params, .. }) if params.distinct)
}

/// `count(*)`, of which the planner makes the count of a constant.
fn is_count_of_rows(expr: &Expr) -> bool {
    let Expr::AggregateFunction(AggregateFunction { func, params }) = expr else { return false };
    func.name() == "count"
        && !params.distinct
        && params.filter.is_none()
        && params.order_by.is_empty()
        && matches!(params.args.as_slice(), [Expr::Literal(value, _)] if !value.is_null())
}

fn one_each() -> Expr {
    sum(lit(1_i64))
}

/// The same with a sum for the count, projected to the names it had.
fn summed(counted: Aggregate) -> Result<LogicalPlan> {
    let Aggregate { input, group_expr, aggr_expr, schema, .. } = counted;
    let aggr_expr =
        aggr_expr.into_iter().map(|expr| if is_count_of_rows(&expr) { one_each() } else { expr }).collect();
    let summed = Aggregate::try_new(input, group_expr, aggr_expr)?;
    let named = summed.schema.columns().into_iter().zip(schema.iter()).map(|(column, (qualifier, field))| {
        if column.name == *field.name() {
            Expr::Column(column)
        } else {
            Expr::Column(column).alias_qualified(qualifier.cloned(), field.name())
        }
    });
    let named = named.collect();
    Ok(LogicalPlan::Projection(Projection::try_new(named, LogicalPlan::Aggregate(summed).into())?))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::util::pretty::pretty_format_batches;
    use datafusion::prelude::SessionContext;

    use super::*;

    const ROWS: &str =
        "(VALUES ('a', 1, 5), ('a', 1, 6), ('a', 2, NULL), ('b', NULL, 1), (NULL, 3, 2)) AS rows(k, x, y)";

    /// The rows of a query with the rule and without, and the plan with it.
    async fn both(query: &str) -> (String, String, String) {
        let (with, without) = (SessionContext::new(), SessionContext::new());
        with.add_optimizer_rule(Arc::new(CountBesideDistinct));
        let answer = async |context: &SessionContext| {
            let rows = context.sql(query).await.unwrap().collect().await.unwrap();
            pretty_format_batches(&rows).unwrap().to_string()
        };
        let plan = with.sql(query).await.unwrap().into_optimized_plan().unwrap();
        (answer(&with).await, answer(&without).await, plan.to_string())
    }

    #[tokio::test]
    async fn rows_and_distinct_values_are_counted_in_two_groupings() {
        let query = format!(
            "SELECT k, count(*) AS n, count(DISTINCT x) AS xs, min(y), sum(y) FROM {ROWS} \
             GROUP BY k HAVING count(*) >= 1 ORDER BY k"
        );
        let (with, without, plan) = both(&query).await;
        assert_eq!(with, without);
        assert_eq!(plan.matches("Aggregate:").count(), 2, "{plan}");
        assert!(!plan.contains("DISTINCT"), "{plan}");
    }

    #[tokio::test]
    async fn what_the_sum_would_not_answer_stays_as_it_is() {
        for query in [
            format!("SELECT count(*), count(DISTINCT x) FROM {ROWS} WHERE y > 100"),
            format!(
                "SELECT k, count(*), count(DISTINCT x), count(DISTINCT y) FROM {ROWS} GROUP BY k ORDER BY k"
            ),
            format!("SELECT k, count(*), count(DISTINCT x) FROM {ROWS} GROUP BY ROLLUP (k) ORDER BY 1, 2"),
            format!("SELECT k, count(y), count(*), count(DISTINCT x) FROM {ROWS} GROUP BY k ORDER BY k"),
            format!("SELECT k, sum(1), count(*), count(DISTINCT x) FROM {ROWS} GROUP BY k ORDER BY k"),
            format!(
                "SELECT k, count(*) FILTER (WHERE y > 1), count(DISTINCT x) FROM {ROWS} GROUP BY k ORDER BY k"
            ),
        ] {
            let (with, without, _) = both(&query).await;
            assert_eq!(with, without, "{query}");
        }
    }
}
