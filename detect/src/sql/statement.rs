//! The SQL text of a rule as a syntax tree, checked: one SELECT over `events`, known names only.
//!
//! Promises: an unknown column, function or table is shown where it stands, with the nearest known name.
//! Must not know: plans, how rules run.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::execution::SessionState;
use datafusion::sql::parser::{DFParserBuilder, Statement as Parsed};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, Ident, ObjectName, Query, Select, SelectItem, SetExpr, Spanned,
    Statement, TableFactor, Visit, Visitor,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::Span;
use schema::Column;
use schema::columns::FIELDS;

use crate::problem::Problem;

/// Name of the only table.
pub(super) const EVENTS: &str = "events";
/// Deepest nesting of expressions.
const DEPTH_MAX: usize = 64;

/// The text a statement was read from, to show places in it.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    /// File name.
    pub path: &'t str,
    /// The whole file.
    pub text: &'t str,
    /// Byte of the file at which the SQL starts.
    pub body_start: usize,
}

impl Source<'_> {
    /// A problem with the SQL as a whole, shown at its first line.
    pub fn whole(&self, message: impl Into<String>) -> Problem {
        let body = self.text.get(self.body_start..).unwrap_or_default();
        let start = self.body_start + (body.len() - body.trim_start().len());
        let width = body.trim_start().lines().next().map_or(0, str::len);
        Problem::at_bytes(self.path, self.text, start..start + width, message)
    }

    /// A problem with the token at `span`.
    pub fn problem(&self, span: Span, message: impl Into<String>) -> Problem {
        let (start, end) = (span.start, span.end);
        let width = if start.line == end.line { end.column.saturating_sub(start.column) } else { 1 };
        Problem::at(
            self.path,
            self.text,
            start.line as usize,
            start.column as usize,
            width.max(1) as usize,
            message,
        )
    }
}

/// Reads `sql`, whose places are those of the file.
pub(super) fn parse(sql: &str, source: Source<'_>) -> Result<Statement, Problem> {
    let parsed = DFParserBuilder::new(sql)
        .with_dialect(&GenericDialect {})
        .with_recursion_limit(DEPTH_MAX)
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| syntax_problem(&error.strip_backtrace(), source))?;
    let mut statements = parsed.into_iter();
    match (statements.next(), statements.next()) {
        (Some(Parsed::Statement(statement)), None) => Ok(*statement),
        (None, _) => Err(source.whole("the rule has no SQL after its header")),
        _ => Err(source.whole("a rule is one SELECT over events")),
    }
}

/// The parser's message with its place cut out of its end.
fn syntax_problem(error: &str, source: Source<'_>) -> Problem {
    let message = error.trim_start_matches("SQL error: ");
    let quoted = message.split_once('"').map_or(message, |(_, inner)| inner).trim_end_matches([')', '"']);
    let Some((message, place)) = quoted.rsplit_once(" at Line: ") else {
        return source.whole(format!("the SQL cannot be read: {quoted}"));
    };
    let mut numbers = place.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok());
    let (line, column) = (numbers.next().unwrap_or(1), numbers.next().unwrap_or(1));
    Problem::at(source.path, source.text, line, column, 1, format!("the SQL cannot be read: {message}"))
}

/// What a checked statement says of itself.
pub(super) struct Shape {
    /// True when it has GROUP BY or an aggregate.
    pub aggregates: bool,
}

/// Checks that `statement` is one SELECT over `events` of known names.
pub(super) fn check(
    statement: &Statement,
    state: &SessionState,
    source: Source<'_>,
) -> Result<Shape, Vec<Problem>> {
    let select = only_select(statement, source).map_err(|problem| vec![problem])?;
    let mut names = Names::new(state, source);
    names.tables.insert(EVENTS.to_owned());
    for table in &select.from {
        if let TableFactor::Table { alias: Some(alias), .. } = &table.relation {
            names.tables.insert(spelling(&alias.name));
        }
    }
    for item in &select.projection {
        match item {
            SelectItem::ExprWithAlias { alias, .. } => {
                names.aliases.insert(spelling(alias));
            }
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => {
                let message = "name the columns: what is selected is what the alert is about";
                names.problems.push(source.whole(format!("SELECT * is no rule ({message})")));
            }
            _ => {}
        }
    }
    let flow = statement.visit(&mut names);
    debug_assert!(flow.is_continue());
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(list, _) if list.is_empty());
    let shape = Shape { aggregates: grouped || names.aggregates };
    if names.problems.is_empty() { Ok(shape) } else { Err(names.problems) }
}

/// The SELECT of a statement that is nothing else.
fn only_select<'s>(statement: &'s Statement, source: Source<'_>) -> Result<&'s Select, Problem> {
    let refuse = |message: &str| Err(source.whole(message));
    let Statement::Query(query) = statement else {
        return refuse("a rule is one SELECT over events: it may not define, change or set anything");
    };
    let SetExpr::Select(select) = &*query.body else {
        return refuse("a rule is one SELECT: no UNION, VALUES or the like");
    };
    if query.with.is_some() {
        return refuse("WITH is not supported in a rule");
    }
    if query.order_by.is_some() || query.limit_clause.is_some() || query.fetch.is_some() {
        return refuse("ORDER BY and LIMIT have no meaning in a rule: take them out");
    }
    if select.distinct.is_some() {
        return refuse("SELECT DISTINCT has no meaning in a rule: alerts of one entity are one already");
    }
    if select.qualify.is_some() || !select.named_window.is_empty() {
        return refuse("window functions are not supported in a rule: use `window` in the header");
    }
    match select.from.as_slice() {
        [table] if table.joins.is_empty() => only_events(&table.relation, source)?,
        _ => return refuse("a rule reads the table events alone: no joins, no second table"),
    }
    Ok(select)
}

fn only_events(table: &TableFactor, source: Source<'_>) -> Result<(), Problem> {
    match table {
        TableFactor::Table { name, args: None, .. } if name.to_string().eq_ignore_ascii_case(EVENTS) => {
            Ok(())
        }
        TableFactor::Table { name, .. } => {
            let message = format!("there is no table {name}");
            Err(source.problem(span_of(name), message).with_help("rules read the table `events`"))
        }
        _ => Err(source.whole("a rule reads the table events alone")),
    }
}

fn span_of(name: &ObjectName) -> Span {
    name.0.iter().find_map(|part| part.as_ident()).map_or(Span::empty(), |ident| ident.span)
}

/// True for an AND or OR that no parentheses enclose.
fn is_logical(expr: &Expr) -> bool {
    matches!(expr, Expr::BinaryOp { op: BinaryOperator::And | BinaryOperator::Or, .. })
}

/// How a name is looked up: in lower case unless it is quoted.
pub(super) fn spelling(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

/// Checks every name of a statement.
struct Names<'a> {
    state: &'a SessionState,
    source: Source<'a>,
    /// Names given in the SELECT list, which HAVING and GROUP BY may use.
    aliases: HashSet<String>,
    tables: HashSet<String>,
    queries: usize,
    aggregates: bool,
    problems: Vec<Problem>,
}

impl<'a> Names<'a> {
    fn new(state: &'a SessionState, source: Source<'a>) -> Names<'a> {
        let (aliases, tables) = (HashSet::new(), HashSet::new());
        Names { state, source, aliases, tables, queries: 0, aggregates: false, problems: Vec::new() }
    }

    fn column(&mut self, ident: &Ident) {
        let name = spelling(ident);
        if Column::by_name(&name).is_some() || name == FIELDS || self.aliases.contains(&name) {
            return;
        }
        let known = Column::ALL.iter().map(|column| column.name()).chain([FIELDS]);
        let known = known.chain(self.aliases.iter().map(String::as_str));
        let problem = self.source.problem(ident.span, format!("there is no column {name}"));
        let problem = problem.did_you_mean(&name, known);
        self.problems.push(match problem.help {
            Some(_) => problem,
            None => problem.with_help(format!("see `campanile columns`, or fields['{name}']")),
        });
    }

    fn function(&mut self, name: &ObjectName) {
        let spelled = name.to_string().to_lowercase();
        if self.state.aggregate_functions().contains_key(&spelled) {
            self.aggregates = true;
        } else if !self.state.scalar_functions().contains_key(&spelled) {
            let known = self.state.scalar_functions().keys().chain(self.state.aggregate_functions().keys());
            let mut known: Vec<&str> = known.map(String::as_str).collect();
            known.sort_unstable();
            let problem = self.source.problem(span_of(name), format!("there is no function {spelled}"));
            self.problems.push(problem.did_you_mean(&spelled, known));
        }
    }
}

impl Visitor for Names<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.queries += 1;
        if self.queries == 2 {
            let message = "a query inside the query is not supported in a rule: use a list with in_list()";
            self.problems.push(self.source.whole(message));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident) => self.column(ident),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [table, column] if self.tables.contains(&spelling(table)) => self.column(column),
                _ => {
                    let span = parts.first().map_or(Span::empty(), |ident| ident.span);
                    let problem = self.source.problem(span, format!("there is no column {expr}"));
                    self.problems.push(problem.with_help("a key of fields is written fields['key']"));
                }
            },
            Expr::Function(function) if function.over.is_some() => {
                let message = "window functions are not supported in a rule: use `window` in the header";
                self.problems.push(self.source.problem(span_of(&function.name), message));
            }
            Expr::Function(function) => self.function(&function.name),
            Expr::IsDistinctFrom(_, other) | Expr::IsNotDistinctFrom(_, other) if is_logical(other) => {
                let message = "the SQL parser takes what follows IS DISTINCT FROM as a part of it";
                let problem = self.source.problem(expr.span(), message);
                self.problems.push(problem.with_help("put x IS DISTINCT FROM y in parentheses"));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
