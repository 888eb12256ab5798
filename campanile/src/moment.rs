//! Moments and time zones as users write them on the command line.
//!
//! A moment is RFC 3339, a local date or date and time (in the run's zone), or an age such as `7d`.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::exit::{Failure, Result};

/// Microseconds in a day.
pub const DAY_US: i64 = 86_400_000_000;

/// The UTC day of a moment in µs, days since 1970.
pub fn day_of(time_us: i64) -> i32 {
    i32::try_from(time_us.div_euclid(DAY_US)).unwrap_or(i32::MAX)
}

/// The date of a day since 1970; none for one that no calendar has.
pub fn date_of(day: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(Span::new().try_days(day).ok()?).ok()
}

/// Reads an IANA zone name, or `UTC`.
pub fn time_zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).map_err(|_| {
        let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
        let near = crate::suggest::nearest(name, known.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use an IANA name such as Europe/Rome, or UTC".to_owned(),
        };
        Failure::usage_text(format!("unknown time zone `{name}`"), help)
    })
}

/// Reads a moment, in µs since 1970 UTC. Ages count back from `now_us`.
pub fn moment_us(flag: &str, text: &str, zone: &TimeZone, now_us: i64) -> Result<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_microsecond());
    }
    if let Ok(local) = text.parse::<DateTime>().or_else(|_| text.replace(' ', "T").parse::<DateTime>())
        && let Ok(zoned) = zone.to_zoned(local)
    {
        return Ok(zoned.timestamp().as_microsecond());
    }
    if let Some(age) = age(text)
        && let Ok(now) = Timestamp::from_microsecond(now_us)
        && let Ok(time) = now.checked_sub(age)
    {
        return Ok(time.as_microsecond());
    }
    Err(Failure::usage_text(
        format!("{flag} cannot read `{text}` as a moment"),
        "write 2026-03-16T10:00:00+01:00, 2026-03-16, \"2026-03-16 10:00\" (local time), or an age such as 90m, 12h, 7d",
    ))
}

/// `90s`, `15m`, `12h`, `7d`, `4w`.
fn age(text: &str) -> Option<Span> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok().filter(|n| (0..1_000_000).contains(n))?;
    match unit {
        "s" => Some(Span::new().seconds(number)),
        "m" => Some(Span::new().minutes(number)),
        "h" => Some(Span::new().hours(number)),
        "d" => Some(Span::new().hours(number * 24)),
        "w" => Some(Span::new().hours(number * 24 * 7)),
        _ => None,
    }
}

/// The clock, read once at the edge of the process.
pub fn now_us() -> i64 {
    Timestamp::now().as_microsecond()
}

/// Local date and time of a moment, for people.
pub fn local(time_us: i64, zone: &TimeZone) -> String {
    match Timestamp::from_microsecond(time_us) {
        Ok(time) => time.to_zoned(zone.clone()).strftime("%d/%m/%Y %H:%M:%S").to_string(),
        Err(_) => time_us.to_string(),
    }
}

/// A length of time, for people: `12 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`.
pub fn length(us: i64) -> String {
    let seconds = us.max(0) / 1_000_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let two = |number: i64, unit: &str, rest: i64, rest_unit: &str| match rest {
        0 => format!("{number} {unit}"),
        _ => format!("{number} {unit} {rest} {rest_unit}"),
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => two(minutes, "min", seconds % 60, "s"),
        3_600..86_400 => two(hours, "h", minutes % 60, "min"),
        _ => two(days, "d", hours % 24, "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_spelling_the_help_names() {
        let rome = time_zone("Europe/Rome").unwrap();
        let read = |text: &str| moment_us("--since", text, &rome, 1_000_000_000_000_000).unwrap();
        assert_eq!(read("2026-03-16T10:00:00+01:00"), read("2026-03-16T09:00:00Z"));
        assert_eq!(read("2026-03-16 10:00"), read("2026-03-16T09:00:00Z"));
        assert_eq!(read("2026-03-16"), read("2026-03-15T23:00:00Z"));
        assert_eq!(read("1d"), 1_000_000_000_000_000 - 86_400_000_000);
        assert!(moment_us("--since", "yesterday", &rome, 0).is_err());
        assert!(moment_us("--since", "", &rome, 0).is_err());
    }

    #[test]
    fn a_misspelt_zone_names_the_nearest() {
        let Err(Failure::Told(exit, report)) = time_zone("Europe/Roma") else { panic!("it is no zone") };
        assert_eq!(exit, crate::exit::Exit::Usage);
        assert_eq!(report.help().unwrap().to_string(), "did you mean `Europe/Rome`?");
    }

    #[test]
    fn lengths_are_short() {
        assert_eq!(length(12_900_000), "12 s");
        assert_eq!(length(7_800_000_000), "2 h 10 min");
        assert_eq!(length(600_000_000), "10 min");
    }
}
