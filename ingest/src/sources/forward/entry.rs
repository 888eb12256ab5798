//! Entries of the forward protocol, written as JSON.
//!
//! `{"fluent_tag":"…","timestamp":"seconds.nanoseconds",…the record…}`; what the record has under these names itself is kept, and
//! ours is left out. Must not know: what members mean.

use std::borrow::Cow;
use std::io::Write;

use super::super::acked::{Malformed, Turn};
use super::msgpack::{Reader, Value};

/// Deepest nesting of a record.
const DEPTH_MAX: u32 = 64;
/// What one turn may hold of frames and of their text: entries of a few bytes become frames with a tag each.
const FRAMES_MAX: usize = 1_000_000;
const TEXT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Names of members that we add.
const TAG: &str = "fluent_tag";
const TIME: &str = "timestamp";

/// `[time, record]`, or with metadata `[[time, metadata], record]`.
pub(super) fn pair(reader: &mut Reader<'_>, tag: &[u8], turn: &mut Turn) -> Result<(), Malformed> {
    match reader.value()? {
        Value::Array(2) => members(reader, tag, turn),
        _ => Err(Malformed),
    }
}

/// `time, record`.
pub(super) fn members(reader: &mut Reader<'_>, tag: &[u8], turn: &mut Turn) -> Result<(), Malformed> {
    let time = match reader.value()? {
        Value::Array(2) => {
            let time = reader.value()?;
            reader.skip()?;
            time
        }
        time => time,
    };
    let Value::Map(count) = reader.value()? else { return Err(Malformed) };
    if turn.gather.len() >= FRAMES_MAX || turn.gather.text_bytes() > TEXT_BYTES_MAX {
        return Err(Malformed);
    }
    let mut json = b"{".to_vec();
    let mut has = (false, false);
    for _ in 0..count {
        let name = name(reader.value()?)?;
        has = (has.0 || name == TAG, has.1 || name == TIME);
        write_text(&name, &mut json);
        json.push(b':');
        write_value(reader, DEPTH_MAX, &mut json)?;
        json.push(b',');
    }
    if !has.0 {
        add(TAG, &String::from_utf8_lossy(tag), &mut json);
    }
    if let Some(time) = written(time).filter(|_| !has.1) {
        add(TIME, &time, &mut json);
    }
    if json.last() == Some(&b',') {
        json.pop();
    }
    json.push(b'}');
    turn.gather.push(&json);
    Ok(())
}

fn add(name: &str, text: &str, json: &mut Vec<u8>) {
    write_text(name, json);
    json.push(b':');
    write_text(text, json);
    json.push(b',');
}

/// A time in seconds, or an EventTime: seconds and nanoseconds.
fn written(time: Value<'_>) -> Option<String> {
    match time {
        Value::Unsigned(seconds) => Some(seconds.to_string()),
        Value::Float(seconds) => Some(format!("{seconds:.6}")),
        Value::Extension(0, bytes) => {
            let (seconds, rest) = bytes.split_first_chunk::<4>()?;
            let nanoseconds = rest.first_chunk::<4>()?;
            Some(format!("{}.{:09}", u32::from_be_bytes(*seconds), u32::from_be_bytes(*nanoseconds)))
        }
        _ => None,
    }
}

fn name(value: Value<'_>) -> Result<Cow<'_, str>, Malformed> {
    match value {
        Value::Text(text) | Value::Bytes(text) => Ok(String::from_utf8_lossy(text)),
        Value::Unsigned(number) => Ok(number.to_string().into()),
        Value::Signed(number) => Ok(number.to_string().into()),
        _ => Err(Malformed),
    }
}

fn write_value(reader: &mut Reader<'_>, depth: u32, json: &mut Vec<u8>) -> Result<(), Malformed> {
    let depth = depth.checked_sub(1).ok_or(Malformed)?;
    match reader.value()? {
        Value::Array(count) => {
            json.push(b'[');
            for index in 0..count {
                if index > 0 {
                    json.push(b',');
                }
                write_value(reader, depth, json)?;
            }
            json.push(b']');
        }
        Value::Map(count) => {
            json.push(b'{');
            for index in 0..count {
                if index > 0 {
                    json.push(b',');
                }
                write_text(&name(reader.value()?)?, json);
                json.push(b':');
                write_value(reader, depth, json)?;
            }
            json.push(b'}');
        }
        scalar => write_scalar(scalar, json),
    }
    Ok(())
}

/// Writing to memory does not fail.
fn write_scalar(value: Value<'_>, json: &mut Vec<u8>) {
    match value {
        Value::Bool(value) => write!(json, "{value}").ok(),
        Value::Unsigned(number) => write!(json, "{number}").ok(),
        Value::Signed(number) => write!(json, "{number}").ok(),
        Value::Float(number) if number.is_finite() => write!(json, "{number}").ok(),
        Value::Text(text) | Value::Bytes(text) => {
            write_text(&String::from_utf8_lossy(text), json);
            None
        }
        Value::Extension(..) => match written(value) {
            Some(time) => {
                write_text(&time, json);
                None
            }
            None => json.write_all(b"null").ok(),
        },
        _ => json.write_all(b"null").ok(),
    };
}

fn write_text(text: &str, json: &mut Vec<u8>) {
    serde_json::to_writer(json, text).ok();
}
