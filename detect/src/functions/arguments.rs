//! The arguments of a call as typed columns.
//!
//! Promises: a literal is one value, read once, whatever the number of rows. Must not know: functions.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, TimestampMicrosecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimestampMicrosecondType};
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};

use crate::context::Context;

/// What a function is called with.
pub(super) struct Arguments<'a> {
    /// What the town is like.
    pub context: &'a Context,
    args: &'a ScalarFunctionArgs,
}

impl<'a> Arguments<'a> {
    pub fn new(args: &'a ScalarFunctionArgs, context: &'a Context) -> Arguments<'a> {
        Arguments { context, args }
    }

    /// The texts of one argument.
    pub fn texts(&self, position: usize) -> Result<Texts> {
        let (array, is_literal) = self.array(position)?;
        let array = cast(&array, &DataType::Utf8View)?;
        Ok(Texts { values: array.as_string_view().clone(), is_literal, rows: self.args.number_rows })
    }

    /// The moments of one argument, one a row.
    pub fn times(&self, position: usize) -> Result<TimestampMicrosecondArray> {
        let array = match self.args.args.get(position) {
            Some(value) => value.to_array(self.args.number_rows)?,
            None => return Err(missing(position)),
        };
        let array = cast(&array, &schema::Kind::Time.data_type())?;
        Ok(array.as_primitive::<TimestampMicrosecondType>().clone())
    }

    /// The moments of an argument that may be left out.
    pub fn optional_times(&self, position: usize) -> Result<Option<TimestampMicrosecondArray>> {
        if position < self.args.args.len() { self.times(position).map(Some) } else { Ok(None) }
    }

    /// Applies `answer` to each text of the only argument.
    pub fn map<T, A>(&self, answer: impl Fn(&str) -> T) -> Result<ArrayRef>
    where
        A: Array + FromIterator<Option<T>> + 'static,
    {
        let texts = self.texts(0)?;
        Ok(Arc::new(texts.iter().map(|text| text.map(&answer)).collect::<A>()))
    }

    fn array(&self, position: usize) -> Result<(ArrayRef, bool)> {
        match self.args.args.get(position) {
            Some(ColumnarValue::Array(array)) => Ok((Arc::clone(array), false)),
            Some(ColumnarValue::Scalar(value)) => Ok((value.to_array()?, true)),
            None => Err(missing(position)),
        }
    }
}

fn missing(position: usize) -> datafusion::error::DataFusionError {
    exec_datafusion_err!("argument {} is missing", position + 1)
}

/// Texts, one a row, or one for all rows.
pub(super) struct Texts {
    values: StringViewArray,
    is_literal: bool,
    rows: usize,
}

impl Texts {
    /// The text of a row; none when it is null.
    pub fn get(&self, row: usize) -> Option<&str> {
        let row = if self.is_literal { 0 } else { row };
        (row < self.values.len() && self.values.is_valid(row)).then(|| self.values.value(row))
    }

    /// The text all rows share, when it was written as a literal.
    pub fn literal(&self) -> Option<&str> {
        self.is_literal.then(|| self.get(0)).flatten()
    }

    /// The texts, row by row.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.rows).map(|row| self.get(row))
    }
}
