//! Stamps by a pattern: `dd/MM/yyyy HH:mm:ss`, the letters of Java's SimpleDateFormat that devices announce
//! (`devTimeFormat` of LEEF) and people write (mapping files).
//!
//! `yyyy yy MM MMM dd d HH H hh h mm ss S… a z Z X`; what stands in quotes (`'T'`) or is no letter stands for itself.
//! Promises: the whole text must fit. Must not know: who wrote the pattern.

use super::When;
use super::stamp::{digits, month_number, offset};

/// Letters that are read.
const LETTERS: &str = "yMdHhmsSazZX";

/// The first letter of a pattern that has no meaning here.
pub fn unknown_letter(pattern: &str) -> Option<char> {
    Items { rest: pattern }.find_map(|item| match item {
        Item::Run(letter, _) if !LETTERS.contains(letter) => Some(letter),
        _ => None,
    })
}

/// The stamp a text says by a pattern; none when it does not fit.
pub fn by_pattern(text: &str, pattern: &str) -> Option<When> {
    let mut when =
        When { year: None, month: 1, day: 1, hour: 0, minute: 0, second: 0, micros: 0, offset_s: None };
    let (mut rest, mut is_afternoon) = (text.trim(), None);
    for item in (Items { rest: pattern }) {
        rest = match item {
            Item::Literal(literal) => rest.strip_prefix(literal)?,
            Item::Run('a', _) => {
                let (half, after) = rest.split_at_checked(2)?;
                is_afternoon = Some(half.eq_ignore_ascii_case("pm"));
                after
            }
            Item::Run(letter @ ('z' | 'Z' | 'X'), _) => {
                let (seconds, after) = zone(rest)?;
                debug_assert!(letter.is_ascii_alphabetic());
                when.offset_s = Some(seconds);
                after
            }
            Item::Run(letter, width) => number(&mut when, rest, letter, width)?,
        };
    }
    if let Some(is_afternoon) = is_afternoon {
        when.hour = when.hour % 12 + if is_afternoon { 12 } else { 0 };
    }
    rest.is_empty().then_some(when)
}

/// Seconds east of UTC of `UTC`, `GMT`, `Z`, `+01:00`, `GMT+1`; none for names whose offset changes.
pub fn zone_offset(text: &str) -> Option<i32> {
    zone(text).filter(|(_, rest)| rest.is_empty()).map(|(seconds, _)| seconds)
}

/// Takes one number or month name.
fn number<'a>(when: &mut When, text: &'a str, letter: char, width: usize) -> Option<&'a str> {
    if letter == 'M' && width >= 3 {
        when.month = month_number(text.get(..3)?)?;
        return text.get(3..);
    }
    let most = match letter {
        'y' if width == 4 => 4,
        'S' => 9,
        _ => 2,
    };
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let number = text.get(..length)?.parse::<u32>().ok()?;
    match letter {
        'y' if width == 4 => when.year = (length == 4).then_some(number as i32),
        'y' => when.year = Some(2000 + number as i32),
        'M' => when.month = number as u8,
        'd' => when.day = number as u8,
        'H' | 'h' => when.hour = number as u8,
        'm' => when.minute = number as u8,
        's' => when.second = number as u8,
        'S' => when.micros = (u64::from(number) * 1_000_000 / 10u64.pow(length as u32)) as u32,
        _ => return None,
    }
    text.get(length..)
}

/// A zone that says its offset, and what follows it.
fn zone(text: &str) -> Option<(i32, &str)> {
    let bytes = text.as_bytes();
    if let Some((seconds, length)) = offset(bytes, 0) {
        return Some((seconds, text.get(length..)?));
    }
    for (name, seconds) in [("UTC", 0), ("GMT", 0), ("CEST", 7200), ("CET", 3600)] {
        let Some(rest) = text.strip_prefix(name) else { continue };
        let more = offset(rest.as_bytes(), 0).filter(|_| seconds == 0 && !rest.starts_with(['Z', 'z']));
        if let Some((more_s, length)) = more {
            return Some((more_s, rest.get(length..)?));
        }
        // `GMT+1`
        if let Some(hours) = rest.strip_prefix('+').and_then(|rest| digits::<1>(rest.as_bytes(), 0)) {
            return Some((hours as i32 * 3600, rest.get(2..)?));
        }
        return Some((seconds, rest));
    }
    None
}

enum Item<'p> {
    /// A letter and how often it stands in a row.
    Run(char, usize),
    Literal(&'p str),
}

struct Items<'p> {
    rest: &'p str,
}

impl<'p> Iterator for Items<'p> {
    type Item = Item<'p>;

    fn next(&mut self) -> Option<Item<'p>> {
        let first = self.rest.chars().next()?;
        if let Some(quoted) = self.rest.strip_prefix('\'') {
            let (literal, rest) = quoted.split_once('\'').unwrap_or((quoted, ""));
            self.rest = rest;
            return Some(Item::Literal(if literal.is_empty() { "'" } else { literal }));
        }
        let is_letter = first.is_ascii_alphabetic();
        let length =
            self.rest
                .chars()
                .take_while(|next| {
                    if is_letter { *next == first } else { !next.is_ascii_alphabetic() && *next != '\'' }
                })
                .map(char::len_utf8)
                .sum();
        let (run, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(if is_letter { Item::Run(first, length) } else { Item::Literal(run) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::stamp::iso;
    use super::*;

    #[test]
    fn the_same_moment_in_many_patterns() {
        let moment = iso("2026-03-16T21:12:44.112+01:00").unwrap();
        for (text, pattern) in [
            ("2026-03-16T21:12:44.112+0100", "yyyy-MM-dd'T'HH:mm:ss.SSSZ"),
            ("Mar 16 2026 21:12:44.112 CET", "MMM dd yyyy HH:mm:ss.SSS z"),
            ("16/03/26 9:12:44.112 PM GMT+01:00", "dd/MM/yy h:mm:ss.SSS a z"),
            ("16/3/2026 21.12.44,112 GMT+1", "d/M/yyyy HH.mm.ss,SSS z"),
        ] {
            assert_eq!(by_pattern(text, pattern), Some(moment), "{text}");
        }
    }

    #[test]
    fn texts_that_do_not_fit_are_refused() {
        for text in ["", "16/03/2026", "16/03/2026 09:12:44 x", "16-03-2026 09:12:44", "xx/03/2026 09:12:44"]
        {
            assert_eq!(by_pattern(text, "dd/MM/yyyy HH:mm:ss"), None, "{text}");
        }
        assert_eq!(unknown_letter("dd/MM/yyyy 'alle' HH:mm"), None);
        assert_eq!(unknown_letter("dd/MM/YYYY"), Some('Y'));
    }

    #[test]
    fn a_zone_is_an_offset_or_nothing() {
        assert_eq!(zone_offset("+02:00"), Some(7200));
        assert_eq!(zone_offset("UTC"), Some(0));
        assert_eq!(zone_offset("Europe/Rome"), None);
    }
}
