//! Log lines in the making: bytes of many files with their instants, and the pen that writes one.
//!
//! Promises: one line per `Lines::line`, no allocation per line beyond the shared buffer.
//! Must not know: devices, town, attacks.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use crate::clock::{LocalClock, Stamp};

const MONTHS: [&str; 13] =
    ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const HEX: [u8; 16] = *b"0123456789abcdef";

/// Number of a log file of the town.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u16);

/// Whose line it is: 0 is ordinary life, the rest are numbers of planted stories.
pub type Tag = u16;

/// Place of one line in the buffer.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// When the device wrote it, UTC milliseconds.
    pub at_ms: i64,
    start: u32,
    /// Its log file.
    pub file: FileId,
    /// Whose line it is.
    pub tag: Tag,
}

/// Lines of many files, in the order they were written.
#[derive(Debug, Clone)]
pub struct Lines {
    clock: Arc<LocalClock>,
    tag: Tag,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

impl Lines {
    /// An empty collection whose lines carry `tag`.
    #[must_use]
    pub fn new(clock: Arc<LocalClock>, tag: Tag) -> Self {
        Self { clock, tag, bytes: Vec::new(), entries: Vec::new() }
    }

    /// Starts a line of `file` written at an instant; the returned pen writes its text.
    pub fn line(&mut self, file: FileId, at_ms: i64) -> Pen<'_> {
        let start = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.entries.push(Entry { at_ms, start, file, tag: self.tag });
        Pen::on(&mut self.bytes, &self.clock, at_ms)
    }

    /// Gives every line written so far, and every later one, a tag.
    pub fn set_tag(&mut self, tag: Tag) {
        self.tag = tag;
        self.entries.iter_mut().for_each(|entry| entry.tag = tag);
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// First and last instant, when there is a line.
    #[must_use]
    pub fn span(&self) -> Option<(i64, i64)> {
        let first = self.entries.iter().map(|entry| entry.at_ms).min()?;
        let last = self.entries.iter().map(|entry| entry.at_ms).max()?;
        Some((first, last))
    }

    /// The lines in order of time; lines of one instant stay in the order written.
    #[must_use]
    pub fn sorted(self) -> SortedLines {
        let end = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        let ends = self.entries.iter().skip(1).map(|entry| entry.start).chain([end]);
        let mut entries: Vec<(Entry, u32)> = self.entries.iter().copied().zip(ends).collect();
        entries.sort_unstable_by_key(|(entry, _)| (entry.at_ms, entry.start));
        SortedLines { bytes: self.bytes, entries }
    }
}

/// Lines in order of time.
#[derive(Debug)]
pub struct SortedLines {
    bytes: Vec<u8>,
    entries: Vec<(Entry, u32)>,
}

impl SortedLines {
    /// Every line with its text (no line end).
    pub fn iter(&self) -> impl Iterator<Item = (Entry, &[u8])> {
        self.entries.iter().map(|(entry, end)| {
            let range = entry.start as usize..*end as usize;
            (*entry, self.bytes.get(range).unwrap_or_default())
        })
    }
}

/// Writes the text of one line; every method appends and hands the pen back.
#[derive(Debug)]
pub struct Pen<'a> {
    bytes: &'a mut Vec<u8>,
    stamp: Stamp,
    at_ms: i64,
}

impl<'a> Pen<'a> {
    /// A pen that appends to any buffer.
    pub fn on(bytes: &'a mut Vec<u8>, clock: &LocalClock, at_ms: i64) -> Self {
        Self { stamp: clock.stamp(at_ms), at_ms, bytes }
    }
}

impl Pen<'_> {
    /// Plain text.
    pub fn s(&mut self, text: &str) -> &mut Self {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    /// A decimal number.
    pub fn n(&mut self, number: impl itoa::Integer) -> &mut Self {
        let mut digits = itoa::Buffer::new();
        self.bytes.extend_from_slice(digits.format(number).as_bytes());
        self
    }

    /// An address in canonical form.
    pub fn ip(&mut self, address: impl Into<IpAddr>) -> &mut Self {
        match address.into() {
            IpAddr::V4(address) => self.ip4(address),
            IpAddr::V6(address) => {
                // Writing to a Vec cannot fail.
                self.bytes.write_fmt(format_args!("{address}")).unwrap_or_default();
                self
            }
        }
    }

    fn ip4(&mut self, address: Ipv4Addr) -> &mut Self {
        let [a, b, c, d] = address.octets();
        self.n(a).s(".").n(b).s(".").n(c).s(".").n(d)
    }

    /// A hardware address with a separator between octets.
    pub fn mac(&mut self, mac: [u8; 6], separator: &str) -> &mut Self {
        for (index, octet) in mac.into_iter().enumerate() {
            if index > 0 {
                self.s(separator);
            }
            self.hex(u64::from(octet), 2);
        }
        self
    }

    /// A lower-case hexadecimal number of `width` digits (at most 16).
    pub fn hex(&mut self, number: u64, width: u32) -> &mut Self {
        for digit in (0..width.min(16)).rev() {
            let nibble = usize::try_from((number >> (4 * digit)) & 0xf).unwrap_or(0);
            self.bytes.push(HEX.get(nibble).copied().unwrap_or(b'0'));
        }
        self
    }

    /// Text inside a JSON string, escaped; the quotes are the caller's.
    pub fn json(&mut self, text: &str) -> &mut Self {
        for byte in text.bytes() {
            match byte {
                b'"' => self.bytes.extend_from_slice(b"\\\""),
                b'\\' => self.bytes.extend_from_slice(b"\\\\"),
                0..0x20 => {
                    self.s("\\u00").hex(u64::from(byte), 2);
                }
                _ => self.bytes.push(byte),
            }
        }
        self
    }

    /// Text inside a double-quoted CSV field: quotes are doubled.
    pub fn csv(&mut self, text: &str) -> &mut Self {
        for byte in text.bytes() {
            if byte == b'"' {
                self.bytes.push(b'"');
            }
            self.bytes.push(byte);
        }
        self
    }

    /// Text of a W3C extended log field: blanks become `+`.
    pub fn w3c(&mut self, text: &str) -> &mut Self {
        self.bytes.extend(text.bytes().map(|byte| if byte == b' ' { b'+' } else { byte }));
        self
    }

    /// The instant, UTC milliseconds.
    #[must_use]
    pub fn at_ms(&self) -> i64 {
        self.at_ms
    }

    /// `Mar 16 09:12:44` (RFC 3164, local).
    pub fn rfc3164(&mut self) -> &mut Self {
        let stamp = self.stamp;
        self.month(stamp.month).s(if stamp.day < 10 { "  " } else { " " }).n(stamp.day).s(" ").clock()
    }

    /// `2026-03-16` (local).
    pub fn date(&mut self) -> &mut Self {
        self.date_of(self.stamp)
    }

    /// `16/03/2026` (local).
    pub fn italian_date(&mut self) -> &mut Self {
        let stamp = self.stamp;
        self.two(stamp.day).s("/").two(stamp.month).s("/").n(stamp.year)
    }

    /// `09:12:44` (local).
    pub fn clock(&mut self) -> &mut Self {
        self.clock_of(self.stamp)
    }

    /// `.112`: milliseconds with a point before.
    pub fn millis(&mut self, point: &str) -> &mut Self {
        let millis = self.stamp.millis;
        self.s(point).thousandths(millis)
    }

    fn thousandths(&mut self, millis: u16) -> &mut Self {
        self.n(millis / 100).n(millis / 10 % 10).n(millis % 10)
    }

    /// `2026-03-16T09:12:44.112+01:00` (RFC 3339, local).
    pub fn rfc3339(&mut self) -> &mut Self {
        self.date().s("T").clock().millis(".").offset(":")
    }

    /// `2026-03-16T08:12:44.112Z` (RFC 3339, UTC).
    pub fn utc(&mut self) -> &mut Self {
        self.utc_of(self.at_ms)
    }

    /// The same of any instant, UTC milliseconds.
    pub fn utc_of(&mut self, at_ms: i64) -> &mut Self {
        let utc = Stamp::utc(at_ms);
        self.date_of(utc).s("T").clock_of(utc).s(".").thousandths(utc.millis).s("Z")
    }

    /// `2026-03-16T08:12:44` (UTC, no zone).
    pub fn utc_seconds(&mut self) -> &mut Self {
        let utc = Stamp::utc(self.at_ms);
        self.date_of(utc).s("T").clock_of(utc)
    }

    /// `2026-03-16 08:12:44` (UTC).
    pub fn utc_blank(&mut self) -> &mut Self {
        let utc = Stamp::utc(self.at_ms);
        self.date_of(utc).s(" ").clock_of(utc)
    }

    /// `16/Mar/2026:09:12:44 +0100` (common log format).
    pub fn clf(&mut self) -> &mut Self {
        let stamp = self.stamp;
        self.two(stamp.day).s("/").month(stamp.month).s("/").n(stamp.year);
        self.s(":").clock().s(" ").offset("")
    }

    /// `16-Mar-2026 09:12:44.112` (BIND).
    pub fn bind(&mut self) -> &mut Self {
        let stamp = self.stamp;
        self.two(stamp.day).s("-").month(stamp.month).s("-").n(stamp.year).s(" ").clock().millis(".")
    }

    /// `Mon Mar 16` (local).
    pub fn weekday_and_day(&mut self) -> &mut Self {
        let stamp = self.stamp;
        let name = WEEKDAYS.get(usize::from(stamp.weekday)).copied().unwrap_or("Mon");
        self.s(name).s(" ").month(stamp.month).s(" ").two(stamp.day)
    }

    /// `2026/03/16` (local).
    pub fn slashed_date(&mut self) -> &mut Self {
        let stamp = self.stamp;
        self.n(stamp.year).s("/").two(stamp.month).s("/").two(stamp.day)
    }

    /// `Mar 16 2026` (local, Cisco).
    pub fn month_day_year(&mut self) -> &mut Self {
        let stamp = self.stamp;
        self.month(stamp.month).s(if stamp.day < 10 { "  " } else { " " }).n(stamp.day).s(" ").n(stamp.year)
    }

    /// `2026` (local).
    pub fn year(&mut self) -> &mut Self {
        self.n(self.stamp.year)
    }

    /// `+0100` or `+01:00`, with the given separator.
    pub fn offset(&mut self, separator: &str) -> &mut Self {
        let minutes = self.stamp.offset_s / 60;
        let hours = u8::try_from(minutes / 60).unwrap_or(0);
        self.s("+").two(hours).s(separator).two(u8::try_from(minutes % 60).unwrap_or(0))
    }

    /// `CET` or `CEST`.
    pub fn zone(&mut self) -> &mut Self {
        self.s(if self.stamp.offset_s == 7200 { "CEST" } else { "CET" })
    }

    fn date_of(&mut self, stamp: Stamp) -> &mut Self {
        self.n(stamp.year).s("-").two(stamp.month).s("-").two(stamp.day)
    }

    fn clock_of(&mut self, stamp: Stamp) -> &mut Self {
        self.two(stamp.hour).s(":").two(stamp.minute).s(":").two(stamp.second)
    }

    fn month(&mut self, month: u8) -> &mut Self {
        self.s(MONTHS.get(usize::from(month)).copied().unwrap_or("Jan"))
    }

    /// Two decimal digits.
    pub fn two(&mut self, number: u8) -> &mut Self {
        self.bytes.extend_from_slice(&[b'0' + number / 10 % 10, b'0' + number % 10]);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_MS: i64 = 1_773_648_764_112; // 2026-03-16T08:12:44.112Z

    fn written(write: impl FnOnce(&mut Pen<'_>)) -> String {
        let clock = Arc::new(LocalClock::italy(AT_MS, AT_MS + 1));
        let mut lines = Lines::new(clock, 0);
        write(&mut lines.line(FileId(0), AT_MS));
        let sorted = lines.sorted();
        let text = sorted.iter().map(|(_, text)| text.to_vec()).next().unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn times_are_written_as_each_device_writes_them() {
        assert_eq!(
            written(|pen| {
                pen.rfc3164();
            }),
            "Mar 16 09:12:44"
        );
        assert_eq!(
            written(|pen| {
                pen.clf();
            }),
            "16/Mar/2026:09:12:44 +0100"
        );
        assert_eq!(
            written(|pen| {
                pen.rfc3339();
            }),
            "2026-03-16T09:12:44.112+01:00"
        );
        assert_eq!(
            written(|pen| {
                pen.utc();
            }),
            "2026-03-16T08:12:44.112Z"
        );
        assert_eq!(
            written(|pen| {
                pen.weekday_and_day();
            }),
            "Mon Mar 16"
        );
    }

    #[test]
    fn quotes_and_control_characters_cannot_break_a_json_string() {
        assert_eq!(
            written(|pen| {
                pen.json("a\"b\\c\n");
            }),
            "a\\\"b\\\\c\\u000a"
        );
    }

    #[test]
    fn lines_come_out_in_order_of_time_and_then_of_writing() {
        let clock = Arc::new(LocalClock::italy(AT_MS, AT_MS + 10));
        let mut lines = Lines::new(clock, 0);
        for (at_ms, text) in [(AT_MS + 5, "later"), (AT_MS, "first"), (AT_MS, "second")] {
            lines.line(FileId(1), at_ms).s(text);
        }
        let sorted = lines.sorted();
        let order: Vec<&[u8]> = sorted.iter().map(|(_, text)| text).collect();
        assert_eq!(order, [b"first".as_slice(), b"second", b"later"]);
    }
}
