//! Puts what a rule leaves open into its syntax tree: parameters, tenant lists, keys of `fields`.
//!
//! `$failures` becomes a literal of its type, `x IN ($names)` the list's texts, `in_list(x, 'name')` of an
//! empty list what the rule's header says, and `fields['key']` a column of its own, so that the map is
//! built for no one. In WHERE `in_list(x, 'name')` asks for the time of the event, unless the rule names another.
//!
//! Promises: values enter as literals, never as text. Must not know: plans.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, CastKind, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, SetExpr,
    Spanned, Statement, Subscript, UnaryOperator, Value, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::tokenizer::Span;
use schema::Column;
use schema::columns::FIELDS;

use super::statement::{Source, spelling};
use crate::context::Context;
use crate::problem::Problem;
use crate::rule::{ParamValue, Rule, WhenEmpty};

/// What a rule turned out to use.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Used {
    /// Parameters.
    pub params: BTreeSet<String>,
    /// Tenant lists.
    pub lists: BTreeSet<String>,
    /// Keys of `fields`.
    pub keys: BTreeSet<String>,
    /// The map itself, because a key is computed or the map is asked for as a whole.
    pub map: bool,
    /// Where it casts so that a text of another kind is an error.
    pub casts: Vec<Problem>,
}

/// Name of the column that stands for a key of `fields`.
pub(super) fn key_column(key: &str) -> String {
    format!("{FIELDS}['{key}']")
}

/// Replaces parameters, lists and keys in `statement`.
pub(super) fn substitute(
    statement: &mut Statement,
    rule: &Rule,
    context: &Context,
    source: Source<'_>,
) -> Result<Used, Vec<Problem>> {
    if let Some(condition) = condition_of(statement) {
        let flow = condition.visit(&mut ListsAtTheirTime);
        debug_assert!(flow.is_continue());
    }
    let mut visitor = Substitution { rule, context, source, used: Used::default(), problems: Vec::new() };
    let flow = statement.visit(&mut visitor);
    debug_assert!(flow.is_continue());
    if visitor.problems.is_empty() { Ok(visitor.used) } else { Err(visitor.problems) }
}

/// WHERE.
fn condition_of(statement: &mut Statement) -> Option<&mut Expr> {
    let Statement::Query(query) = statement else { return None };
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    select.selection.as_mut()
}

/// Whether a value is on a list is asked for the time of the event, unless another is given.
struct ListsAtTheirTime;

impl VisitorMut for ListsAtTheirTime {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr
            && function.name.to_string().eq_ignore_ascii_case("in_list")
            && let FunctionArguments::List(arguments) = &mut function.args
            && let [_, FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(list)))] =
                arguments.args.as_slice()
            && matches!(list.value, Value::SingleQuotedString(_))
        {
            let time = Expr::Identifier(Ident::new(Column::Timestamp.name()));
            arguments.args.push(FunctionArg::Unnamed(FunctionArgExpr::Expr(time)));
        }
        ControlFlow::Continue(())
    }
}

struct Substitution<'a> {
    rule: &'a Rule,
    context: &'a Context,
    source: Source<'a>,
    used: Used,
    problems: Vec<Problem>,
}

impl VisitorMut for Substitution<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Some(replacement) = self.replacement(expr) {
            *expr = replacement;
        }
        ControlFlow::Continue(())
    }
}

impl Substitution<'_> {
    fn replacement(&mut self, expr: &mut Expr) -> Option<Expr> {
        match expr {
            Expr::Value(value) => {
                let Value::Placeholder(name) = &value.value else { return None };
                self.param(&name.clone(), value.span)
            }
            Expr::InList { expr: tested, list, negated } => {
                let (tested, negated) = (tested.clone(), *negated);
                let list = self.expanded(list)?;
                Some(in_texts(tested, list, negated))
            }
            Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("in_list") => {
                self.in_list(function)
            }
            Expr::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr: cast, .. } => {
                let message = "a text that cannot be cast stops the rule".to_owned();
                let problem = self.source.problem(cast.span(), message);
                self.used.casts.push(problem.with_help("write TRY_CAST(x AS type), null for such a text"));
                None
            }
            Expr::CompoundFieldAccess { root, access_chain } => self.key(root, access_chain),
            Expr::Identifier(ident) if spelling(ident) == FIELDS => {
                self.used.map = true;
                None
            }
            _ => None,
        }
    }

    /// The literal of a parameter.
    fn param(&mut self, placeholder: &str, span: Span) -> Option<Expr> {
        match self.value(placeholder, span)? {
            ParamValue::Boolean(value) => Some(Expr::value(Value::Boolean(value))),
            ParamValue::Integer(value) => Some(number(&value.unsigned_abs().to_string(), value < 0)),
            ParamValue::Float(value) => Some(number(&format!("{:?}", value.abs()), value < 0.0)),
            ParamValue::Text(text) => Some(text_literal(text)),
            ParamValue::Texts(_) => {
                let problem = self.source.problem(span, format!("{placeholder} is a list of texts"));
                self.problems.push(problem.with_help(format!("write x IN ({placeholder})")));
                None
            }
        }
    }

    /// The value of a parameter; an unknown one is a problem.
    fn value(&mut self, placeholder: &str, span: Span) -> Option<ParamValue> {
        let name = placeholder.trim_start_matches('$');
        if let Some(value) = self.rule.params.get(name) {
            self.used.params.insert(name.to_owned());
            return Some(value.clone());
        }
        let known = self.rule.params.keys().map(String::as_str);
        let problem = self.source.problem(span, format!("the header has no [param] {name}"));
        self.problems.push(problem.did_you_mean(name, known));
        None
    }

    /// The items of an IN list with a list parameter in it spread out; none when there is none.
    fn expanded(&mut self, items: &[Expr]) -> Option<Vec<Expr>> {
        let mut spread = None;
        for (position, item) in items.iter().enumerate() {
            let Expr::Value(value) = item else { continue };
            let Value::Placeholder(name) = &value.value else { continue };
            let texts = match self.rule.params.get(name.trim_start_matches('$')) {
                Some(ParamValue::Texts(texts)) => texts.clone(),
                _ => continue,
            };
            self.used.params.insert(name.trim_start_matches('$').to_owned());
            let before = items.get(..position).unwrap_or_default().iter().cloned();
            let after = items.get(position + 1..).unwrap_or_default().iter().cloned();
            spread = Some(before.chain(texts.into_iter().map(text_literal)).chain(after).collect());
        }
        spread
    }

    /// What replaces a call of `in_list`: nothing when the list has items, else what the header says.
    fn in_list(&mut self, function: &Function) -> Option<Expr> {
        let FunctionArguments::List(arguments) = &function.args else { return None };
        let [
            FunctionArg::Unnamed(FunctionArgExpr::Expr(tested)),
            FunctionArg::Unnamed(FunctionArgExpr::Expr(list)),
            // A time, perhaps: an empty list is empty at any.
            ..,
        ] = arguments.args.as_slice()
        else {
            return None;
        };
        let Expr::Value(value) = list else { return None };
        let name = match &value.value {
            Value::SingleQuotedString(name) => name,
            Value::Placeholder(_) => {
                let texts = self.expanded(std::slice::from_ref(list))?;
                return Some(in_texts(Box::new(tested.clone()), texts, false));
            }
            _ => return None,
        };
        let Some(when_empty) = self.rule.lists.get(name) else {
            let known = self.rule.lists.keys().map(String::as_str);
            let problem = self.source.problem(value.span, format!("the header has no [list.{name}]"));
            let problem = problem.did_you_mean(name, known);
            self.problems.push(match problem.help {
                Some(_) => problem,
                None => problem.with_help(format!("add [list.{name}] with when_empty to the header")),
            });
            return None;
        };
        self.used.lists.insert(name.clone());
        match when_empty {
            WhenEmpty::Everything if self.context.lists.is_empty(name) => {
                Some(Expr::value(Value::Boolean(true)))
            }
            WhenEmpty::NothingListed if self.context.lists.is_empty(name) => {
                Some(Expr::value(Value::Boolean(false)))
            }
            _ => None,
        }
    }

    /// The column of `fields['key']`.
    fn key(&mut self, root: &Expr, chain: &[AccessExpr]) -> Option<Expr> {
        let (Expr::Identifier(ident), [AccessExpr::Subscript(Subscript::Index { index: Expr::Value(key) })]) =
            (root, chain)
        else {
            return None;
        };
        let Value::SingleQuotedString(key) = &key.value else { return None };
        if spelling(ident) != FIELDS {
            return None;
        }
        self.used.keys.insert(key.clone());
        Some(Expr::Identifier(Ident::with_quote('"', key_column(key))))
    }
}

fn text_literal(text: String) -> Expr {
    Expr::value(Value::SingleQuotedString(text))
}

fn number(digits: &str, is_negative: bool) -> Expr {
    let literal = Expr::value(Value::Number(digits.to_owned(), false));
    if is_negative { Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(literal) } } else { literal }
}

/// `tested IN (list)`; nothing is in an empty list.
fn in_texts(tested: Box<Expr>, list: Vec<Expr>, negated: bool) -> Expr {
    if list.is_empty() {
        return Expr::value(Value::Boolean(negated));
    }
    Expr::InList { expr: tested, list, negated }
}
