//! One column as JSON values: downcast once a batch, written cell by cell into a byte buffer.
//!
//! Promises: valid JSON whatever the value; control characters, DEL and C1 escaped, so that a value
//! cannot drive a terminal. Must not know: what a column means.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, GenericListArray, Int64Array, LargeStringArray,
    MapArray, StringArray, StringViewArray, StructArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::timestamp::push_rfc3339;

/// The cells of a column, ready to be written.
pub enum Cells {
    Text(StringViewArray),
    Utf8(StringArray),
    LargeUtf8(LargeStringArray),
    Int(Int64Array),
    UInt(UInt64Array),
    Float(Float64Array),
    Bool(BooleanArray),
    Time(TimestampMicrosecondArray),
    Map {
        map: MapArray,
        keys: Box<Cells>,
        values: Box<Cells>,
    },
    List {
        list: GenericListArray<i32>,
        items: Box<Cells>,
    },
    Struct {
        array: StructArray,
        columns: Vec<(Vec<u8>, Cells)>,
    },
    /// A type without a JSON shape of its own: written as text.
    Shown(ArrayRef),
}

impl Cells {
    /// Prepares a column.
    pub fn new(array: &ArrayRef) -> Result<Cells, ArrowError> {
        Ok(match array.data_type() {
            DataType::Utf8View => Cells::Text(array.as_string_view().clone()),
            DataType::Utf8 => Cells::Utf8(array.as_string::<i32>().clone()),
            DataType::LargeUtf8 => Cells::LargeUtf8(array.as_string::<i64>().clone()),
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => Cells::Int(ints(array)?),
            DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => {
                Cells::UInt(cast(array, &DataType::UInt64)?.as_primitive().clone())
            }
            DataType::Float16 | DataType::Float32 | DataType::Float64 => {
                Cells::Float(cast(array, &DataType::Float64)?.as_primitive().clone())
            }
            DataType::Boolean => Cells::Bool(array.as_boolean().clone()),
            DataType::Timestamp(unit, zone) => {
                let micros = match unit {
                    TimeUnit::Microsecond => array.clone(),
                    _ => cast(array, &DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))?,
                };
                Cells::Time(micros.as_primitive().clone())
            }
            DataType::Map(_, _) => {
                let map = array.as_map().clone();
                let (keys, values) = (Cells::new(map.keys())?, Cells::new(map.values())?);
                Cells::Map { map, keys: Box::new(keys), values: Box::new(values) }
            }
            DataType::List(_) => {
                let list = array.as_list::<i32>().clone();
                let items = Box::new(Cells::new(list.values())?);
                Cells::List { list, items }
            }
            DataType::Struct(_) => {
                let array = array.as_struct().clone();
                let columns =
                    named(array.fields().iter().map(|field| field.name().as_str()), array.columns())?;
                Cells::Struct { array, columns }
            }
            DataType::Dictionary(_, value) => Cells::new(&cast(array, value)?)?,
            _ => Cells::Shown(array.clone()),
        })
    }

    /// True when the row has no value.
    #[inline]
    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Cells::Text(array) => array.is_null(row),
            Cells::Utf8(array) => array.is_null(row),
            Cells::LargeUtf8(array) => array.is_null(row),
            Cells::Int(array) => array.is_null(row),
            Cells::UInt(array) => array.is_null(row),
            Cells::Float(array) => array.is_null(row),
            Cells::Bool(array) => array.is_null(row),
            Cells::Time(array) => array.is_null(row),
            Cells::Map { map, .. } => map.is_null(row),
            Cells::List { list, .. } => list.is_null(row),
            Cells::Struct { array, .. } => array.is_null(row),
            Cells::Shown(array) => array.is_null(row),
        }
    }

    /// Appends the JSON value of a row; `null` when it has none.
    #[inline]
    pub fn push(&self, row: usize, out: &mut Vec<u8>) {
        if self.is_null(row) {
            out.extend_from_slice(b"null");
            return;
        }
        match self {
            Cells::Text(array) => push_text(array.value(row), out),
            Cells::Utf8(array) => push_text(array.value(row), out),
            Cells::LargeUtf8(array) => push_text(array.value(row), out),
            Cells::Int(array) => push_int(array.value(row), out),
            Cells::UInt(array) => out.extend_from_slice(array.value(row).to_string().as_bytes()),
            Cells::Float(array) => push_float(array.value(row), out),
            Cells::Bool(array) => out.extend_from_slice(if array.value(row) { b"true" } else { b"false" }),
            Cells::Time(array) => {
                out.push(b'"');
                push_rfc3339(out, array.value(row));
                out.push(b'"');
            }
            Cells::Map { map, keys, values } => push_map(map, keys, values, row, out),
            Cells::List { list, items } => push_list(list, items, row, out),
            Cells::Struct { columns, .. } => {
                out.push(b'{');
                push_members(columns, row, out);
                out.push(b'}');
            }
            Cells::Shown(array) => push_text(&shown(array, row), out),
        }
    }
}

/// Columns with their `"name":` ready to be written.
pub fn named<'n>(
    names: impl Iterator<Item = &'n str>,
    arrays: &[ArrayRef],
) -> Result<Vec<(Vec<u8>, Cells)>, ArrowError> {
    names
        .zip(arrays)
        .map(|(name, array)| {
            let mut key = Vec::with_capacity(name.len() + 3);
            push_text(name, &mut key);
            key.push(b':');
            Ok((key, Cells::new(array)?))
        })
        .collect()
}

/// Appends the members of an object without its braces, nulls left out.
pub fn push_members(columns: &[(Vec<u8>, Cells)], row: usize, out: &mut Vec<u8>) {
    let mut first = true;
    for (key, cells) in columns {
        if cells.is_null(row) {
            continue;
        }
        if !first {
            out.push(b',');
        }
        first = false;
        out.extend_from_slice(key);
        cells.push(row, out);
    }
}

fn push_map(map: &MapArray, keys: &Cells, values: &Cells, row: usize, out: &mut Vec<u8>) {
    let range = range(map.value_offsets(), row);
    out.push(b'{');
    for (index, entry) in range.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        // A JSON key is a text whatever the map's key type is.
        match keys {
            Cells::Text(_) | Cells::Utf8(_) | Cells::LargeUtf8(_) => keys.push(entry, out),
            _ => {
                let mut key = Vec::new();
                keys.push(entry, &mut key);
                push_text(&String::from_utf8_lossy(&key), out);
            }
        }
        out.push(b':');
        values.push(entry, out);
    }
    out.push(b'}');
}

fn push_list(list: &GenericListArray<i32>, items: &Cells, row: usize, out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, item) in range(list.value_offsets(), row).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        items.push(item, out);
    }
    out.push(b']');
}

fn range(offsets: &[i32], row: usize) -> std::ops::Range<usize> {
    let at = |index: usize| offsets.get(index).map_or(0, |offset| *offset as usize);
    at(row)..at(row + 1)
}

fn ints(array: &ArrayRef) -> Result<Int64Array, ArrowError> {
    Ok(cast(array, &DataType::Int64)?.as_primitive().clone())
}

fn push_int(number: i64, out: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        if let Some(slot) = digits.get_mut(at) {
            *slot = b'0' + (rest % 10) as u8;
        }
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(digits.get(at..).unwrap_or_default());
}

/// JSON has no NaN and no infinity: they are null.
fn push_float(number: f64, out: &mut Vec<u8>) {
    match serde_json::Number::from_f64(number) {
        Some(number) => out.extend_from_slice(number.to_string().as_bytes()),
        None => out.extend_from_slice(b"null"),
    }
}

fn shown(array: &ArrayRef, row: usize) -> String {
    let options = FormatOptions::default();
    ArrayFormatter::try_new(array, &options)
        .map(|formatter| formatter.value(row).to_string())
        .unwrap_or_default()
}

/// Bytes that may not stand as they are: control characters, `"`, `\`, DEL, and the first byte of C1 controls.
#[inline]
fn is_special(byte: &u8) -> bool {
    matches!(byte, 0..0x20 | b'"' | b'\\' | 0x7f | 0xc2)
}

/// Appends a text in quotes.
#[inline]
pub fn push_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(is_special) {
        let (plain, from) = rest.split_at(at);
        out.extend_from_slice(plain);
        let used = push_escaped(from, out);
        rest = from.get(used..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Appends the special character at the start of `bytes`; the number of bytes it had.
fn push_escaped(bytes: &[u8], out: &mut Vec<u8>) -> usize {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let (code, used) = match bytes {
        [b'"', ..] => {
            out.extend_from_slice(b"\\\"");
            return 1;
        }
        [b'\\', ..] => {
            out.extend_from_slice(b"\\\\");
            return 1;
        }
        [b'\n', ..] => {
            out.extend_from_slice(b"\\n");
            return 1;
        }
        [b'\t', ..] => {
            out.extend_from_slice(b"\\t");
            return 1;
        }
        // U+0080 to U+009F, of which U+009B starts a terminal command.
        [0xc2, second @ 0x80..=0x9f, ..] => (*second, 2),
        [0xc2, second, ..] => {
            out.extend_from_slice(&[0xc2, *second]);
            return 2;
        }
        [byte, ..] => (*byte, 1),
        [] => return 1,
    };
    out.extend_from_slice(b"\\u00");
    for nibble in [code >> 4, code & 15] {
        out.push(HEX.get(usize::from(nibble)).copied().unwrap_or(b'0'));
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        let mut out = Vec::new();
        push_text(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_text_reads_back_and_none_holds_a_raw_control_character() {
        for sample in
            ["plain", "\"quoted\\\"", "\u{1b}[2J\u{9b}31m\u{7f}\0\r\n\t", "perché £ è così ™ 🙂", ""]
        {
            let written = text(sample);
            assert_eq!(serde_json::from_str::<String>(&written).unwrap(), sample);
            assert!(!written.chars().any(char::is_control), "{written:?}");
        }
        assert_eq!(text("a\u{9b}b"), "\"a\\u009bb\"");
    }

    #[test]
    fn numbers_are_whole_and_not_a_number_is_null() {
        for number in [0, -1, i64::MAX, i64::MIN, 1234567890] {
            let mut out = Vec::new();
            push_int(number, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
        let mut out = Vec::new();
        push_float(f64::NAN, &mut out);
        assert_eq!(out, b"null");
    }
}
