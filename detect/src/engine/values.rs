//! What rules read of one batch: its columns, and the calls they share, each computed once for each distinct value.
//!
//! Promises: a value is the one that the call gives for that row; a call is not made for rows that no rule asks for.
//! Must not know: rules, what is done with values.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatchOptions, StringViewArray, UInt32Array, new_empty_array};
use arrow::compute::{cast, interleave, take};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::error::{DataFusionError, Result};
use rustc_hash::FxHashMap;
use schema::{Column, EventBatch};

use crate::sql::{Derivations, Input, Reads};

/// Not computed yet.
const NOWHERE: (u32, u32) = (u32::MAX, 0);

/// A batch as rules read it.
pub(crate) struct Values<'b> {
    batch: &'b EventBatch,
    derivations: &'b Derivations,
    /// By base of calls, when first asked for.
    classes: Vec<Option<Rc<Classes>>>,
    /// By call.
    known: Vec<Known>,
}

/// Rows of a batch that have the same values in some columns.
struct Classes {
    /// Class of each row; each row is its own when none.
    of_row: Option<Vec<u32>>,
    count: usize,
}

/// What of a call is computed.
#[derive(Default)]
struct Known {
    /// Part and position of each class.
    places: Vec<(u32, u32)>,
    parts: Vec<ArrayRef>,
}

impl<'b> Values<'b> {
    pub fn new(batch: &'b EventBatch, derivations: &'b Derivations) -> Values<'b> {
        let (mut classes, mut known) = (Vec::new(), Vec::new());
        classes.resize_with(derivations.bases().len(), || None);
        known.resize_with(derivations.len(), Known::default);
        Values { batch, derivations, classes, known }
    }

    pub fn batch(&self) -> &'b EventBatch {
        self.batch
    }

    /// What `reads` names at `rows`, which ascend.
    pub fn read(&mut self, reads: &Reads, rows: &UInt32Array) -> Result<RecordBatch> {
        let mut arrays = Vec::with_capacity(reads.inputs.len());
        for input in &reads.inputs {
            arrays.push(self.at(input, rows)?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&reads.schema), arrays, &options)?)
    }

    fn at(&mut self, input: &Input, rows: &UInt32Array) -> Result<ArrayRef> {
        let whole = match input {
            Input::Derived(call) => return self.derived(*call, rows),
            other => column(self.batch, other)?,
        };
        Ok(if rows.len() == self.batch.len() { whole } else { take(&whole, rows, None)? })
    }

    fn derived(&mut self, call: usize, rows: &UInt32Array) -> Result<ArrayRef> {
        let derivations = self.derivations;
        let (Some(derivation), Some(slot)) = (derivations.get(call), self.known.get_mut(call)) else {
            return Err(DataFusionError::Internal(format!("there is no call {call}")));
        };
        if rows.is_empty() {
            return Ok(new_empty_array(&derivation.data_type));
        }
        // Out of its place while it is made: a call that fails leaves nothing behind.
        let mut known = std::mem::take(slot);
        let classes = self.classes(derivation.base)?;
        known.places.resize(classes.count, NOWHERE);
        let (mut missing, part) = (Vec::new(), known.parts.len() as u32);
        for row in rows.values() {
            if let Some(place) = known.places.get_mut(classes.class(*row))
                && *place == NOWHERE
            {
                *place = (part, missing.len() as u32);
                missing.push(*row);
            }
        }
        let is_new = missing.len() == rows.len();
        if !missing.is_empty() {
            let missing = UInt32Array::from(missing);
            let inputs = self.read(&derivation.reads, &missing)?;
            let values = derivation.expr.evaluate(&inputs)?.into_array(missing.len())?;
            // An expression may answer with a close relative of the planned type.
            let is_planned = *values.data_type() == derivation.data_type;
            known.parts.push(if is_planned { values } else { cast(&values, &derivation.data_type)? });
        }
        let values = match known.parts.last() {
            Some(part) if is_new => Ok(Arc::clone(part)),
            _ => known.at(&classes, rows),
        };
        if let Some(slot) = self.known.get_mut(call) {
            *slot = known;
        }
        Ok(values?)
    }

    fn classes(&mut self, base: usize) -> Result<Rc<Classes>> {
        if let Some(Some(known)) = self.classes.get(base) {
            return Ok(Rc::clone(known));
        }
        let columns = self.derivations.bases().get(base);
        let classes = Rc::new(Classes::of(self.batch, columns.unwrap_or(&BTreeSet::new()))?);
        if let Some(slot) = self.classes.get_mut(base) {
            *slot = Some(Rc::clone(&classes));
        }
        Ok(classes)
    }
}

impl Known {
    /// The values of `rows`, all of which are computed.
    fn at(&self, classes: &Classes, rows: &UInt32Array) -> std::result::Result<ArrayRef, ArrowError> {
        let places = rows.values().iter().map(|row| self.places.get(classes.class(*row)).copied());
        let places = places.map(|place| place.unwrap_or_default());
        match self.parts.as_slice() {
            [only] => take(only, &places.map(|(_, position)| position).collect::<UInt32Array>(), None),
            parts => {
                let places: Vec<_> =
                    places.map(|(part, position)| (part as usize, position as usize)).collect();
                interleave(&parts.iter().map(|part| &**part).collect::<Vec<_>>(), &places)
            }
        }
    }
}

impl Classes {
    fn of(batch: &EventBatch, columns: &BTreeSet<Input>) -> Result<Classes> {
        // Messages are hardly ever alike, and looking whether they are is not free.
        let may_repeat = |input: &Input| match input {
            Input::Column(column) => *column != Column::Message && column.kind() == schema::Kind::Text,
            Input::Field(_) => true,
            Input::Map | Input::Derived(_) => false,
        };
        if !columns.iter().all(may_repeat) {
            return Ok(Classes { of_row: None, count: batch.len() });
        }
        let arrays = columns.iter().map(|input| column(batch, input)).collect::<Result<Vec<_>>>()?;
        let mut hashes = vec![0; batch.len()];
        create_hashes(&arrays, &RandomState::with_seed(0), &mut hashes)?;
        let texts: Vec<&StringViewArray> =
            arrays.iter().filter_map(|array| array.as_any().downcast_ref()).collect();
        let (mut by_hash, mut of_row, mut firsts) = (FxHashMap::default(), Vec::new(), Vec::new());
        for (row, hash) in hashes.into_iter().enumerate() {
            let next = firsts.len() as u32;
            let class = *by_hash.entry(hash).or_insert(next);
            let first = firsts.get(class as usize).copied();
            let is_alike = first.is_some_and(|first| texts.iter().all(|texts| is_same(texts, first, row)));
            // Others with the hash of a class are classes of their own, and share nothing.
            let class = if is_alike { class } else { next };
            if !is_alike {
                firsts.push(row);
            }
            of_row.push(class);
        }
        Ok(Classes { of_row: Some(of_row), count: firsts.len() })
    }

    /// That of a row.
    fn class(&self, row: u32) -> usize {
        match &self.of_row {
            Some(of_row) => of_row.get(row as usize).map_or(usize::MAX, |class| *class as usize),
            None => row as usize,
        }
    }
}

fn is_same(texts: &StringViewArray, a: usize, b: usize) -> bool {
    match (texts.is_valid(a), texts.is_valid(b)) {
        (true, true) => texts.value(a) == texts.value(b),
        (a, b) => a == b,
    }
}

/// A column of the batch.
fn column(batch: &EventBatch, input: &Input) -> Result<ArrayRef> {
    Ok(match input {
        Input::Column(column) => Arc::clone(batch.array(*column)),
        Input::Field(key) => match batch.field(key) {
            Some(values) => Arc::new(values.clone()),
            None => Arc::new(StringViewArray::new_null(batch.len())),
        },
        Input::Map => Arc::new(batch.fields_map()?),
        Input::Derived(call) => {
            return Err(DataFusionError::Internal(format!("the call {call} is no column")));
        }
    })
}
