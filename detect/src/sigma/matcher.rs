//! One question to one value: what an atom asks.
//!
//! Promises: a test is pure; a value it cannot read (no number, no address, no time) is a plain "no".
//! Must not know: which field the value stands in.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::expression::Expression;
use super::pattern::{Pattern, Piece};
use crate::clues::{Part, fold};

/// Number comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Order {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

/// Parts of a time that a rule may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum TimePart {
    Minute,
    Hour,
    Day,
    /// ISO 8601 week.
    Week,
    Month,
    Year,
}

/// What an atom asks, comparable, so that rules share atoms.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Test {
    /// The field is there, empty or not.
    Present,
    /// The whole value is as the pattern says.
    Text { pieces: Vec<Piece>, cased: bool },
    /// The expression is found in the value.
    Regex(String),
    /// The value is an address of the network.
    Network { address: IpAddr, prefix_bits: u8 },
    /// The value is a number, and compares so; the bits are those of an `f64`.
    Number { order: Order, number_bits: u64 },
    /// The value is a time, and that part of it is this.
    Time { part: TimePart, number: i64 },
    /// The value has the text of another field in that part. The field is an index of the table of operands.
    SameAs { other: u32, part: Part, cased: bool },
}

/// A [`Test`] ready to run.
#[derive(Debug)]
pub(super) enum Matcher {
    Present,
    Text { pattern: Pattern, cased: bool },
    Regex(Expression),
    Network { address: IpAddr, prefix_bits: u8 },
    Number { order: Order, number: f64 },
    Time { part: TimePart, number: i64 },
    SameAs { other: u32, part: Part, cased: bool },
}

impl Matcher {
    /// Makes a test ready; the error is that of a regular expression, in one line.
    pub(super) fn new(test: &Test) -> Result<Matcher, String> {
        Ok(match test {
            Test::Present => Matcher::Present,
            Test::Text { pieces, cased } => {
                let pieces = if *cased { pieces.clone() } else { pieces.iter().map(folded).collect() };
                Matcher::Text { pattern: Pattern::new(pieces), cased: *cased }
            }
            Test::Regex(text) => {
                Matcher::Regex(Expression::new(text).map_err(|error| last_line(&error.to_string()))?)
            }
            Test::Network { address, prefix_bits } => {
                Matcher::Network { address: *address, prefix_bits: *prefix_bits }
            }
            Test::Number { order, number_bits } => {
                Matcher::Number { order: *order, number: f64::from_bits(*number_bits) }
            }
            Test::Time { part, number } => Matcher::Time { part: *part, number: *number },
            Test::SameAs { other, part, cased } => {
                Matcher::SameAs { other: *other, part: *part, cased: *cased }
            }
        })
    }

    /// The answer for a value that is there. `folded` is the value without case, looked at only where that [counts](Matcher::ignores_case).
    ///
    /// [`SameAs`](Matcher::SameAs) needs two values of one row: see [`has_part`].
    #[inline]
    pub(super) fn accepts(&self, value: &str, folded: &str) -> bool {
        match self {
            Matcher::Present => true,
            Matcher::Text { pattern, cased } => pattern.matches(if *cased { value } else { folded }),
            Matcher::Regex(regex) => regex.is_match(value),
            Matcher::Network { address, prefix_bits } => in_network(value, *address, *prefix_bits),
            Matcher::Number { order, number } => compares(value, *order, *number),
            Matcher::Time { part, number } => time_part(value, *part) == Some(*number),
            Matcher::SameAs { .. } => false,
        }
    }

    /// True when the answer depends on the value without case.
    pub(super) fn ignores_case(&self) -> bool {
        matches!(self, Matcher::Text { cased: false, .. })
    }

    /// How dear one look is, to try the cheap ones first.
    pub(super) fn cost(&self) -> u32 {
        match self {
            Matcher::Present => 1,
            Matcher::Text { pattern, .. } => pattern.cost(),
            Matcher::Number { .. } | Matcher::SameAs { .. } => 5,
            Matcher::Network { .. } => 10,
            Matcher::Time { .. } | Matcher::Regex(_) => 50,
        }
    }
}

/// True when `value` has `other` in that part.
pub(super) fn has_part(value: &str, other: &str, part: Part) -> bool {
    match part {
        Part::Whole => value == other,
        Part::Start => value.starts_with(other),
        Part::End => value.ends_with(other),
        Part::Anywhere => value.contains(other),
    }
}

fn folded(piece: &Piece) -> Piece {
    match piece {
        Piece::Text(text) => Piece::Text(fold(text).into_owned()),
        other => other.clone(),
    }
}

/// An IPv6 address is in no IPv4 network, not even one that maps an IPv4 address: so Sigma's own tools.
fn in_network(value: &str, network: IpAddr, prefix_bits: u8) -> bool {
    let Ok(address) = value.parse::<IpAddr>() else { return false };
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix_bits)).unwrap_or(0);
            u32::from(address) & mask == u32::from(network) & mask
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix_bits)).unwrap_or(0);
            u128::from(address) & mask == u128::from(network) & mask
        }
        _ => false,
    }
}

fn compares(value: &str, order: Order, number: f64) -> bool {
    let Ok(value) = value.trim().parse::<f64>() else { return false };
    match order {
        Order::Less => value < number,
        Order::LessOrEqual => value <= number,
        Order::Equal => value == number,
        Order::GreaterOrEqual => value >= number,
        Order::Greater => value > number,
    }
}

/// A part of a time written in ISO 8601; UTC when it has an offset, else as written.
fn time_part(value: &str, part: TimePart) -> Option<i64> {
    let time = match value.parse::<Timestamp>() {
        Ok(instant) => instant.to_zoned(TimeZone::UTC).datetime(),
        Err(_) => value.parse::<DateTime>().ok()?,
    };
    Some(match part {
        TimePart::Minute => time.minute().into(),
        TimePart::Hour => time.hour().into(),
        TimePart::Day => time.day().into(),
        TimePart::Week => time.date().iso_week_date().week().into(),
        TimePart::Month => time.month().into(),
        TimePart::Year => time.year().into(),
    })
}

/// What is wrong, without the drawing above it.
fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or(text).trim().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(test: &Test, value: &str) -> bool {
        Matcher::new(test).unwrap().accepts(value, &fold(value))
    }

    #[test]
    fn what_is_no_address_is_in_no_network() {
        let net = Test::Network { address: "192.0.2.0".parse().unwrap(), prefix_bits: 24 };
        assert!(says(&net, "192.0.2.200"));
        for value in ["192.0.3.1", "", "-", "host.example", "::ffff:192.0.2.1", "2001:db8::1"] {
            assert!(!says(&net, value), "{value}");
        }
        let everything = Test::Network { address: "2001:db8::".parse().unwrap(), prefix_bits: 0 };
        assert!(says(&everything, "::1") && !says(&everything, "192.0.2.1"));
    }

    #[test]
    fn numbers_compare_as_numbers_and_other_texts_never() {
        let ten = Test::Number { order: Order::GreaterOrEqual, number_bits: 10f64.to_bits() };
        assert!(says(&ten, "10") && says(&ten, "100") && says(&ten, " 10.5 "));
        for value in ["9", "0x10", "", "many", "NaN"] {
            assert!(!says(&ten, value), "{value}");
        }
    }

    #[test]
    fn parts_of_a_time_are_read_in_utc() {
        let hour = |number| Test::Time { part: TimePart::Hour, number };
        assert!(says(&hour(23), "2026-01-02T00:30:00+01:00"));
        assert!(says(&hour(6), "2026-01-02 06:59:59"));
        assert!(!says(&hour(6), "half past six"));
        assert!(says(&Test::Time { part: TimePart::Week, number: 1 }, "2026-01-01T00:00:00Z"));
    }

    #[test]
    fn a_monstrous_expression_is_refused_not_built() {
        assert!(Matcher::new(&Test::Regex("(a{1000}){1000}".to_owned())).is_err());
    }
}
