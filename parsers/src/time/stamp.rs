//! The stamps devices write, as text.
//!
//! Each reader takes a prefix and gives what follows it; none looks further than the stamp.

use super::When;

/// Reads `N` digits.
pub(super) fn digits<const N: usize>(text: &[u8], at: usize) -> Option<u32> {
    let mut number = 0;
    for byte in text.get(at..at + N)? {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u32::from(digit);
    }
    Some(number)
}

/// Reads one or two digits; gives the number and how many.
fn one_or_two(text: &[u8], at: usize) -> Option<(u32, usize)> {
    match digits::<2>(text, at) {
        Some(number) => Some((number, 2)),
        None => Some((digits::<1>(text, at)?, 1)),
    }
}

/// Reads `.ddd…` or `,ddd…`; gives microseconds and how many bytes it took, zero when there is none.
pub(super) fn fraction(text: &[u8], at: usize) -> (u32, usize) {
    if !matches!(text.get(at), Some(b'.' | b',')) {
        return (0, 0);
    }
    let (mut micros, mut length) = (0, 0);
    for byte in text.get(at + 1..).unwrap_or_default() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        if length < 6 {
            micros = micros * 10 + u32::from(digit);
        }
        length += 1;
    }
    if length == 0 {
        return (0, 0);
    }
    for _ in length..6 {
        micros *= 10;
    }
    (micros, length + 1)
}

/// `hh:mm:ss` with a fraction; gives (hour, minute, second, µs, bytes taken).
fn time_of_day(text: &[u8], at: usize) -> Option<(u8, u8, u8, u32, usize)> {
    let (hour, width) = one_or_two(text, at)?;
    let minute_at = at + width + 1;
    if text.get(minute_at - 1) != Some(&b':') || text.get(minute_at + 2) != Some(&b':') {
        return None;
    }
    let minute = digits::<2>(text, minute_at)?;
    let second = digits::<2>(text, minute_at + 3)?;
    let (micros, length) = fraction(text, minute_at + 5);
    Some((hour as u8, minute as u8, second as u8, micros, width + 6 + length))
}

/// `Z`, `+hh:mm`, `+hhmm`, `+hh` (or minus); gives seconds east and bytes taken.
pub(super) fn offset(text: &[u8], at: usize) -> Option<(i32, usize)> {
    let sign = match text.get(at)? {
        b'Z' | b'z' => return Some((0, 1)),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = digits::<2>(text, at + 1)? as i32;
    let (minutes, length) = match (digits::<2>(text, at + 3), text.get(at + 3)) {
        (Some(minutes), _) => (minutes as i32, 5),
        (None, Some(b':')) => (digits::<2>(text, at + 4)? as i32, 6),
        _ => (0, 3),
    };
    (hours <= 18 && minutes < 60).then_some((sign * (hours * 3600 + minutes * 60), length))
}

/// The rest of a text from byte `at`, which stands behind an ASCII stamp.
fn rest(text: &str, at: usize) -> Option<&str> {
    text.get(at..)
}

/// `2026-03-16T09:12:44.112+01:00` and its kin: `T` or a space, any fraction, any or no zone (also
/// ` UTC`, ` CET`, ` CEST` as PostgreSQL writes them, `/` for `-`).
pub fn iso_prefix(text: &str) -> Option<(When, &str)> {
    let bytes = text.as_bytes();
    let dash = *bytes.get(4)?;
    if !matches!(dash, b'-' | b'/')
        || bytes.get(7) != Some(&dash)
        || !matches!(bytes.get(10)?, b'T' | b' ' | b't')
    {
        return None;
    }
    let year = digits::<4>(bytes, 0)?;
    let (month, day) = (digits::<2>(bytes, 5)?, digits::<2>(bytes, 8)?);
    let (hour, minute, second, micros, length) = time_of_day(bytes, 11)?;
    let mut end = 11 + length;
    let mut offset_s = None;
    if let Some((seconds, length)) = offset(bytes, end) {
        offset_s = Some(seconds);
        end += length;
    } else if let Some((seconds, length)) = named_zone(bytes, end) {
        offset_s = Some(seconds);
        end += length;
    }
    let when = When {
        year: Some(year as i32),
        month: month as u8,
        day: day as u8,
        hour,
        minute,
        second,
        micros,
        offset_s,
    };
    Some((when, rest(text, end)?))
}

/// A space and one of the zone names a machine in Italy writes, or a space and a numeric offset.
fn named_zone(text: &[u8], at: usize) -> Option<(i32, usize)> {
    if text.get(at) != Some(&b' ') {
        return None;
    }
    let after = text.get(at + 1..)?;
    if !matches!(after.first(), Some(b'U' | b'G' | b'C' | b'+' | b'-')) {
        return None;
    }
    for (name, seconds) in [("UTC", 0), ("GMT", 0), ("CEST", 7200), ("CET", 3600)] {
        if after.starts_with(name.as_bytes()) && !after.get(name.len()).is_some_and(u8::is_ascii_alphanumeric)
        {
            // Java writes `GMT+01:00`.
            let more = offset(after, name.len()).filter(|(_, length)| seconds == 0 && *length >= 5);
            let (more_s, length) = more.unwrap_or((0, 0));
            return Some((seconds + more_s, 1 + name.len() + length));
        }
    }
    matches!(after.first(), Some(b'+' | b'-'))
        .then(|| offset(text, at + 1).filter(|(_, length)| *length >= 5))
        .flatten()
        .map(|(seconds, length)| (seconds, 1 + length))
}

/// A whole text that is an ISO stamp.
pub fn iso(text: &str) -> Option<When> {
    iso_prefix(text).filter(|(_, rest)| rest.is_empty()).map(|(when, _)| when)
}

/// 1 to 12 from a month's first three letters, English or Italian, any case.
pub fn month_number(name: &str) -> Option<u8> {
    let three = name.as_bytes().first_chunk::<3>()?.map(|byte| byte.to_ascii_lowercase());
    Some(match &three {
        b"jan" | b"gen" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" | b"mag" => 5,
        b"jun" | b"giu" => 6,
        b"jul" | b"lug" => 7,
        b"aug" | b"ago" => 8,
        b"sep" | b"set" => 9,
        b"oct" | b"ott" => 10,
        b"nov" => 11,
        b"dec" | b"dic" => 12,
        _ => return None,
    })
}

/// `Mar 16 09:12:44[.112]` and `Mar 16 2026 09:12:44`, the stamps of RFC 3164 and Cisco. A zone name
/// behind it (`CET`, `UTC`) is taken when it is one.
pub fn month_day(text: &str) -> Option<(When, &str)> {
    let bytes = text.as_bytes();
    if bytes.get(3) != Some(&b' ') {
        return None;
    }
    let month = month_number(text.get(..3)?)?;
    let mut at = if bytes.get(4) == Some(&b' ') { 5 } else { 4 };
    let (day, width) = one_or_two(bytes, at)?;
    at += width;
    if bytes.get(at) != Some(&b' ') {
        return None;
    }
    at += 1;
    let mut year = None;
    if bytes.get(at + 4) == Some(&b' ')
        && let Some(number) = digits::<4>(bytes, at)
    {
        year = Some(number as i32);
        at += 5;
    }
    let (hour, minute, second, micros, length) = time_of_day(bytes, at)?;
    at += length;
    let mut offset_s = None;
    if let Some((seconds, length)) = offset(bytes, at).or_else(|| named_zone(bytes, at)) {
        offset_s = Some(seconds);
        at += length;
    }
    let when = When { year, month, day: day as u8, hour, minute, second, micros, offset_s };
    Some((when, rest(text, at)?))
}

/// `16/Mar/2026:09:12:44 +0100`, the stamp of access logs, without its brackets. A fraction may follow the seconds.
pub fn clf(text: &str) -> Option<(When, &str)> {
    if let Some(when) = clf_usual(text) {
        return Some((when, rest(text, CLF_BYTES)?));
    }
    let bytes = text.as_bytes();
    let (day, width) = one_or_two(bytes, 0)?;
    let month = month_number(text.get(width + 1..width + 4)?)?;
    let year = digits::<4>(bytes, width + 5)?;
    let colon = width + 9;
    if bytes.get(width) != Some(&b'/')
        || bytes.get(width + 4) != Some(&b'/')
        || !matches!(bytes.get(colon), Some(b':' | b' '))
    {
        return None;
    }
    let (hour, minute, second, micros, length) = time_of_day(bytes, colon + 1)?;
    let mut end = colon + 1 + length;
    let mut offset_s = None;
    if bytes.get(end) == Some(&b' ')
        && let Some((seconds, length)) = offset(bytes, end + 1)
    {
        offset_s = Some(seconds);
        end += 1 + length;
    }
    let when =
        When { year: Some(year as i32), month, day: day as u8, hour, minute, second, micros, offset_s };
    Some((when, rest(text, end)?))
}

const CLF_BYTES: usize = "16/Mar/2026:09:12:44 +0100".len();

/// The same with every part in its usual place, as nearly all are.
#[inline]
fn clf_usual(text: &str) -> Option<When> {
    let bytes = text.as_bytes().first_chunk::<CLF_BYTES>()?;
    let [_, _, b'/', _, _, _, b'/', _, _, _, _, b':', _, _, b':', _, _, b':', _, _, b' ', sign, ..] = bytes
    else {
        return None;
    };
    let (hours, minutes) = (digits::<2>(bytes, 22)? as i32, digits::<2>(bytes, 24)? as i32);
    let east_s = match sign {
        b'+' => hours * 3600 + minutes * 60,
        b'-' => -(hours * 3600 + minutes * 60),
        _ => return None,
    };
    let when = When {
        year: Some(digits::<4>(bytes, 7)? as i32),
        month: month_number(text.get(3..6)?)?,
        day: digits::<2>(bytes, 0)? as u8,
        hour: digits::<2>(bytes, 12)? as u8,
        minute: digits::<2>(bytes, 15)? as u8,
        second: digits::<2>(bytes, 18)? as u8,
        micros: 0,
        offset_s: Some(east_s),
    };
    (hours <= 18 && minutes < 60).then_some(when)
}

/// `16/03/2026:09:12:44 +0100`, an access log's stamp whose month is a number, the day first.
pub fn clf_numeric(text: &str) -> Option<(When, &str)> {
    let bytes = text.as_bytes();
    let (day, month, year) = (digits::<2>(bytes, 0)?, digits::<2>(bytes, 3)?, digits::<4>(bytes, 6)?);
    if bytes.get(2) != Some(&b'/') || bytes.get(5) != Some(&b'/') || bytes.get(10) != Some(&b':') {
        return None;
    }
    let (hour, minute, second, micros, length) = time_of_day(bytes, 11)?;
    let mut end = 11 + length;
    let mut offset_s = None;
    if bytes.get(end) == Some(&b' ')
        && let Some((seconds, length)) = offset(bytes, end + 1)
    {
        offset_s = Some(seconds);
        end += 1 + length;
    }
    let when = When {
        year: Some(year as i32),
        month: month as u8,
        day: day as u8,
        hour,
        minute,
        second,
        micros,
        offset_s,
    };
    Some((when, rest(text, end)?))
}

/// `Mon Mar 16 09:12:44.112233 2026`, the stamp of Apache's error log and asctime, without brackets.
pub fn apache_error(text: &str) -> Option<(When, &str)> {
    let bytes = text.as_bytes();
    let start = if bytes.get(3) == Some(&b' ') && month_number(text.get(4..7)?).is_some() { 4 } else { 0 };
    let (when, after) = month_day(text.get(start..)?)?;
    if when.year.is_some() {
        return Some((when, after));
    }
    let year = digits::<4>(after.as_bytes(), 1).filter(|_| after.starts_with(' '))?;
    Some((When { year: Some(year as i32), ..when }, rest(after, 5)?))
}

/// `16-Mar-2026 09:12:44.112`, the stamp of BIND and PHP, a zone allowed (` +0100`, ` UTC`).
pub fn bind(text: &str) -> Option<(When, &str)> {
    let bytes = text.as_bytes();
    let (day, width) = one_or_two(bytes, 0)?;
    let month = month_number(text.get(width + 1..width + 4)?)?;
    let year = digits::<4>(bytes, width + 5)?;
    if bytes.get(width) != Some(&b'-')
        || bytes.get(width + 4) != Some(&b'-')
        || bytes.get(width + 9) != Some(&b' ')
    {
        return None;
    }
    let (hour, minute, second, micros, length) = time_of_day(bytes, width + 10)?;
    let mut end = width + 10 + length;
    let mut offset_s = None;
    if let Some((seconds, length)) = named_zone(bytes, end) {
        offset_s = Some(seconds);
        end += length;
    }
    let when =
        When { year: Some(year as i32), month, day: day as u8, hour, minute, second, micros, offset_s };
    Some((when, rest(text, end)?))
}

/// `16 Mar 2026 09:12:44.112` and `16 Mar 09:12:44`: day first, the month by name.
pub fn day_month(text: &str) -> Option<(When, &str)> {
    let bytes = text.as_bytes();
    let (day, width) = one_or_two(bytes, 0)?;
    if bytes.get(width) != Some(&b' ') || bytes.get(width + 4) != Some(&b' ') {
        return None;
    }
    let month = month_number(text.get(width + 1..width + 4)?)?;
    let mut at = width + 5;
    let mut year = None;
    if bytes.get(at + 4) == Some(&b' ')
        && let Some(number) = digits::<4>(bytes, at)
    {
        year = Some(number as i32);
        at += 5;
    }
    let (hour, minute, second, micros, length) = time_of_day(bytes, at)?;
    let when = When { year, month, day: day as u8, hour, minute, second, micros, offset_s: None };
    Some((when, rest(text, at + length)?))
}

/// `20260316 09:12:44`, `20260316-09:12:44`, `20260316T09:12:44`, a fraction and a zone allowed.
pub fn compact_date(text: &str) -> Option<(When, &str)> {
    let bytes = text.as_bytes();
    let (year, month, day) = (digits::<4>(bytes, 0)?, digits::<2>(bytes, 4)?, digits::<2>(bytes, 6)?);
    if !matches!(bytes.get(8), Some(b' ' | b'-' | b'T')) {
        return None;
    }
    let (hour, minute, second, micros, length) = time_of_day(bytes, 9)?;
    let mut end = 9 + length;
    let mut offset_s = None;
    if let Some((seconds, length)) = offset(bytes, end) {
        offset_s = Some(seconds);
        end += length;
    }
    let when = When {
        year: Some(year as i32),
        month: month as u8,
        day: day as u8,
        hour,
        minute,
        second,
        micros,
        offset_s,
    };
    Some((when, rest(text, end)?))
}

/// `16/03/2026 09:12:44`, `16-03-2026 09:12:44`, `16.03.2026 09:12:44`: day first, as Italy writes it.
pub fn numeric_date(text: &str) -> Option<(When, &str)> {
    let bytes = text.as_bytes();
    let separator = *bytes.get(2)?;
    if !matches!(separator, b'/' | b'-' | b'.')
        || bytes.get(5) != Some(&separator)
        || bytes.get(10) != Some(&b' ')
    {
        return None;
    }
    let (day, month, year) = (digits::<2>(bytes, 0)?, digits::<2>(bytes, 3)?, digits::<4>(bytes, 6)?);
    let (hour, minute, second, micros, length) = time_of_day(bytes, 11)?;
    let when = When {
        year: Some(year as i32),
        month: month as u8,
        day: day as u8,
        hour,
        minute,
        second,
        micros,
        offset_s: None,
    };
    Some((when, rest(text, 11 + length)?))
}

/// `2026:03:16-09:12:44`, the stamp of Sophos UTM.
pub fn colon_date(text: &str) -> Option<(When, &str)> {
    let bytes = text.as_bytes();
    if bytes.get(4) != Some(&b':') || bytes.get(7) != Some(&b':') || bytes.get(10) != Some(&b'-') {
        return None;
    }
    let (year, month, day) = (digits::<4>(bytes, 0)?, digits::<2>(bytes, 5)?, digits::<2>(bytes, 8)?);
    let (hour, minute, second, micros, length) = time_of_day(bytes, 11)?;
    let when = When {
        year: Some(year as i32),
        month: month as u8,
        day: day as u8,
        hour,
        minute,
        second,
        micros,
        offset_s: None,
    };
    Some((when, rest(text, 11 + length)?))
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970 by the number of digits; µs.
pub fn epoch(text: &str) -> Option<i64> {
    let number = text.parse::<i64>().ok().filter(|number| *number >= 0)?;
    Some(match text.len() {
        ..=8 => return None,
        9..=11 => number * 1_000_000,
        12..=14 => number * 1_000,
        15..=17 => number,
        _ => number / 1_000,
    })
}

/// `1773648764.112`: seconds since 1970 with a fraction, as a prefix; µs.
pub fn epoch_fraction(text: &str) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let seconds = text.get(..length)?.parse::<i64>().ok().filter(|_| (9..=11).contains(&length))?;
    let (micros, width) = fraction(text.as_bytes(), length);
    Some((seconds * 1_000_000 + i64::from(micros), rest(text, length + width)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stamp_leaves_what_follows_it() {
        assert_eq!(iso_prefix("2026-03-16T09:12:44.112233Z host").unwrap().1, " host");
        assert_eq!(iso_prefix("2026-03-16 09:12:44.112 CET [20211]").unwrap().0.offset_s, Some(3600));
        assert_eq!(month_day("Mar 16 2026 09:12:44 GMT+01:00").unwrap().0.offset_s, Some(3600));
        assert_eq!(month_day("Mar  6 09:12:44 host").unwrap().1, " host");
        assert_eq!(month_day("Mar 16 2026 09:12:44: %ASA").unwrap().1, ": %ASA");
        assert_eq!(clf("16/Mar/2026:09:12:44 +0100] x").unwrap().1, "] x");
        assert_eq!(apache_error("Mon Mar 16 09:12:44.112233 2026] x").unwrap().1, "] x");
        assert_eq!(bind("16-Mar-2026 09:12:44.112 queries").unwrap().1, " queries");
        assert_eq!(bind("16-Mar-2026 09:12:44 +0100]: x").unwrap().0.offset_s, Some(3600));
        assert_eq!(clf_numeric("16/03/2026:09:12:44 +0100] x").unwrap().1, "] x");
        assert_eq!(numeric_date("16/03/2026 09:12:44;x").unwrap().1, ";x");
        assert_eq!(day_month("16 Mar 2026 09:12:44.112 * x").unwrap().1, " * x");
        assert_eq!(day_month("6 mar 09:12:44 x").unwrap().0.year, None);
        assert_eq!(compact_date("20260316-09:12:44] x").unwrap().1, "] x");
        assert_eq!(epoch_fraction("1773648764.112:4412").unwrap(), (1_773_648_764_112_000, ":4412"));
    }

    #[test]
    fn a_count_of_digits_tells_the_unit_of_an_epoch() {
        for text in ["1773648764", "1773648764000", "1773648764000000", "1773648764000000000"] {
            assert_eq!(epoch(text), Some(1_773_648_764_000_000), "{text}");
        }
        assert_eq!(epoch("12345"), None);
    }

    #[test]
    fn texts_that_are_no_stamp_are_refused() {
        assert!(day_month("16 Mar").is_none() && day_month("Mar 16 09:12:44").is_none());
        assert!(compact_date("20260316").is_none() && compact_date("2026031x 09:12:44").is_none());
        for text in ["", "2026", "2026-03-16", "2026-03-16Tab:00:00", "é026-03-16 09:12:44"] {
            assert!(iso_prefix(text).is_none(), "{text}");
        }
        assert!(
            month_day("Mar").is_none()
                && month_day("Mar 16").is_none()
                && month_day("Mon 16 09:12:44").is_none()
        );
        assert!(clf("16/Mar").is_none() && bind("1-Mar-2").is_none() && numeric_date("16/03").is_none());
    }
}
