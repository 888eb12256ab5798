//! Cuts systemd's journal export format into entries as its bytes arrive: `NAME=value` lines, values of any bytes behind their
//! length, a blank line behind each entry.
//!
//! Promises: an entry is one frame, the same however its bytes arrive: its lines as they came, and a value with a length as
//! `NAME=value` whose further lines are indented by a tab, so that no value can look like a field. Memory is one burst and one
//! frame, whatever a length says. What is no entry is counted and passed over up to the next blank line.
//! Must not know: what fields mean. Source: systemd, Journal Export Formats.

use memchr::{memchr, memchr2};

use super::Cuts;
use super::cut::Cut;
use super::gather::Gather;

/// The field that opens every entry.
pub(crate) const CURSOR: &[u8] = b"__CURSOR=";
/// Longest name of a field.
const NAME_BYTES_MAX: usize = 64;
/// Kept beyond the limit of a frame, so that whoever cuts there sees that more was said, and where a character ends.
const BEHIND_BYTES: usize = 4;

/// Where in an entry the next byte lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In a name, or at the start of a line.
    Name,
    /// In a value that ends with its line.
    Line,
    /// In the length of a value, after so many of its eight bytes.
    Length { read: u32, bytes: u64 },
    /// In a value, so many bytes before its end.
    Value { left: u64 },
    /// Before the line end that must follow it.
    ValueEnd,
    /// In what is no entry.
    Lost { is_line_empty: bool },
}

/// The state of cutting one stream.
#[derive(Debug)]
pub struct Entries {
    entry_bytes_max: usize,
    /// Bytes that were received and not looked at.
    buffer: Vec<u8>,
    state: State,
    name: Vec<u8>,
    /// The open entry, as far as it is kept.
    entry: Vec<u8>,
    gather: Gather,
    malformed: u64,
}

impl Entries {
    /// At the start of a stream. Longer entries than `entry_bytes_max` will be cut.
    pub fn new(entry_bytes_max: usize) -> Entries {
        Entries {
            entry_bytes_max: entry_bytes_max.max(1),
            buffer: Vec::new(),
            state: State::Name,
            name: Vec::new(),
            entry: Vec::new(),
            gather: Gather::new(entry_bytes_max),
            malformed: 0,
        }
    }

    /// Bytes of the entries that were cut.
    pub fn text_bytes(&self) -> usize {
        self.gather.text_bytes()
    }

    /// Takes what the state says of the next bytes. Answers how many that were.
    fn step(&mut self, bytes: &[u8]) -> usize {
        match self.state {
            State::Name => self.take_name(bytes),
            State::Line => match memchr(b'\n', bytes) {
                Some(end) => {
                    self.keep(bytes.get(..end).unwrap_or_default());
                    self.state = State::Name;
                    end + 1
                }
                None => {
                    self.keep(bytes);
                    bytes.len()
                }
            },
            State::Length { read, bytes: length } => {
                let byte = bytes.first().copied().unwrap_or_default();
                let length = length | u64::from(byte) << (8 * read);
                self.state = match read {
                    7 if length == 0 => State::ValueEnd,
                    7 => State::Value { left: length },
                    _ => State::Length { read: read + 1, bytes: length },
                };
                1
            }
            State::Value { left } => {
                let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                self.keep_indented(bytes.get(..here).unwrap_or_default());
                let left = left - here as u64;
                self.state = if left == 0 { State::ValueEnd } else { State::Value { left } };
                here
            }
            State::ValueEnd if bytes.first() == Some(&b'\n') => {
                self.state = State::Name;
                1
            }
            State::ValueEnd => self.lose(),
            State::Lost { is_line_empty } => match memchr(b'\n', bytes) {
                Some(0) if is_line_empty => {
                    self.state = State::Name;
                    1
                }
                Some(end) => {
                    self.state = State::Lost { is_line_empty: true };
                    end + 1
                }
                None => {
                    self.state = State::Lost { is_line_empty: false };
                    bytes.len()
                }
            },
        }
    }

    fn take_name(&mut self, bytes: &[u8]) -> usize {
        let end = memchr2(b'=', b'\n', bytes);
        let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        let is_of_name = |byte: &u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
        if self.name.len() + part.len() > NAME_BYTES_MAX || !part.iter().all(is_of_name) {
            return self.lose();
        }
        self.name.extend_from_slice(part);
        let Some(end) = end else { return part.len() };
        let is_line = bytes.get(end) == Some(&b'=');
        match self.name.is_empty() {
            false => {
                self.open_field();
                self.state = if is_line { State::Line } else { State::Length { read: 0, bytes: 0 } };
            }
            // A blank line.
            true if !is_line => self.close_entry(),
            true => return self.lose(),
        }
        end + 1
    }

    /// Begins a line of the open entry with the name that was read.
    fn open_field(&mut self) {
        if CURSOR.strip_suffix(b"=") == Some(&self.name) {
            // The blank line behind the entry before is missing.
            self.close_entry();
        }
        if !self.entry.is_empty() {
            self.keep(b"\n");
        }
        let name = std::mem::take(&mut self.name);
        self.keep(&name);
        self.keep(b"=");
    }

    fn close_entry(&mut self) {
        self.gather.push(&self.entry);
        self.entry.clear();
    }

    /// What was read of the entry is a frame all the same. Takes nothing: the bytes are passed over from here on.
    fn lose(&mut self) -> usize {
        self.malformed += 1;
        self.name.clear();
        self.close_entry();
        self.state = State::Lost { is_line_empty: false };
        0
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = (self.entry_bytes_max + BEHIND_BYTES).saturating_sub(self.entry.len());
        self.entry.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    fn keep_indented(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(end) = memchr(b'\n', rest) {
            let (line, behind) = rest.split_at(end);
            self.keep(line);
            self.keep(b"\n\t");
            rest = behind.get(1..).unwrap_or_default();
        }
        self.keep(rest);
    }
}

impl Cuts for Entries {
    fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    fn cut(&mut self, is_last: bool) {
        let buffer = std::mem::take(&mut self.buffer);
        let mut rest = buffer.as_slice();
        while !rest.is_empty() {
            let taken = self.step(rest);
            rest = rest.get(taken..).unwrap_or_default();
        }
        self.buffer = buffer;
        self.buffer.clear();
        if is_last {
            let is_broken = !matches!(self.state, State::Name | State::Line | State::Lost { .. })
                || !self.name.is_empty();
            self.malformed += u64::from(is_broken);
            self.close_entry();
        }
    }

    fn take(&mut self) -> Option<Cut> {
        (!self.gather.is_empty()).then(|| self.gather.take())
    }

    fn take_malformed(&mut self) -> u64 {
        std::mem::take(&mut self.malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field whose value has a length.
    fn with_length(name: &str, value: &[u8]) -> Vec<u8> {
        let length = (value.len() as u64).to_le_bytes();
        [name.as_bytes(), b"\n", &length, value, b"\n"].concat()
    }

    /// The entries of a stream that arrives in parts, and how often something was no entry.
    fn cut<'b>(parts: impl IntoIterator<Item = &'b [u8]>, bytes_max: usize) -> (Vec<String>, u64) {
        let mut entries = Entries::new(bytes_max);
        let (mut texts, mut malformed) = (Vec::new(), 0);
        let mut take = |entries: &mut Entries| {
            let cut = entries.take().unwrap_or_default();
            let text = |frame: &schema::Frame| {
                cut.text.get(frame.start as usize..frame.end as usize).unwrap().to_owned()
            };
            texts.extend(cut.frames.iter().map(text));
            malformed += entries.take_malformed();
        };
        for part in parts {
            entries.buffer().extend_from_slice(part);
            entries.cut(false);
            take(&mut entries);
        }
        entries.cut(true);
        take(&mut entries);
        (texts, malformed)
    }

    fn stream() -> (Vec<u8>, Vec<&'static str>) {
        let stream = [
            &b"__CURSOR=s=1;i=1\n_HOSTNAME=gw\nMESSAGE=a=b c\n\n"[..],
            b"__CURSOR=s=1;i=2\n",
            &with_length("MESSAGE", b"one\n\n_HOSTNAME=forged\n=\n"),
            b"PRIORITY=6\n\n\n__CURSOR=s=1;i=3\n",
            &with_length("EMPTY", b""),
            b"\n__CURSOR=s=1;i=4\nMESSAGE=\n__CURSOR=s=1;i=5\nMESSAGE=without end",
        ];
        let entries = vec![
            "__CURSOR=s=1;i=1\n_HOSTNAME=gw\nMESSAGE=a=b c",
            "__CURSOR=s=1;i=2\nMESSAGE=one\n\t\n\t_HOSTNAME=forged\n\t=\n\t\nPRIORITY=6",
            "__CURSOR=s=1;i=3\nEMPTY=",
            "__CURSOR=s=1;i=4\nMESSAGE=",
            "__CURSOR=s=1;i=5\nMESSAGE=without end",
        ];
        (stream.concat(), entries)
    }

    #[test]
    fn entries_are_the_same_wherever_the_stream_is_parted() {
        let (stream, entries) = stream();
        for size in 1..=stream.len() {
            let (texts, malformed) = cut(stream.chunks(size), 1024);
            assert_eq!(texts, entries, "{size}");
            assert_eq!(malformed, 0, "{size}");
        }
        for at in 0..stream.len() {
            let (head, tail) = stream.split_at(at);
            assert_eq!(cut([head, tail], 1024).0, entries, "{at}");
        }
    }

    #[test]
    fn what_is_no_entry_touches_no_other() {
        let whole = "__CURSOR=s=1;i=1\nMESSAGE=a";
        for foreign in [
            &b"-- no entries --\nplain\n\n"[..],
            b"=x\n\n",
            b"lower=x\nMESSAGE=part of it\n\n",
            &[&[b'A'; NAME_BYTES_MAX + 1][..], b"=x\n\n"].concat(),
        ] {
            let stream = [foreign, whole.as_bytes(), b"\n\n", foreign].concat();
            for size in [1, 3, stream.len()] {
                assert_eq!(cut(stream.chunks(size), 1024), (vec![whole.to_owned()], 2), "{foreign:?}");
            }
        }
        // A length that lies ends the entry where it lies.
        let mut lies = with_length("MESSAGE", b"four");
        lies[8] = 2;
        let head = &b"__CURSOR=s=1;i=0\n"[..];
        let stream = [head, &lies, b"PRIORITY=6\n\n", whole.as_bytes(), b"\n\n"].concat();
        let expected = vec!["__CURSOR=s=1;i=0\nMESSAGE=fo".to_owned(), whole.to_owned()];
        assert_eq!(cut([&stream[..]], 1024), (expected, 1));
        // A stream that ends inside a value, or a name.
        for end in [&lies[..9], &lies[..12], b"MESS"] {
            assert_eq!(cut([end], 1024).1, 1, "{end:?}");
        }
    }

    #[test]
    fn an_entry_takes_no_more_memory_than_a_frame() {
        let mut entries = Entries::new(100);
        entries.buffer().extend_from_slice(b"__CURSOR=1\nCOREDUMP\n");
        entries.buffer().extend_from_slice(&u64::MAX.to_le_bytes());
        for _ in 0..1_000 {
            entries.buffer().extend_from_slice(&[b'\n'; 1_000]);
            entries.cut(false);
        }
        assert!(entries.entry.capacity() < 1_000 && entries.take().is_none());
        let long = format!("__CURSOR=1\nMESSAGE={}\n\n__CURSOR=2\n\n", "è".repeat(1_000));
        let (texts, _) = cut([long.as_bytes()], 100);
        assert_eq!((texts[0].len(), texts[1].as_str()), (99, "__CURSOR=2"));
    }
}
