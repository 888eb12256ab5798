//! Stamps by their shape: enough to know where one ends, not which moment it says.
//!
//! Promises: linear in the stamp. Must not know: calendars, zones.

/// How a stamp is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// Seconds, or parts of them, since 1970.
    Epoch,
    /// With the month's name and no year: a host and a program follow (RFC 3164).
    Syslog,
    /// Any other.
    Civil,
}

pub(super) const CALENDAR_NAMES: [&str; 19] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Mon", "Tue", "Wed",
    "Thu", "Fri", "Sat", "Sun",
];

/// True for the short name of a month or a day of the week.
fn is_calendar_name(word: &str) -> bool {
    CALENDAR_NAMES.contains(&word)
}

/// The stamp at the start of a text, brackets around it included, and what follows.
pub(super) fn prefix(text: &str) -> Option<(Stamp, &str)> {
    if let Some(inner) = text.strip_prefix('[') {
        let (inner, after) = inner.split_once(']')?;
        // A zone may follow.
        return bare(inner).filter(|(_, rest)| rest.len() <= 8).map(|(stamp, _)| (stamp, after));
    }
    bare(text).filter(|(_, rest)| rest.is_empty() || rest.starts_with([' ', '\t', ',', ';', '|']))
}

fn bare(text: &str) -> Option<(Stamp, &str)> {
    match text.as_bytes().first()? {
        b'0'..=b'9' => {
            epoch(text).map(|rest| (Stamp::Epoch, rest)).or_else(|| Some((Stamp::Civil, civil(text)?)))
        }
        b'A'..=b'Z' if !text.as_bytes().get(3)?.is_ascii_alphabetic() => named(text),
        _ => None,
    }
}

/// `1796083200`, with milli- or microseconds, or a fraction.
fn epoch(text: &str) -> Option<&str> {
    let (count, rest) = digits(text);
    let rest = if rest.starts_with('.') { fraction(rest) } else { rest };
    (text.starts_with('1') && matches!(count, 10 | 13 | 16)).then_some(rest)
}

/// `[Mon ]Mar 16 [2026 ]09:12:44[ 2026]`.
fn named(text: &str) -> Option<(Stamp, &str)> {
    let mut rest = text;
    for _ in 0..2 {
        if let Some((name, after)) = rest.split_at_checked(3)
            && is_calendar_name(name)
        {
            rest = after.trim_start_matches([',', ' ']);
        }
    }
    let (count, after) = digits(rest);
    let after = after.strip_prefix(',').unwrap_or(after).trim_ascii_start();
    if rest.len() == text.len() || !(1..=2).contains(&count) {
        return None;
    }
    let (has_year, after) = year(after).map_or((false, after), |after| (true, after));
    let rest = time(after.trim_ascii_start())?;
    match year(rest.trim_ascii_start()) {
        Some(rest) => Some((Stamp::Civil, rest)),
        None => Some((if has_year { Stamp::Civil } else { Stamp::Syslog }, rest)),
    }
}

/// Four digits that are a year's.
fn year(text: &str) -> Option<&str> {
    let (count, rest) = digits(text);
    (count == 4 && (text.starts_with("19") || text.starts_with("20")) && !rest.starts_with(':'))
        .then_some(rest)
}

/// Date and time, a time alone, or a date with its century.
fn civil(text: &str) -> Option<&str> {
    if let Some(rest) = time(text).filter(|_| !text.bytes().take(3).any(|byte| byte == b'.')) {
        return Some(rest);
    }
    let (rest, has_century) = date(text)?;
    let behind = rest.trim_start_matches(['T', '_', '-', ' ', ':', ',']);
    match time(behind).or_else(|| packed_time(behind)) {
        Some(rest) => Some(rest),
        None => has_century.then_some(rest),
    }
}

/// Behind a date in digits, and whether it can be nothing else.
fn date(text: &str) -> Option<(&str, bool)> {
    let (first, rest) = digits(text);
    if matches!(first, 6 | 8) {
        return Some((rest, false));
    }
    let separator = rest.chars().next().filter(|separator| matches!(separator, '-' | '/' | '.'))?;
    let (second, rest) = digits(rest.strip_prefix(separator)?);
    let (third, end) = rest.strip_prefix(separator).map_or((0, rest), digits);
    match (first, second, third) {
        (4, 1..=2, 1..=2) | (1..=2, 1..=2, 4) => Some((end, true)),
        (1..=2, 1..=2, 1..=2) => Some((end, false)),
        (1..=2, 1..=2, 0) => Some((rest, false)),
        _ => None,
    }
}

/// Behind `091244`.
fn packed_time(text: &str) -> Option<&str> {
    let (count, rest) = digits(text);
    (count == 6).then_some(rest)
}

/// Behind `09:12:44`, its fraction and its zone; dots may stand for colons.
fn time(text: &str) -> Option<&str> {
    let (hour, rest) = digits(text);
    let separator = rest.chars().next().filter(|separator| matches!(separator, ':' | '.'))?;
    let (minute, rest) = digits(rest.strip_prefix(separator)?);
    let (second, end) = rest.strip_prefix(separator).map_or((0, rest), digits);
    if !(1..=2).contains(&hour) || minute != 2 || second != 2 {
        return None;
    }
    Some(zone(fraction(end)))
}

/// Behind `.123`, `,123` or `:123`.
fn fraction(text: &str) -> &str {
    match text.strip_prefix(['.', ',', ':']).map(digits) {
        Some((1.., rest)) => rest,
        _ => text,
    }
}

/// Behind `Z`, `+01:00` or ` +0100`.
fn zone(text: &str) -> &str {
    if let Some(rest) = text.strip_prefix('Z') {
        return rest;
    }
    let signed = text.strip_prefix(' ').unwrap_or(text).strip_prefix(['+', '-']);
    match signed.map(digits) {
        Some((2, rest)) => rest.strip_prefix(':').map_or(rest, |rest| digits(rest).1),
        Some((4, rest)) => rest,
        _ => text,
    }
}

/// How many digits a text opens with, and what follows.
fn digits(text: &str) -> (usize, &str) {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(count).map_or((0, text), |(_, rest)| (count, rest))
}
