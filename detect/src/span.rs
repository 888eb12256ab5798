//! Lengths of time as people write them: `90s`, `10m`, `1h30m`, `7d`.
//!
//! Promises: what is read is in microseconds and not negative. Must not know: rules.

/// Microseconds in a second.
pub const SECOND_US: i64 = 1_000_000;
/// Microseconds in an hour.
pub const HOUR_US: i64 = 3_600 * SECOND_US;
/// Microseconds in a day.
pub const DAY_US: i64 = 24 * HOUR_US;

/// Microseconds of a length of time such as `90s`, `10m`, `1h30m`, `7d`, `500ms`.
pub fn parse_span_us(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    let mut total_us = 0i64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number = rest.get(..digits)?.parse::<i64>().ok()?;
        rest = rest.get(digits..)?;
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let unit_us = match rest.get(..letters)? {
            "ms" => 1_000,
            "s" => SECOND_US,
            "m" => 60 * SECOND_US,
            "h" => HOUR_US,
            "d" => DAY_US,
            _ => return None,
        };
        rest = rest.get(letters..)?;
        total_us = total_us.checked_add(number.checked_mul(unit_us)?)?;
    }
    Some(total_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_sums_of_numbers_with_units() {
        assert_eq!(parse_span_us("90s"), Some(90 * SECOND_US));
        assert_eq!(parse_span_us("1h30m"), Some(90 * 60 * SECOND_US));
        assert_eq!(parse_span_us("0s"), Some(0));
        for bad in ["", "10", "m", "10 m", "-5m", "10y", "99999999999999999d"] {
            assert_eq!(parse_span_us(bad), None, "{bad}");
        }
    }
}
