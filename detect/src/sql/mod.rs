//! From a rule's SQL to what the engine runs: DataFusion plans it once, the engine runs its parts.
//!
//! Promises: anything but one SELECT over `events` of known names, immutable functions and the supported
//! aggregates is refused, with its place and the mend. Must not know: batches, groups in memory, alerts.

mod analyse;
mod derive;
mod explain;
mod floor;
mod necessary;
mod patterns;
mod statement;
mod substitute;

use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::execution::context::SessionContext;
use datafusion::physical_expr::PhysicalExpr;

use crate::context::Context;
use crate::error::Error;
use crate::functions;
use crate::problem::Problem;
use crate::rule::Rule;
pub(crate) use derive::Derivations;
pub use explain::Explanation;
pub(crate) use floor::{Floor, Sums};
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
    /// A call that rules share, by its position in [`Derivations`].
    Derived(usize),
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
    /// Those of an instant before which the group was not seen.
    FirstSeen {
        /// For so long, µs.
        within_us: i64,
        /// A source that is watched for less only teaches, µs; none where a list says what is known.
        min_history_us: Option<i64>,
    },
}

impl Window {
    /// How long after it rang last a run may still grow, µs; none when that is never told before the end.
    pub fn grows_us(self) -> Option<i64> {
        match self {
            Window::Trailing(window_us) => Some(window_us),
            Window::FirstSeen { .. } => Some(0),
            Window::Whole => None,
        }
    }
}

/// A value of one row: a group key, an aggregate's argument or its filter.
#[derive(Debug, Clone)]
pub(crate) struct RowColumn {
    pub expr: Arc<dyn PhysicalExpr>,
    pub data_type: DataType,
}

/// A group rings only for more than it is used to.
#[derive(Debug, Clone)]
pub(crate) struct Baseline {
    /// What is compared, over the group keys followed by the aggregates.
    pub of: Arc<dyn PhysicalExpr>,
    /// Median deviations above the median that are still usual.
    pub times: f64,
    /// A source that is watched for less has nothing usual, µs.
    pub min_history_us: i64,
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
    /// What must be so wherever `having` holds.
    pub floor: Option<Floor>,
    /// What is compared with what is usual, where HAVING holds.
    pub baseline: Option<Baseline>,
    /// Entities by name, over the group keys followed by the aggregates.
    pub entities: Vec<(String, Arc<dyn PhysicalExpr>)>,
    pub window: Window,
    /// True for match rules, where a match without entity is still a match.
    pub keeps_null_groups: bool,
}

impl Layout {
    /// True when every row is a match of its own.
    pub fn is_match(&self) -> bool {
        let rings_always = matches!(self.window, Window::Trailing(_)) && self.having.is_none();
        rings_always && self.aggregates.is_empty()
    }

    /// How long a past must be watched to tell what is new or usual, µs; none when that does not matter.
    pub fn min_history_us(&self) -> Option<i64> {
        match self.window {
            Window::FirstSeen { min_history_us, .. } => min_history_us,
            _ => self.baseline.as_ref().map(|baseline| baseline.min_history_us),
        }
    }

    /// True when what it finds hangs on a past that it remembers.
    pub fn remembers(&self) -> bool {
        matches!(self.window, Window::FirstSeen { .. }) || self.baseline.is_some()
    }

    /// Position of the key of its source among the row's columns, the last one; none where nobody asks for it.
    pub fn source(&self) -> Option<usize> {
        self.row_types.len().checked_sub(1).filter(|_| self.remembers())
    }
}

/// What expressions read, in the order of their input.
#[derive(Debug, Clone)]
pub(crate) struct Reads {
    pub inputs: Vec<Input>,
    /// Arrow schema of the inputs.
    pub schema: SchemaRef,
}

/// A condition on one row.
#[derive(Debug)]
pub(crate) struct Condition {
    pub reads: Reads,
    pub expr: Arc<dyn PhysicalExpr>,
}

/// Which rows a rule looks at, and what it keeps of them.
#[derive(Debug)]
pub(crate) struct Selection {
    /// Equalities that a row must satisfy, checked first and together with other rules'.
    pub needs: Vec<Need>,
    /// The rest of WHERE: all must hold, the cheap ones come first.
    pub conditions: Vec<Condition>,
    /// What `row` reads.
    pub reads: Reads,
    /// What is kept of a row.
    pub row: Vec<RowColumn>,
}

/// A rule's SQL, ready to run.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub selection: Selection,
    pub layout: Layout,
    /// Columns it reads, in table order.
    pub columns: Vec<Input>,
    /// Parameters the SQL uses.
    pub params: Vec<String>,
    /// Lists the SQL uses.
    pub lists: Vec<String>,
    /// Where it casts so that some text would make it fail.
    pub casts: Vec<Problem>,
    /// DataFusion's plan, for people.
    pub plan_text: String,
}

/// Plans rules; one for many, because a session is dear and rules share what they compute.
pub struct Planner {
    /// Locked while a rule is planned: each rule sees a table `events` of its own.
    bench: Mutex<Bench>,
    context: Context,
}

/// What planning changes.
struct Bench {
    session: SessionContext,
    derivations: Derivations,
}

impl Planner {
    /// A planner for rules in `context`.
    pub fn new(context: &Context) -> Result<Planner, Error> {
        let bench = Bench { session: functions::session(context)?, derivations: Derivations::default() };
        Ok(Planner { bench: Mutex::new(bench), context: context.clone() })
    }

    /// Plans a rule.
    pub(crate) fn compile(&self, rule: &Rule) -> Result<Compiled, Vec<Problem>> {
        let source = Source { path: &rule.path, text: &rule.text, body_start: rule.body_start };
        let mut bench = self.bench.lock().unwrap_or_else(PoisonError::into_inner);
        let Bench { session, derivations } = &mut *bench;
        let one = |problem| vec![problem];
        let mut statement = statement::parse(&rule.body_in_place(), source).map_err(one)?;
        let shape = statement::check(&statement, &session.state(), source)?;
        if rule.window_us.is_some() && !shape.aggregates {
            return Err(vec![source.whole("`window` in the header needs GROUP BY in the SQL")]);
        }
        if rule.first_seen.is_some() && shape.aggregates {
            let problem = source.whole("what is seen first is a single event: it cannot be grouped");
            return Err(vec![problem.with_help("leave out GROUP BY: the entities together are what is new")]);
        }
        let used = substitute::substitute(&mut statement, rule, &self.context, source)?;
        let mut compiled =
            analyse::analyse(statement, used, rule, session, derivations, source).map_err(one)?;
        let list = rule.first_seen.as_ref().and_then(|first_seen| first_seen.list.as_ref());
        if let Window::FirstSeen { min_history_us, .. } = &mut compiled.layout.window
            && list.is_some_and(|list| !self.context.lists.is_empty(list))
        {
            *min_history_us = None;
        }
        Ok(compiled)
    }

    /// What the rules planned so far share.
    pub(crate) fn into_derivations(self) -> Derivations {
        self.bench.into_inner().unwrap_or_else(PoisonError::into_inner).derivations
    }

    /// What `rules explain` says of a rule.
    pub fn explain(&self, rule: &Rule) -> Result<Explanation, Vec<Problem>> {
        Ok(Explanation::new(rule, &self.compile(rule)?))
    }
}
