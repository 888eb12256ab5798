//! Sizes and lengths of time as people write them: `64KiB`, `20GiB`, `5ms`, `30s`, `1d`.
//!
//! Promises: a number without a unit is refused, so that nobody waits 30 hours for 30 seconds.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer};
use serde::{Serialize, Serializer};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

/// A length of time in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(pub u64);

const SIZES: [(&str, u64); 8] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

const LENGTHS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("ms", 1), ("s", 1_000)];

fn quantity(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '_')?;
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.replace('_', "").parse().ok()?;
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim())?;
    number.checked_mul(*factor)
}

/// The largest unit that divides the number.
fn shown(number: u64, units: &[(&str, u64)]) -> String {
    let mut sorted = units.to_vec();
    sorted.sort_by_key(|(_, factor)| std::cmp::Reverse(*factor));
    match sorted.iter().find(|(_, factor)| number >= *factor && number.is_multiple_of(*factor)) {
        Some((name, factor)) => format!("{}{name}", number / factor),
        None => format!("{number}{}", sorted.last().map_or("", |(name, _)| name)),
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&shown(self.0, &SIZES))
    }
}

impl fmt::Display for Length {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&shown(self.0, &LENGTHS))
    }
}

impl Serialize for ByteSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Length {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        quantity(&text, &SIZES).map(ByteSize).ok_or_else(|| {
            de::Error::custom(format!(
                "`{text}` is no size: write a number and B, KiB, MiB, GiB or TiB, as \"64KiB\""
            ))
        })
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        quantity(&text, &LENGTHS).map(Length).ok_or_else(|| {
            de::Error::custom(format!(
                "`{text}` is no length of time: write a number and ms, s, m, h or d, as \"30s\""
            ))
        })
    }
}

impl JsonSchema for ByteSize {
    fn schema_name() -> Cow<'static, str> {
        "ByteSize".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9_]+ ?(B|kB|MB|GB|KiB|MiB|GiB|TiB)$", "examples": ["64KiB", "20GiB"] })
    }
}

impl JsonSchema for Length {
    fn schema_name() -> Cow<'static, str> {
        "Length".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9_]+ ?(ms|s|m|h|d)$", "examples": ["5ms", "30s", "1d"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_and_write_with_their_unit() {
        assert_eq!(quantity("64KiB", &SIZES), Some(65_536));
        assert_eq!(quantity("5ms", &LENGTHS), Some(5));
        assert_eq!(quantity("10m", &LENGTHS), Some(600_000));
        assert_eq!(quantity("30", &LENGTHS), None);
        assert_eq!(quantity("99999999999999TiB", &SIZES), None);
        assert_eq!(ByteSize(65_536).to_string(), "64KiB");
        assert_eq!(Length(90_000).to_string(), "90s");
        assert_eq!(Length(86_400_000).to_string(), "1d");
    }
}
