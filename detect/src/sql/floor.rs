//! What HAVING cannot do without: sums over a group's events that must be reached wherever it holds.
//!
//! A count or a sum of what is not negative grows with the events it is taken over. Where even the events of a longer time
//! do not reach it, no window inside that time does, and nobody need look.
//!
//! Promises: a HAVING that holds over some events reaches its floor over those and any more. Must not know: windows.

use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use super::{Aggregate, AggregateKind};

/// Most aggregates that a floor asks for; a HAVING that needs more has none.
pub(crate) const ASKED_MAX: usize = 4;

/// Sums of the aggregates that a floor asks for, in its order.
pub(crate) type Sums = [u64; ASKED_MAX];

/// What sums must reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Floor {
    /// The aggregates it asks for.
    pub asked: Vec<usize>,
    reached: Reached,
}

/// A condition on sums.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reached {
    /// That of the aggregate at this place of `asked` is at least so much.
    AtLeast(usize, u64),
    /// All of them hold.
    All(Vec<Reached>),
    /// One of them does.
    Any(Vec<Reached>),
}

impl Floor {
    /// The floor of a HAVING over group keys followed by aggregates, as `schema` names them; none when any events might do.
    pub(super) fn of(
        having: &Expr,
        groups: usize,
        schema: &DFSchema,
        aggregates: &[Aggregate],
    ) -> Option<Floor> {
        let mut search = Search { groups, schema, aggregates, asked: Vec::new() };
        let reached = search.reached(having)?;
        (search.asked.len() <= ASKED_MAX).then_some(Floor { asked: search.asked, reached })
    }

    /// True when these sums reach it.
    pub fn is_reached(&self, sums: &Sums) -> bool {
        self.reached.by(sums)
    }
}

impl Reached {
    fn by(&self, sums: &Sums) -> bool {
        match self {
            Reached::AtLeast(at, least) => sums.get(*at).is_none_or(|sum| sum >= least),
            Reached::All(parts) => parts.iter().all(|part| part.by(sums)),
            Reached::Any(parts) => parts.iter().any(|part| part.by(sums)),
        }
    }
}

struct Search<'a> {
    groups: usize,
    schema: &'a DFSchema,
    aggregates: &'a [Aggregate],
    asked: Vec<usize>,
}

impl Search<'_> {
    fn reached(&mut self, having: &Expr) -> Option<Reached> {
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = having else { return None };
        match op {
            Operator::And => match (self.reached(left), self.reached(right)) {
                (Some(left), Some(right)) => Some(Reached::All(vec![left, right])),
                (left, right) => left.or(right),
            },
            Operator::Or => Some(Reached::Any(vec![self.reached(left)?, self.reached(right)?])),
            Operator::GtEq => self.at_least(left, right, 0),
            Operator::Gt => self.at_least(left, right, 1),
            Operator::LtEq => self.at_least(right, left, 0),
            Operator::Lt => self.at_least(right, left, 1),
            Operator::Eq => self.at_least(left, right, 0).or_else(|| self.at_least(right, left, 0)),
            _ => None,
        }
    }

    /// The floor of `aggregate >= number + more`.
    fn at_least(&mut self, aggregate: &Expr, number: &Expr, more: i64) -> Option<Reached> {
        let Expr::Column(column) = aggregate else { return None };
        let position = self.schema.maybe_index_of_column(column)?.checked_sub(self.groups)?;
        let aggregate = self.aggregates.get(position)?;
        let grows = match aggregate.kind {
            AggregateKind::Count | AggregateKind::CountDistinct => true,
            // Of whole numbers only: no rounding comes between.
            AggregateKind::Sum => aggregate.output.is_integer(),
            _ => false,
        };
        // What is reached by nothing says nothing.
        let least = u64::try_from(whole(number)?.checked_add(more)?).ok();
        let least = least.filter(|least| *least > 0 && grows)?;
        let at = self.asked.iter().position(|asked| *asked == position).unwrap_or_else(|| {
            self.asked.push(position);
            self.asked.len() - 1
        });
        Some(Reached::AtLeast(at, least))
    }
}

/// A literal whole number.
fn whole(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Literal(ScalarValue::Int64(number), _) => *number,
        Expr::Literal(ScalarValue::UInt64(number), _) => i64::try_from((*number)?).ok(),
        Expr::Literal(ScalarValue::Int32(number), _) => Some(i64::from((*number)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::{DataType, Field, Schema};
    use datafusion::logical_expr::{col, lit};

    fn aggregate(kind: AggregateKind, output: DataType) -> Aggregate {
        Aggregate { kind, argument: None, filter: None, output }
    }

    /// Of a HAVING over one key `g`, a count `n`, a sum `s`, an average `a` and a largest `m`.
    fn floor(having: Expr) -> Option<Floor> {
        let names = [("g", DataType::Utf8), ("n", DataType::Int64), ("s", DataType::Int64)];
        let more = [("a", DataType::Float64), ("m", DataType::Int64)];
        let fields = names.into_iter().chain(more).map(|(name, kind)| Field::new(name, kind, true));
        let schema = DFSchema::try_from(Schema::new(fields.collect::<Vec<_>>())).unwrap();
        let aggregates = [
            aggregate(AggregateKind::Count, DataType::Int64),
            aggregate(AggregateKind::Sum, DataType::Int64),
            aggregate(AggregateKind::Avg, DataType::Float64),
            aggregate(AggregateKind::Max, DataType::Int64),
        ];
        Floor::of(&having, 1, &schema, &aggregates)
    }

    fn at_least(aggregate: usize, least: u64) -> Floor {
        Floor { asked: vec![aggregate], reached: Reached::AtLeast(0, least) }
    }

    #[test]
    fn counts_and_sums_that_must_be_reached_are_a_floor() {
        assert_eq!(floor(col("n").gt_eq(lit(5i64))), Some(at_least(0, 5)));
        assert_eq!(floor(col("s").gt(lit(5i64))), Some(at_least(1, 6)));
        assert_eq!(floor(lit(7i64).lt_eq(col("n"))), Some(at_least(0, 7)));
        assert_eq!(floor(col("n").eq(lit(4i64))), Some(at_least(0, 4)));
    }

    #[test]
    fn what_may_shrink_or_need_not_be_is_none() {
        for having in [
            col("a").gt_eq(lit(5.0)),
            col("m").gt_eq(lit(5i64)),
            col("n").lt_eq(lit(5i64)),
            col("n").eq(lit(0i64)),
            col("n").gt_eq(lit(0i64)),
            col("n").gt_eq(col("s")),
            col("g").eq(lit("x")),
            col("n").gt_eq(lit(5i64)).or(col("a").gt(lit(1.0))),
            Expr::Not(Box::new(col("n").gt_eq(lit(5i64)))),
        ] {
            assert_eq!(floor(having.clone()), None, "{having}");
        }
    }

    #[test]
    fn conditions_beside_a_floor_only_narrow_it() {
        let (n, s) = (col("n").gt_eq(lit(5i64)), col("s").gt_eq(lit(9i64)));
        let floored = floor(n.clone().and(col("a").lt(lit(1.0)))).unwrap();
        assert_eq!(floored, at_least(0, 5));
        assert!(floor(n.clone().and(s.clone())).unwrap().is_reached(&[5, 9, 0, 0]));
        assert!(!floor(n.clone().and(s.clone())).unwrap().is_reached(&[9, 8, 0, 0]));
        assert!(floor(n.or(s)).unwrap().is_reached(&[0, 9, 0, 0]));
    }
}
