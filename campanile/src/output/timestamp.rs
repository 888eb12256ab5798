//! RFC 3339 in UTC with microseconds, written without allocation.

/// Appends `2026-03-16T09:00:00.000000Z`. Years outside 0000-9999 are written with their sign.
pub fn push_rfc3339(out: &mut Vec<u8>, time_us: i64) {
    let days = time_us.div_euclid(86_400_000_000);
    let of_day_us = time_us.rem_euclid(86_400_000_000);
    let (year, month, day) = civil(days);
    if (0..=9_999).contains(&year) {
        push_digits(out, year as u64, 4);
    } else {
        out.extend_from_slice(year.to_string().as_bytes());
    }
    let seconds = (of_day_us / 1_000_000) as u64;
    out.push(b'-');
    push_digits(out, month, 2);
    out.push(b'-');
    push_digits(out, day, 2);
    out.push(b'T');
    push_digits(out, seconds / 3_600, 2);
    out.push(b':');
    push_digits(out, seconds / 60 % 60, 2);
    out.push(b':');
    push_digits(out, seconds % 60, 2);
    out.push(b'.');
    push_digits(out, (of_day_us % 1_000_000) as u64, 6);
    out.push(b'Z');
}

/// As text.
pub fn rfc3339(time_us: i64) -> String {
    let mut out = Vec::with_capacity(27);
    push_rfc3339(&mut out, time_us);
    String::from_utf8_lossy(&out).into_owned()
}

fn push_digits(out: &mut Vec<u8>, number: u64, width: u32) {
    for place in (0..width).rev() {
        out.push(b'0' + (number / 10u64.pow(place) % 10) as u8);
    }
}

/// Year, month and day of a day counted from 1970-01-01.
/// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn civil(days: i64) -> (i64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u64, day as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_as_the_calendar_says() {
        for text in [
            "1970-01-01T00:00:00.000000Z",
            "2026-03-16T09:00:00.000001Z",
            "2024-02-29T23:59:59.999999Z",
            "1969-12-31T23:59:59.500000Z",
            "2100-03-01T00:00:00.000000Z",
        ] {
            let time: jiff::Timestamp = text.parse().unwrap();
            assert_eq!(rfc3339(time.as_microsecond()), text);
        }
    }
}
