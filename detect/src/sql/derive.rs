//! Calls that rules make on columns, each named once: what many rules ask of a value is computed once for all of them.
//!
//! Every scalar function call and LIKE of a rule becomes a column of its own (`~0`, `~1`, ...), calls inside calls first.
//! Promises: an expression reads the same values as before. Must not know: batches.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column as PlanColumn, DFSchema, TableReference};
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, ExprSchemable};
use datafusion::physical_expr::PhysicalExpr;
use schema::columns::fields_field;

use super::analyse::input_of;
use super::substitute::key_column;
use super::{Input, Reads};

/// A call that some rules make.
#[derive(Debug)]
pub(crate) struct Derivation {
    pub reads: Reads,
    pub expr: Arc<dyn PhysicalExpr>,
    pub data_type: DataType,
    /// The columns its value depends on, by position in [`Derivations::bases`].
    pub base: usize,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Derivations {
    by_expr: HashMap<Expr, usize>,
    all: Vec<Derivation>,
    bases: Vec<BTreeSet<Input>>,
}

/// Where a rule is planned.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// Name the table goes by.
    pub table: &'a TableReference,
    pub state: &'a SessionState,
}

impl Derivations {
    pub fn get(&self, at: usize) -> Option<&Derivation> {
        self.all.get(at)
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Sets of columns that calls depend on.
    pub fn bases(&self) -> &[BTreeSet<Input>] {
        &self.bases
    }

    /// `expr` with columns in place of its calls.
    pub(super) fn replace(&mut self, expr: Expr, place: Place<'_>) -> Result<Expr> {
        // What CASE guards may fail where it is not asked.
        if matches!(expr, Expr::Case(_)) {
            return Ok(expr);
        }
        let expr = expr.map_children(|child| Ok(Transformed::yes(self.replace(child, place)?)))?.data;
        let is_call = matches!(expr, Expr::ScalarFunction(_) | Expr::Like(_));
        if !is_call || expr.column_refs().is_empty() {
            return Ok(expr);
        }
        let name = format!("~{}", self.position(expr, place)?);
        Ok(Expr::Column(PlanColumn::new(Some(place.table.clone()), name)))
    }

    fn position(&mut self, call: Expr, place: Place<'_>) -> Result<usize> {
        if let Some(known) = self.by_expr.get(&call) {
            return Ok(*known);
        }
        let (reads, schema) = self.reads([&call], place)?;
        let data_type = call.get_type(&schema)?;
        let expr = place.state.create_physical_expr(call.clone(), &schema)?;
        let base = self.base_of(&reads.inputs);
        let position = self.all.len();
        self.all.push(Derivation { reads, expr, data_type, base });
        self.by_expr.insert(call, position);
        Ok(position)
    }

    /// What expressions read, and its schema for planning.
    pub(super) fn reads<'e>(
        &self,
        exprs: impl IntoIterator<Item = &'e Expr>,
        place: Place<'_>,
    ) -> Result<(Reads, DFSchema)> {
        let columns = exprs.into_iter().flat_map(Expr::column_refs);
        let inputs: BTreeSet<Input> = columns.filter_map(|column| self.input(&column.name)).collect();
        let fields = inputs.iter().map(|input| match input {
            Input::Column(column) => Field::new(column.name(), column.kind().data_type(), true),
            Input::Field(key) => Field::new(key_column(key), DataType::Utf8View, true),
            Input::Map => fields_field(),
            Input::Derived(at) => {
                let data_type = self.get(*at).map_or(DataType::Null, |call| call.data_type.clone());
                Field::new(format!("~{at}"), data_type, true)
            }
        });
        let arrow = Schema::new(fields.collect::<Vec<_>>());
        let schema = DFSchema::try_from_qualified_schema(place.table.clone(), &arrow)?;
        Ok((Reads { inputs: inputs.into_iter().collect(), schema: Arc::clone(schema.inner()) }, schema))
    }

    fn input(&self, name: &str) -> Option<Input> {
        match name.strip_prefix('~') {
            Some(at) => Some(Input::Derived(at.parse().ok()?)),
            None => input_of(name),
        }
    }

    /// Position of the set of columns behind `inputs`.
    fn base_of(&mut self, inputs: &[Input]) -> usize {
        let mut base = BTreeSet::new();
        for input in inputs {
            let derived = match input {
                Input::Derived(at) => self.get(*at).and_then(|call| self.bases.get(call.base)),
                _ => None,
            };
            match derived {
                Some(below) => base.extend(below.iter().cloned()),
                None => {
                    base.insert(input.clone());
                }
            }
        }
        if let Some(known) = self.bases.iter().position(|known| *known == base) {
            return known;
        }
        self.bases.push(base);
        self.bases.len() - 1
    }
}
