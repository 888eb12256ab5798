//! Writes a test's lines as devices would: placeholders filled in, sorted by time, one text a file.
//!
//! Promises: an unknown placeholder is an error that names the known ones. Must not know: rules, parsers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::problem::nearest;
use crate::rule::RuleTest;

/// Placeholders that show the line's moment, beside `{n}` and `{n:0W}`.
const MOMENTS: [&str; 18] = [
    "rfc3164",
    "rfc3339",
    "rfc3339us",
    "utc",
    "iso",
    "iso_ms",
    "iso_utc",
    "iso_utc_ms",
    "clf",
    "apache_error",
    "date",
    "time",
    "date_utc",
    "time_utc",
    "epoch",
    "epoch_ms",
    "epoch_ns",
    "fortigate",
];

/// The files of a test with the clock shifted by `shift_us`, by tenant and name.
pub(super) fn files(test: &RuleTest, shift_us: i64) -> Result<BTreeMap<(String, String), String>, String> {
    let start: Timestamp = test.start.parse().map_err(|error| format!("start: {error}"))?;
    let zone = TimeZone::get(&test.timezone).map_err(|error| format!("timezone: {error}"))?;
    let mut lines = Vec::new();
    for line in &test.lines {
        for n in 0..line.count {
            let offset_us = line.at_us.saturating_add(i64::from(n).saturating_mul(line.every_us));
            let moment = start
                .checked_add(SignedDuration::from_micros(shift_us.saturating_add(offset_us)))
                .map_err(|error| format!("a line's time: {error}"))?;
            lines.push((moment, line, n));
        }
    }
    lines.sort_by_key(|(moment, ..)| *moment);
    let mut files: BTreeMap<(String, String), String> = BTreeMap::new();
    for (moment, line, n) in lines {
        let text = files.entry((line.tenant.clone(), line.file.clone())).or_default();
        render(&line.text, n, &moment.to_zoned(zone.clone()), text)?;
        text.push('\n');
    }
    Ok(files)
}

/// Appends `template` with its placeholders filled in. `{{` is a brace, and so is a `{` that no single word
/// and `}` follow: JSON needs no escaping.
fn render(template: &str, n: u32, moment: &Zoned, out: &mut String) -> Result<(), String> {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        rest = after;
        if let Some(after) = after.strip_prefix('{') {
            out.push('{');
            rest = after;
        } else if let Some((name, after)) = after.split_once('}').filter(|(name, _)| is_word(name)) {
            placeholder(name, n, moment, out).ok_or_else(|| unknown(name))?;
            rest = after;
        } else {
            out.push('{');
        }
    }
    out.push_str(rest);
    Ok(())
}

/// True for what can only be meant as a placeholder: `rfc3164`, `n:04`.
fn is_word(name: &str) -> bool {
    let word = name.split(':').next().unwrap_or_default();
    let is_placeholder = name == word || word == "n";
    is_placeholder
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn unknown(name: &str) -> String {
    let hint = nearest(name, MOMENTS).map(|known| format!(": did you mean {{{known}}}?"));
    let hint = hint.unwrap_or_else(|| "; a brace itself is written {{".to_owned());
    format!("there is no placeholder {{{name}}}{hint}")
}

/// Appends what a placeholder stands for; none when it is unknown.
fn placeholder(name: &str, n: u32, moment: &Zoned, out: &mut String) -> Option<()> {
    if name == "n" {
        return write!(out, "{n}").ok();
    }
    if let Some(width) = name.strip_prefix("n:0") {
        let width = width.parse::<usize>().ok().filter(|width| *width <= 20)?;
        return write!(out, "{n:0width$}").ok();
    }
    let utc = moment.with_time_zone(TimeZone::UTC);
    let timestamp = moment.timestamp();
    let text = match name {
        "rfc3164" => moment.strftime("%b %e %H:%M:%S").to_string(),
        "rfc3339" => moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        "rfc3339us" => moment.strftime("%Y-%m-%dT%H:%M:%S.%6f%:z").to_string(),
        "utc" => utc.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "iso" => moment.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        "iso_ms" => moment.strftime("%Y-%m-%d %H:%M:%S.%3f").to_string(),
        "iso_utc" => utc.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        "iso_utc_ms" => utc.strftime("%Y-%m-%d %H:%M:%S.%3f").to_string(),
        "clf" => moment.strftime("%d/%b/%Y:%H:%M:%S %z").to_string(),
        "apache_error" => moment.strftime("%a %b %d %H:%M:%S.%6f %Y").to_string(),
        "date" => moment.strftime("%Y-%m-%d").to_string(),
        "time" => moment.strftime("%H:%M:%S").to_string(),
        "date_utc" => utc.strftime("%Y-%m-%d").to_string(),
        "time_utc" => utc.strftime("%H:%M:%S").to_string(),
        "epoch" => timestamp.as_second().to_string(),
        "epoch_ms" => timestamp.as_millisecond().to_string(),
        "epoch_ns" => timestamp.as_nanosecond().to_string(),
        "fortigate" => {
            let eventtime = timestamp.as_nanosecond();
            let clock = moment.strftime("date=%Y-%m-%d time=%H:%M:%S");
            format!("{clock} eventtime={eventtime} tz=\"{}\"", moment.strftime("%z"))
        }
        _ => return None,
    };
    out.push_str(&text);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(template: &str) -> Result<String, String> {
        let moment: Timestamp = "2026-03-06T10:00:00.5+01:00".parse().unwrap();
        let mut out = String::new();
        let moment = moment.to_zoned(TimeZone::get("Europe/Rome").unwrap());
        render(template, 7, &moment, &mut out).map(|()| out)
    }

    #[test]
    fn moments_are_written_as_devices_write_them() {
        for (template, text) in [
            ("{rfc3164}", "Mar  6 10:00:00"),
            ("{rfc3339}", "2026-03-06T10:00:00+01:00"),
            ("{rfc3339us}", "2026-03-06T10:00:00.500000+01:00"),
            ("{utc}", "2026-03-06T09:00:00.500Z"),
            ("{iso} {iso_ms} {iso_utc}", "2026-03-06 10:00:00 2026-03-06 10:00:00.500 2026-03-06 09:00:00"),
            ("[{clf}]", "[06/Mar/2026:10:00:00 +0100]"),
            ("{apache_error}", "Fri Mar 06 10:00:00.500000 2026"),
            ("{date} {time}", "2026-03-06 10:00:00"),
            ("{epoch} {epoch_ms}", "1772787600 1772787600500"),
            ("{fortigate}", "date=2026-03-06 time=10:00:00 eventtime=1772787600500000000 tz=\"+0100\""),
            ("{n} {n:04} {{\"a\":1}", "7 0007 {\"a\":1}"),
        ] {
            assert_eq!(rendered(template).as_deref(), Ok(text));
        }
    }

    #[test]
    fn an_unknown_placeholder_is_an_error_with_the_nearest_known_one() {
        assert!(rendered("{rfc3146}").unwrap_err().contains("{rfc3164}"));
        assert!(rendered("{n:4}").is_err());
    }

    #[test]
    fn braces_of_json_and_of_attackers_stay() {
        for text in ["${jndi:ldap://x}", "{\"a\":{\"b\":1}}", "{1131f6ad-9c07}", "x{", "{}"] {
            assert_eq!(rendered(text).as_deref(), Ok(text));
        }
        assert_eq!(rendered("{{n}").as_deref(), Ok("{n}"));
    }
}
