//! Aggregates over a sliding set of rows: what enters is added, what leaves is taken back.
//!
//! Promises: exact whatever the order of adding and taking back. Numbers that are not whole are summed in
//! steps of 2^-40 as integers, because adding and subtracting floats leaves a rest; what is not finite makes
//! a sum null. The cost of an event does not grow with the number of rows held.
//! Must not know: groups, windows.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, UInt32Array, new_null_array,
};
use arrow::buffer::NullBuffer;
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, Rows, SortField};

use crate::sql::{Aggregate, AggregateKind};

/// Steps in one when numbers that are not whole are summed.
const STEPS: f64 = (1u64 << 40) as f64;

/// A value as aggregates compare it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    Int(i64),
    Bytes(Box<[u8]>),
}

/// The arguments of an aggregate over one batch of rows.
pub(crate) struct Cells {
    values: Values,
    nulls: Option<NullBuffer>,
    filter: Option<BooleanArray>,
}

enum Values {
    /// Only whether there is one counts.
    Presence,
    Int(Int64Array),
    Float(Float64Array),
    Boolean(BooleanArray),
    Keys(Rows),
}

impl Cells {
    /// True when the row counts for the aggregate.
    fn counts(&self, row: usize) -> bool {
        self.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row))
            && self.filter.as_ref().is_none_or(|filter| filter.is_valid(row) && filter.value(row))
    }

    fn key(&self, row: usize) -> Option<Key> {
        match &self.values {
            Values::Int(ints) => Some(Key::Int(ints.value(row))),
            Values::Keys(rows) => Some(Key::Bytes(rows.row(row).as_ref().into())),
            _ => None,
        }
    }
}

/// An aggregate over the rows now in the window.
pub(crate) struct Accumulator {
    aggregate: Aggregate,
    /// Turns values that are no integers into comparable bytes and back.
    converter: Option<RowConverter>,
    state: State,
    /// Answers not yet collected.
    answers: Answers,
}

enum State {
    Count(u64),
    Distinct(HashMap<Key, u64>),
    SumInt {
        sum: i128,
        rows: u64,
    },
    SumFloat {
        steps: i128,
        rows: u64,
        unbounded: u64,
    },
    /// Candidates for the extreme with their row's number: each better than all that follow it.
    Extreme(VecDeque<(u64, Key)>),
    Boolean {
        trues: u64,
        falses: u64,
    },
}

enum Answers {
    Int(Vec<Option<i64>>),
    Float(Vec<Option<f64>>),
    Boolean(Vec<Option<bool>>),
    Key(Vec<Option<Key>>),
}

impl Accumulator {
    /// An accumulator; `argument` is the type of the aggregate's argument.
    pub fn new(aggregate: &Aggregate, argument: Option<&DataType>) -> Result<Accumulator, ArrowError> {
        use AggregateKind as K;
        let is_int = argument.is_some_and(is_int);
        let by_key = matches!(aggregate.kind, K::CountDistinct | K::Min | K::Max) && !is_int;
        let converter = match argument.filter(|_| by_key) {
            Some(kind) => Some(RowConverter::new(vec![SortField::new(kind.clone())])?),
            None => None,
        };
        let state = match (aggregate.kind, is_int) {
            (K::Count, _) => State::Count(0),
            (K::CountDistinct, _) => State::Distinct(HashMap::new()),
            (K::Sum | K::Avg, true) => State::SumInt { sum: 0, rows: 0 },
            (K::Sum | K::Avg, false) => State::SumFloat { steps: 0, rows: 0, unbounded: 0 },
            (K::Min | K::Max, _) => State::Extreme(VecDeque::new()),
            (K::BoolAnd | K::BoolOr, _) => State::Boolean { trues: 0, falses: 0 },
        };
        let answers = match (&state, aggregate.kind) {
            (State::Count(_) | State::Distinct(_), _) | (State::SumInt { .. }, K::Sum) => {
                Answers::Int(vec![])
            }
            (State::SumInt { .. } | State::SumFloat { .. }, _) => Answers::Float(vec![]),
            (State::Extreme(_), _) => Answers::Key(vec![]),
            (State::Boolean { .. }, _) => Answers::Boolean(vec![]),
        };
        Ok(Accumulator { aggregate: aggregate.clone(), converter, state, answers })
    }

    /// The arguments of a batch of rows in the form this aggregate reads.
    pub fn cells(&self, argument: Option<&ArrayRef>, filter: Option<&ArrayRef>) -> Result<Cells, ArrowError> {
        let filter = filter.and_then(|filter| filter.as_boolean_opt()).cloned();
        let Some(argument) = argument else {
            return Ok(Cells { values: Values::Presence, nulls: None, filter });
        };
        let values = match (&self.state, &self.converter) {
            (State::Count(_), _) => Values::Presence,
            (_, Some(converter)) => Values::Keys(converter.convert_columns(std::slice::from_ref(argument))?),
            (State::SumFloat { .. }, _) => {
                Values::Float(cast(argument, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
            }
            (State::Boolean { .. }, _) => {
                Values::Boolean(cast(argument, &DataType::Boolean)?.as_boolean().clone())
            }
            _ => Values::Int(cast(argument, &DataType::Int64)?.as_primitive::<Int64Type>().clone()),
        };
        Ok(Cells { values, nulls: argument.logical_nulls(), filter })
    }

    /// Row `row` of `cells`, the `index`-th of the group, enters.
    pub fn add(&mut self, cells: &Cells, row: usize, index: u64) {
        if !cells.counts(row) {
            return;
        }
        let wants_max = self.aggregate.kind == AggregateKind::Max;
        match &mut self.state {
            State::Count(rows) => *rows += 1,
            State::Distinct(seen) => {
                if let Some(key) = cells.key(row) {
                    *seen.entry(key).or_insert(0) += 1;
                }
            }
            State::SumInt { sum, rows } => {
                if let Values::Int(ints) = &cells.values {
                    *sum += i128::from(ints.value(row));
                    *rows += 1;
                }
            }
            State::SumFloat { steps, rows, unbounded } => {
                if let Values::Float(floats) = &cells.values {
                    match steps_of(floats.value(row)) {
                        Some(of_row) => *steps += of_row,
                        None => *unbounded += 1,
                    }
                    *rows += 1;
                }
            }
            State::Extreme(candidates) => {
                let Some(key) = cells.key(row) else { return };
                let worse = |last: &Key| if wants_max { *last <= key } else { *last >= key };
                while candidates.back().is_some_and(|(_, last)| worse(last)) {
                    candidates.pop_back();
                }
                candidates.push_back((index, key));
            }
            State::Boolean { trues, falses } => {
                if let Values::Boolean(booleans) = &cells.values {
                    *(if booleans.value(row) { trues } else { falses }) += 1;
                }
            }
        }
    }

    /// Row `row` of `cells`, the `index`-th of the group and the oldest held, leaves.
    pub fn remove(&mut self, cells: &Cells, row: usize, index: u64) {
        if !cells.counts(row) {
            return;
        }
        match &mut self.state {
            State::Count(rows) => *rows -= 1,
            State::Distinct(seen) => {
                let Some(key) = cells.key(row) else { return };
                if let Some(rows) = seen.get_mut(&key) {
                    *rows -= 1;
                    if *rows == 0 {
                        seen.remove(&key);
                    }
                }
            }
            State::SumInt { sum, rows } => {
                if let Values::Int(ints) = &cells.values {
                    *sum -= i128::from(ints.value(row));
                    *rows -= 1;
                }
            }
            State::SumFloat { steps, rows, unbounded } => {
                if let Values::Float(floats) = &cells.values {
                    match steps_of(floats.value(row)) {
                        Some(of_row) => *steps -= of_row,
                        None => *unbounded -= 1,
                    }
                    *rows -= 1;
                }
            }
            State::Extreme(candidates) => {
                if candidates.front().is_some_and(|(oldest, _)| *oldest == index) {
                    candidates.pop_front();
                }
            }
            State::Boolean { trues, falses } => {
                if let Values::Boolean(booleans) = &cells.values {
                    *(if booleans.value(row) { trues } else { falses }) -= 1;
                }
            }
        }
    }

    /// Forgets every row.
    pub fn clear(&mut self) {
        match &mut self.state {
            State::Count(rows) => *rows = 0,
            State::Distinct(seen) => *seen = HashMap::new(),
            State::SumInt { sum, rows } => (*sum, *rows) = (0, 0),
            State::SumFloat { steps, rows, unbounded } => (*steps, *rows, *unbounded) = (0, 0, 0),
            State::Extreme(candidates) => candidates.clear(),
            State::Boolean { trues, falses } => (*trues, *falses) = (0, 0),
        }
    }

    /// Notes the answer over the rows now held.
    pub fn answer(&mut self) {
        let is_and = self.aggregate.kind == AggregateKind::BoolAnd;
        match (&self.state, &mut self.answers) {
            (State::Count(rows), Answers::Int(answers)) => answers.push(Some(saturated(i128::from(*rows)))),
            (State::Distinct(seen), Answers::Int(answers)) => answers.push(Some(seen.len() as i64)),
            (State::SumInt { sum, rows }, Answers::Int(answers)) => {
                answers.push((*rows > 0).then(|| saturated(*sum)));
            }
            (State::SumInt { sum, rows }, Answers::Float(answers)) => {
                answers.push((*rows > 0).then(|| *sum as f64 / *rows as f64));
            }
            (State::SumFloat { steps, rows, unbounded }, Answers::Float(answers)) => {
                let divisor = if self.aggregate.kind == AggregateKind::Avg { *rows as f64 } else { 1.0 };
                answers.push((*rows > 0 && *unbounded == 0).then(|| *steps as f64 / STEPS / divisor));
            }
            (State::Extreme(candidates), Answers::Key(answers)) => {
                answers.push(candidates.front().map(|(_, key)| key.clone()));
            }
            (State::Boolean { trues, falses }, Answers::Boolean(answers)) => {
                let answer = if is_and { *falses == 0 } else { *trues > 0 };
                answers.push((trues + falses > 0).then_some(answer));
            }
            _ => debug_assert!(false, "an accumulator's state and answers are made together"),
        }
    }

    /// The answers noted since the last call, as a column of the aggregate's type.
    pub fn take_answers(&mut self) -> Result<ArrayRef, ArrowError> {
        let output = self.aggregate.output.clone();
        let array: ArrayRef = match &mut self.answers {
            Answers::Int(answers) => Arc::new(std::mem::take(answers).into_iter().collect::<Int64Array>()),
            Answers::Float(answers) => {
                Arc::new(std::mem::take(answers).into_iter().collect::<Float64Array>())
            }
            Answers::Boolean(answers) => {
                Arc::new(std::mem::take(answers).into_iter().collect::<BooleanArray>())
            }
            Answers::Key(answers) => {
                keys_to_array(std::mem::take(answers), self.converter.as_ref(), &output)?
            }
        };
        if *array.data_type() == output { Ok(array) } else { cast(&array, &output) }
    }
}

/// True for types whose order is that of their 64-bit integer.
fn is_int(kind: &DataType) -> bool {
    kind.is_signed_integer()
        || matches!(kind, DataType::UInt8 | DataType::UInt16 | DataType::UInt32)
        || matches!(kind, DataType::Timestamp(..) | DataType::Date64 | DataType::Duration(_))
}

/// A number in steps of 2^-40; none when it is not finite or too large to be summed so.
fn steps_of(number: f64) -> Option<i128> {
    let steps = (number * STEPS).round();
    // 2^100 leaves room to add 2^27 of them; a narrower bound would refuse sizes in bytes.
    (steps.abs() < 2f64.powi(100)).then_some(steps as i128)
}

fn saturated(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

fn keys_to_array(
    keys: Vec<Option<Key>>,
    converter: Option<&RowConverter>,
    output: &DataType,
) -> Result<ArrayRef, ArrowError> {
    let Some(converter) = converter else {
        let ints = keys.iter().map(|key| match key {
            Some(Key::Int(int)) => Some(*int),
            _ => None,
        });
        return Ok(Arc::new(ints.collect::<Int64Array>()));
    };
    let parser = converter.parser();
    let bytes = keys.iter().filter_map(|key| match key {
        Some(Key::Bytes(bytes)) => Some(parser.parse(bytes)),
        _ => None,
    });
    let values = converter.convert_rows(bytes)?.into_iter().next();
    let values = values.unwrap_or_else(|| new_null_array(output, 0));
    let mut next = 0u32;
    let indices = keys.iter().map(|key| {
        key.as_ref().map(|_| {
            next += 1;
            next - 1
        })
    });
    take(&values, &indices.collect::<UInt32Array>(), None)
}
