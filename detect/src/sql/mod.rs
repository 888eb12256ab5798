//! From a rule's SQL to what the engine runs: DataFusion plans it once, the engine runs its parts.
//!
//! Promises: anything but one SELECT over `events` of known names, immutable functions and the supported
//! aggregates is refused, with its place and the mend. Must not know: batches, groups in memory, alerts.

mod analyse;
mod explain;
mod necessary;
mod patterns;
mod statement;
mod substitute;

use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::DataType;
use datafusion::execution::context::SessionContext;
use datafusion::physical_expr::PhysicalExpr;

use crate::context::Context;
use crate::error::Error;
use crate::functions;
use crate::problem::Problem;
use crate::rule::Rule;
pub use explain::Explanation;
pub(crate) use necessary::Need;
use statement::Source;

/// Where the values of a column come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Input {
    /// A column of the event table.
    Column(schema::Column),
    /// A key of `fields`.
    Field(String),
    /// The map `fields`.
    Map,
}

/// What an aggregate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AggregateKind {
    Count,
    CountDistinct,
    Sum,
    Min,
    Max,
    Avg,
    BoolAnd,
    BoolOr,
}

/// An aggregate over the rows of a group.
#[derive(Debug, Clone)]
pub(crate) struct Aggregate {
    pub kind: AggregateKind,
    /// Position of its argument among the row's columns; none for `count(*)`.
    pub argument: Option<usize>,
    /// Position of its FILTER among the row's columns.
    pub filter: Option<usize>,
    /// Type of its answer.
    pub output: DataType,
}

/// Over which of a group's events the aggregates run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    /// Those of the last so many µs, at every event.
    Trailing(i64),
    /// All of them, once.
    Whole,
}

/// A value of one row: a group key, an aggregate's argument or its filter.
#[derive(Debug, Clone)]
pub(crate) struct RowColumn {
    pub expr: Arc<dyn PhysicalExpr>,
    pub data_type: DataType,
}

/// How the rows of a rule become alerts. Group keys are the first `groups` columns of a row.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub groups: usize,
    /// Types of the row's columns.
    pub row_types: Vec<DataType>,
    pub aggregates: Vec<Aggregate>,
    /// When it rings, over the group keys followed by the aggregates; always, when none.
    pub having: Option<Arc<dyn PhysicalExpr>>,
    /// Entities by name, over the group keys followed by the aggregates.
    pub entities: Vec<(String, Arc<dyn PhysicalExpr>)>,
    pub window: Window,
    /// True for match rules, where a match without entity is still a match.
    pub keeps_null_groups: bool,
}

impl Layout {
    /// True when every row is a match of its own.
    pub fn is_match(&self) -> bool {
        self.having.is_none() && self.aggregates.is_empty()
    }
}

/// Which rows a rule looks at, and what it keeps of them.
#[derive(Debug)]
pub(crate) struct Selection {
    /// The columns it reads, in the order of its expressions' input.
    pub inputs: Vec<Input>,
    /// Arrow schema of the inputs.
    pub input_schema: arrow::datatypes::SchemaRef,
    /// Equalities that a row must satisfy, checked first and together with other rules'.
    pub needs: Vec<Need>,
    /// The rest of WHERE.
    pub residual: Option<Arc<dyn PhysicalExpr>>,
    /// What is kept of a row.
    pub row: Vec<RowColumn>,
}

/// A rule's SQL, ready to run.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub selection: Selection,
    pub layout: Layout,
    /// Parameters the SQL uses.
    pub params: Vec<String>,
    /// Lists the SQL uses.
    pub lists: Vec<String>,
    /// DataFusion's plan, for people.
    pub plan_text: String,
}

/// Plans rules; one for many, because a session is dear.
pub struct Planner {
    /// Locked while a rule is planned: each rule sees a table `events` of its own.
    session: Mutex<SessionContext>,
    context: Context,
}

impl Planner {
    /// A planner for rules in `context`.
    pub fn new(context: &Context) -> Result<Planner, Error> {
        Ok(Planner { session: Mutex::new(functions::session(context)?), context: context.clone() })
    }

    /// Plans a rule.
    pub(crate) fn compile(&self, rule: &Rule) -> Result<Compiled, Vec<Problem>> {
        let source = Source { path: &rule.path, text: &rule.text, body_start: rule.body_start };
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let one = |problem| vec![problem];
        let mut statement = statement::parse(&rule.body_in_place(), source).map_err(one)?;
        let shape = statement::check(&statement, &session.state(), source)?;
        if rule.window_us.is_some() && !shape.aggregates {
            return Err(vec![source.whole("`window` in the header needs GROUP BY in the SQL")]);
        }
        let used = substitute::substitute(&mut statement, rule, &self.context, source)?;
        analyse::analyse(statement, used, rule, &session, source).map_err(one)
    }

    /// What `rules explain` says of a rule.
    pub fn explain(&self, rule: &Rule) -> Result<Explanation, Vec<Problem>> {
        Ok(Explanation::new(rule, &self.compile(rule)?))
    }
}
