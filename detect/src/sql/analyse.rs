//! Takes DataFusion's logical plan of a rule apart: WHERE, GROUP BY, aggregates, HAVING, output.
//!
//! Promises: what is supported is run exactly as SQL means it; what is not is refused by name.
//! Must not know: rule files beyond their names, rows.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column as PlanColumn, DFSchema, TableReference};
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionState;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, Volatility};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column as KeyColumn;
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::Statement;
use schema::columns::{FIELDS, batch_schema, fields_field};
use schema::{Column, Kind};

use super::derive::{Derivations, Place};
use super::statement::{EVENTS, Source};
use super::substitute::{Used, key_column};
use super::{
    Aggregate, AggregateKind, Baseline, Compiled, Condition, Floor, Input, Layout, Reads, RowColumn,
    Selection, Window, necessary, patterns,
};
use crate::engine::MATCH_GAP_US;
use crate::problem::{Problem, nearest};
use crate::rule::{self, FirstSeen, Rule};

/// Plans `statement` and takes the plan apart.
pub(super) fn analyse(
    statement: Statement,
    used: Used,
    rule: &Rule,
    session: &SessionContext,
    derivations: &mut Derivations,
    source: Source<'_>,
) -> std::result::Result<Compiled, Problem> {
    let refuse = |message: String| source.whole(message);
    let plan_error = |error: DataFusionError| refuse(message_of(&error));
    let table = Arc::new(EmptyTable::new(table_schema(&used)));
    session.deregister_table(EVENTS).map_err(plan_error)?;
    session.register_table(EVENTS, table).map_err(plan_error)?;
    let state = session.state();
    let plan = futures::executor::block_on(state.statement_to_plan(Parsed::Statement(Box::new(statement))))
        .and_then(|plan| state.analyzer().execute_and_check(plan, state.config_options(), |_, _| {}))
        .map_err(plan_error)?;
    let plan_text = plan.display_indent().to_string();
    let parts = Parts::of(&plan).map_err(refuse)?;
    parts.check_immutable().map_err(refuse)?;
    let built = build(&parts, rule, &state, derivations).map_err(|problem| match problem {
        BuildError::Plan(error) => plan_error(error),
        BuildError::Rule(message) => refuse(message),
    })?;
    let (params, lists) = (used.params.into_iter().collect(), used.lists.into_iter().collect());
    let Built { selection, layout, columns } = built;
    Ok(Compiled { selection, layout, columns, params, lists, casts: used.casts, plan_text })
}

/// A planner's message without what only its makers need.
fn message_of(error: &DataFusionError) -> String {
    let text = error.strip_backtrace();
    let text =
        text.trim_start_matches("Error during planning: ").trim_start_matches("type_coercion\ncaused by\n");
    text.trim_start_matches("Error during planning: ").lines().next().unwrap_or_default().to_owned()
}

/// The table as the rule sees it: the keys it uses are columns.
fn table_schema(used: &Used) -> Arc<Schema> {
    let mut fields: Vec<Arc<Field>> = batch_schema().fields().iter().cloned().collect();
    fields
        .extend(used.keys.iter().map(|key| Arc::new(Field::new(key_column(key), DataType::Utf8View, true))));
    if used.map {
        fields.push(Arc::new(fields_field()));
    }
    Arc::new(Schema::new(fields))
}

/// The source of a column of [`table_schema`].
pub(super) fn input_of(name: &str) -> Option<Input> {
    if let Some(column) = Column::by_name(name) {
        return Some(Input::Column(column));
    }
    if name == FIELDS {
        return Some(Input::Map);
    }
    let key = name.strip_prefix(FIELDS)?.strip_prefix("['")?.strip_suffix("']")?;
    Some(Input::Field(key.to_owned()))
}

/// The parts of a plan.
struct Parts<'p> {
    /// Name the table goes by.
    table: TableReference,
    filter: Option<&'p Expr>,
    aggregate: Option<&'p datafusion::logical_expr::Aggregate>,
    having: Option<&'p Expr>,
    output: &'p [Expr],
}

impl<'p> Parts<'p> {
    fn of(plan: &'p LogicalPlan) -> std::result::Result<Parts<'p>, String> {
        let LogicalPlan::Projection(projection) = plan else {
            return Err(unsupported(plan));
        };
        let mut parts = Parts {
            table: EVENTS.into(),
            filter: None,
            aggregate: None,
            having: None,
            output: &projection.expr,
        };
        let mut node = &*projection.input;
        loop {
            node = match node {
                LogicalPlan::Filter(filter) if parts.filter.is_none() => {
                    parts.filter = Some(&filter.predicate);
                    &filter.input
                }
                LogicalPlan::Aggregate(aggregate) if parts.aggregate.is_none() => {
                    parts.aggregate = Some(aggregate);
                    parts.having = parts.filter.take();
                    &aggregate.input
                }
                LogicalPlan::SubqueryAlias(alias) => {
                    parts.table = alias.alias.clone();
                    &alias.input
                }
                LogicalPlan::TableScan(_) => return Ok(parts),
                other => return Err(unsupported(other)),
            };
        }
    }

    /// What a rule says of an event may not depend on when it is asked.
    fn check_immutable(&self) -> std::result::Result<(), String> {
        let aggregates = self.aggregate.iter().flat_map(|a| a.group_expr.iter().chain(&a.aggr_expr));
        for expr in self.filter.into_iter().chain(self.having).chain(self.output).chain(aggregates) {
            let mut offender = None;
            let walk = expr.apply(|part| {
                if let Expr::ScalarFunction(call) = part
                    && call.func.signature().volatility != Volatility::Immutable
                {
                    offender = Some(call.func.name().to_owned());
                    return Ok(TreeNodeRecursion::Stop);
                }
                Ok(TreeNodeRecursion::Continue)
            });
            if let (Ok(_), Some(name)) = (walk, offender) {
                return Err(format!("{name}() answers differently each time: a rule may not use it"));
            }
        }
        Ok(())
    }
}

fn unsupported(plan: &LogicalPlan) -> String {
    format!("a rule cannot use this part of SQL: {}", plan.display())
}

enum BuildError {
    Plan(DataFusionError),
    Rule(String),
}

impl From<DataFusionError> for BuildError {
    fn from(error: DataFusionError) -> BuildError {
        BuildError::Plan(error)
    }
}

impl From<patterns::Unreadable> for BuildError {
    fn from(error: patterns::Unreadable) -> BuildError {
        let reason = error.reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        BuildError::Rule(format!("the pattern '{}' cannot be read: {reason}", error.pattern))
    }
}

/// What a plan's parts come to.
struct Built {
    selection: Selection,
    layout: Layout,
    columns: Vec<Input>,
}

fn build(
    parts: &Parts<'_>,
    rule: &Rule,
    state: &SessionState,
    derivations: &mut Derivations,
) -> std::result::Result<Built, BuildError> {
    let place = Place { table: &parts.table, state };
    let aggregates = parts.aggregate.iter().flat_map(|a| a.group_expr.iter().chain(&a.aggr_expr));
    let output = parts.output.iter().filter(|_| parts.aggregate.is_none());
    let exprs = parts.filter.into_iter().chain(aggregates).chain(output);
    let (all, schema) = derivations.reads(exprs, place)?;
    let mut rows = Rows { place, schema: &schema, derivations, exprs: Vec::new(), kept: Vec::new() };
    let layout = match parts.aggregate {
        Some(aggregate) => grouped(parts, aggregate, rule, &mut rows)?,
        None => matched(parts, rule, &mut rows)?,
    };
    let (reads, row) = rows.finish()?;
    let (mut needs, mut conditions) = (Vec::new(), Vec::new());
    if let Some(filter) = parts.filter {
        let is_text = |input: &Input| {
            !matches!(input, Input::Column(c) if c.kind() != Kind::Text) && *input != Input::Map
        };
        // Literals are plain only once simplified: before, each stands in a cast to its column's type.
        let filter = simplified(patterns::compiled(filter.clone())?, &schema, state)?;
        let (found, rest) = necessary::split(filter, |name| input_of(name).filter(is_text));
        needs = found;
        for condition in rest {
            let condition = derivations.replace(condition, place)?;
            let (reads, schema) = derivations.reads([&condition], place)?;
            conditions.push(Condition { reads, expr: physical(condition, &schema, state)? });
        }
    }
    Ok(Built { selection: Selection { needs, conditions, reads, row }, layout, columns: all.inputs })
}

/// Collects the expressions that are computed once for each row.
struct Rows<'a> {
    place: Place<'a>,
    /// Of all that the rule reads.
    schema: &'a DFSchema,
    derivations: &'a mut Derivations,
    exprs: Vec<Expr>,
    /// The same as they are computed, and their types.
    kept: Vec<(Expr, DataType)>,
}

impl Rows<'_> {
    /// Position of `expr` among the row's columns.
    fn position(&mut self, expr: &Expr) -> std::result::Result<usize, BuildError> {
        let expr = expr.clone().unalias();
        if let Some(position) = self.exprs.iter().position(|other| *other == expr) {
            return Ok(position);
        }
        self.push(expr)
    }

    fn push(&mut self, expr: Expr) -> std::result::Result<usize, BuildError> {
        let data_type = expr.get_type(self.schema)?;
        let plain = simplified(patterns::compiled(expr.clone())?, self.schema, self.place.state)?;
        self.kept.push((self.derivations.replace(plain, self.place)?, data_type));
        self.exprs.push(expr);
        Ok(self.exprs.len() - 1)
    }

    /// Types of the row's columns; the key of the source is the last one, where it is asked for.
    fn types(&self, rule: &Rule) -> Vec<DataType> {
        let source = rule.remembers().then_some(DataType::UInt64);
        self.kept.iter().map(|(_, data_type)| data_type.clone()).chain(source).collect()
    }

    fn finish(self) -> Result<(Reads, Vec<RowColumn>)> {
        let (reads, schema) = self.derivations.reads(self.kept.iter().map(|(expr, _)| expr), self.place)?;
        let columns = self.kept.into_iter().map(|(expr, data_type)| {
            Ok(RowColumn { expr: physical(expr, &schema, self.place.state)?, data_type })
        });
        Ok((reads, columns.collect::<Result<_>>()?))
    }
}

fn simplified(expr: Expr, schema: &DFSchema, state: &SessionState) -> Result<Expr> {
    let context = SimplifyContext::builder()
        .with_schema(Arc::new(schema.clone()))
        .with_config_options(Arc::clone(state.config_options()))
        .build();
    ExprSimplifier::new(context).simplify(expr)
}

fn physical(expr: Expr, schema: &DFSchema, state: &SessionState) -> Result<Arc<dyn PhysicalExpr>> {
    state.create_physical_expr(expr, schema)
}

/// The layout of a rule with GROUP BY or aggregates.
fn grouped(
    parts: &Parts<'_>,
    aggregate: &datafusion::logical_expr::Aggregate,
    rule: &Rule,
    rows: &mut Rows<'_>,
) -> std::result::Result<Layout, BuildError> {
    for expr in &aggregate.group_expr {
        if matches!(expr, Expr::GroupingSet(_)) {
            return Err(BuildError::Rule("GROUPING SETS, CUBE and ROLLUP are not supported".to_owned()));
        }
        // Not `position`: two equal keys stay two columns, as in the aggregate's own output.
        rows.push(expr.clone().unalias())?;
    }
    let groups = rows.kept.len();
    let mut aggregates = Vec::new();
    for (expr, field) in aggregate.aggr_expr.iter().zip(aggregate.schema.fields().iter().skip(groups)) {
        aggregates.push(one_aggregate(expr, field.data_type().clone(), rows)?);
    }
    let schema = &aggregate.schema;
    // `coalesce` has a physical form only once simplified.
    let having =
        parts.having.map(|having| simplified(having.clone(), schema, rows.place.state)).transpose()?;
    let floor = having.as_ref().and_then(|having| Floor::of(having, groups, schema, &aggregates));
    let having = having.map(|having| physical(having, schema, rows.place.state)).transpose()?;
    let keys = schema.iter().take(groups);
    let keys: Vec<Expr> = keys.map(|(table, field)| Expr::Column(PlanColumn::from((table, field)))).collect();
    let entities = grouped_entities(parts, rule, &keys)
        .map_err(BuildError::Rule)?
        .into_iter()
        .map(|(name, expr)| Ok((name, physical(expr, schema, rows.place.state)?)))
        .collect::<Result<Vec<_>>>()?;
    let window = rule.window_us.map_or(Window::Whole, Window::Trailing);
    let baseline = rule.baseline.as_ref().map(|baseline| compared(baseline, parts, schema, rows.place.state));
    let baseline = baseline.transpose()?;
    let (row_types, keeps_null_groups) = (rows.types(rule), groups == 0);
    Ok(Layout { groups, row_types, aggregates, having, floor, baseline, entities, window, keeps_null_groups })
}

/// What a rule compares with its own past.
fn compared(
    spec: &rule::Baseline,
    parts: &Parts<'_>,
    schema: &DFSchema,
    state: &SessionState,
) -> std::result::Result<Baseline, BuildError> {
    let (name, expr) = chosen("the baseline's", &named(parts.output), &spec.of).map_err(BuildError::Rule)?;
    if !expr.get_type(schema)?.is_numeric() {
        return Err(BuildError::Rule(format!("the baseline's {name} is no number")));
    }
    let (times, min_history_us) = (spec.times, spec.min_history_us);
    let of = physical(simplified(expr, schema, state)?, schema, state)?;
    Ok(Baseline { of, times, min_history_us })
}

/// An aggregate the engine can slide.
fn one_aggregate(
    expr: &Expr,
    output: DataType,
    rows: &mut Rows<'_>,
) -> std::result::Result<Aggregate, BuildError> {
    let refuse = |message: String| Err(BuildError::Rule(message));
    let expr = expr.clone().unalias();
    let Expr::AggregateFunction(call) = &expr else {
        return refuse(format!("{expr} is not supported in a rule"));
    };
    let params = &call.params;
    let kind = match (call.func.name(), params.distinct) {
        ("count", false) => AggregateKind::Count,
        ("count", true) => AggregateKind::CountDistinct,
        ("sum", false) => AggregateKind::Sum,
        ("avg", false) => AggregateKind::Avg,
        ("min", _) => AggregateKind::Min,
        ("max", _) => AggregateKind::Max,
        ("bool_and", _) => AggregateKind::BoolAnd,
        ("bool_or", _) => AggregateKind::BoolOr,
        (name, distinct) => {
            let name = if distinct { format!("{name}(DISTINCT ...)") } else { format!("{name}()") };
            let known = "count, count(DISTINCT), sum, avg, min, max, bool_and and bool_or";
            return refuse(format!("{name} is not supported in a rule: {known} are"));
        }
    };
    if !params.order_by.is_empty() || params.null_treatment.is_some() {
        return refuse("ORDER BY inside an aggregate is not supported in a rule".to_owned());
    }
    let argument = match params.args.as_slice() {
        [Expr::Literal(value, _)] if kind == AggregateKind::Count && !value.is_null() => None,
        [argument] => Some(rows.position(argument)?),
        _ => return refuse(format!("{expr}: one argument is supported")),
    };
    let filter = params.filter.as_ref().map(|filter| rows.position(filter)).transpose()?;
    Ok(Aggregate { kind, argument, filter, output })
}

/// Entities of a rule with GROUP BY: the header's, else the group keys.
fn grouped_entities(
    parts: &Parts<'_>,
    rule: &Rule,
    keys: &[Expr],
) -> std::result::Result<Vec<(String, Expr)>, String> {
    let output: Vec<(String, Expr)> = named(parts.output);
    if let Some(names) = &rule.entity {
        return names.iter().map(|name| chosen("entity", &output, name)).collect();
    }
    let entity = |key: &Expr| {
        let shown = output.iter().find(|(_, expr)| expr == key).cloned();
        shown.unwrap_or_else(|| (key.qualified_name().1, key.clone()))
    };
    Ok(keys.iter().map(entity).collect())
}

/// The output columns by name.
fn named(output: &[Expr]) -> Vec<(String, Expr)> {
    output.iter().map(|expr| (expr.qualified_name().1, expr.clone().unalias())).collect()
}

/// The output column of that name.
fn chosen(what: &str, output: &[(String, Expr)], name: &str) -> std::result::Result<(String, Expr), String> {
    if let Some(found) = output.iter().find(|(shown, _)| shown == name) {
        return Ok(found.clone());
    }
    let hint = nearest(name, output.iter().map(|(shown, _)| shown.as_str()));
    let hint = hint.map_or_else(String::new, |nearest| format!(": did you mean `{nearest}`?"));
    Err(format!("{what} {name} is not selected by the SQL{hint}"))
}

/// The layout of a rule without aggregates: entities are its groups, and every row rings, or every one that is new.
fn matched(parts: &Parts<'_>, rule: &Rule, rows: &mut Rows<'_>) -> std::result::Result<Layout, BuildError> {
    let output = named(parts.output);
    let entities = match &rule.entity {
        Some(names) => {
            names.iter().map(|name| chosen("entity", &output, name)).collect::<std::result::Result<_, _>>()
        }
        None => Ok(output),
    };
    let entities: Vec<(String, Expr)> = entities.map_err(BuildError::Rule)?;
    let mut shown: Vec<(String, Arc<dyn PhysicalExpr>)> = Vec::new();
    for (name, expr) in entities {
        let position = rows.push(expr)?;
        shown.push((name.clone(), Arc::new(KeyColumn::new(&name, position))));
    }
    let groups = rows.kept.len();
    Ok(Layout {
        groups,
        row_types: rows.types(rule),
        aggregates: Vec::new(),
        having: None,
        floor: None,
        baseline: None,
        entities: shown,
        window: rule.first_seen.as_ref().map_or(Window::Trailing(MATCH_GAP_US), |first_seen| {
            let FirstSeen { within_us, min_history_us, .. } = *first_seen;
            Window::FirstSeen { within_us, min_history_us: Some(min_history_us) }
        }),
        keeps_null_groups: rule.first_seen.is_none(),
    })
}
