//! The pass over an object's text that fills the lists of a [`Scratch`](super::Scratch).
//!
//! Promises: linear, no recursion; room for what is unescaped is asked for once an object.
//! Must not know: what the members mean.

use super::{DEPTH_MAX, Entry, Kind, Text};
use crate::scan;

/// Reads one object.
pub(super) struct Reader<'s, 'a> {
    bytes: &'a [u8],
    entries: &'s mut Vec<Entry>,
    /// Unescaped texts, one behind the other, and room behind them.
    unescaped: Vec<u8>,
    /// How much of `unescaped` is written.
    written: usize,
}

/// Objects and arrays that are open below the outermost object.
struct Open {
    /// Their places in the list.
    indexes: [u32; DEPTH_MAX],
    depth: usize,
    /// The innermost is an object.
    is_object: bool,
}

impl<'s, 'a> Reader<'s, 'a> {
    /// A reader of `bytes` that fills `entries`; `unescaped` is empty.
    pub(super) fn new(bytes: &'a [u8], entries: &'s mut Vec<Entry>, unescaped: Vec<u8>) -> Reader<'s, 'a> {
        Reader { bytes, entries, unescaped, written: 0 }
    }

    /// The unescaped texts.
    pub(super) fn into_unescaped(mut self) -> Vec<u8> {
        self.unescaped.truncate(self.written);
        self.unescaped
    }

    /// One object and nothing else.
    pub(super) fn document(&mut self) -> Option<()> {
        let bytes = self.bytes;
        let (b'{', start) = token(bytes, 0)? else { return None };
        let mut open = Open { indexes: [0; DEPTH_MAX], depth: 0, is_object: true };
        let mut at = start + 1;
        // What has just been opened may be empty.
        let mut may_close = true;
        loop {
            let (mut first, mut place) = token(bytes, at)?;
            at = place;
            if !(may_close && first == open.closing()) {
                let mut key = Text::input(0, 0);
                if open.is_object {
                    if first != b'"' {
                        return None;
                    }
                    (key, at) = self.string(at + 1)?;
                    let (b':', colon) = token(bytes, at)? else { return None };
                    (first, place) = token(bytes, colon + 1)?;
                }
                if matches!(first, b'{' | b'[') {
                    self.begin(&mut open, key, place, first == b'{')?;
                    (at, may_close) = (place + 1, true);
                    continue;
                }
                at = self.scalar(key, first, place)?;
            }
            loop {
                let (sign, place) = token(bytes, at)?;
                at = place + 1;
                if sign == b',' {
                    break;
                }
                if sign != open.closing() {
                    return None;
                }
                if open.depth == 0 {
                    return token(bytes, at).is_none().then_some(());
                }
                self.end(&mut open, at)?;
            }
            may_close = false;
        }
    }

    /// Opens the object or array at `place`.
    #[inline]
    fn begin(&mut self, open: &mut Open, key: Text, place: usize, is_object: bool) -> Option<()> {
        // The outermost object is one level, too.
        if open.depth + 1 >= DEPTH_MAX {
            return None;
        }
        *open.indexes.get_mut(open.depth)? = self.entries.len() as u32;
        open.depth += 1;
        open.is_object = is_object;
        let kind = if is_object { Kind::Object } else { Kind::Array };
        self.entries.push(Entry { end: 0, key, value: Text::input(place, place), kind });
        Some(())
    }

    /// Closes the innermost object or array, whose text ends before `at`.
    #[inline]
    fn end(&mut self, open: &mut Open, at: usize) -> Option<()> {
        let last = self.entries.len() as u32;
        open.depth -= 1;
        let entry = self.entries.get_mut(*open.indexes.get(open.depth)? as usize)?;
        entry.end = last;
        entry.value.end = at as u32;
        let around = open.depth.checked_sub(1).and_then(|depth| open.indexes.get(depth));
        open.is_object = match around {
            Some(index) => self.entries.get(*index as usize)?.kind == Kind::Object,
            None => true,
        };
        Some(())
    }

    /// Adds the text, number or word that begins with `first` at `place`; gives where it ends.
    #[inline]
    fn scalar(&mut self, key: Text, first: u8, place: usize) -> Option<usize> {
        let (value, kind, at) = if first == b'"' {
            let (value, at) = self.string(place + 1)?;
            (value, Kind::Text, at)
        } else {
            let (kind, at) = word(self.bytes, place)?;
            (Text::input(place, at), kind, at)
        };
        let end = self.entries.len() as u32 + 1;
        self.entries.push(Entry { end, key, value, kind });
        Some(at)
    }

    /// The text from `start`, which lies behind an opening quote, and where what follows its closing one begins.
    #[inline]
    fn string(&mut self, start: usize) -> Option<(Text, usize)> {
        let end = scan::either(b'"', b'\\', self.bytes, start)?;
        if self.bytes.get(end) == Some(&b'"') {
            return Some((Text::input(start, end), end + 1));
        }
        self.escaped(start, end)
    }

    /// The same for a text whose first backslash is at `backslash`.
    #[inline(never)]
    fn escaped(&mut self, start: usize, backslash: usize) -> Option<(Text, usize)> {
        // Unescaped, no text grows: all of an object have room in its length.
        if self.unescaped.len() < self.bytes.len() {
            self.unescaped.resize(self.bytes.len(), 0);
        }
        let first = self.written;
        let plain = self.bytes.get(start..backslash)?;
        self.unescaped.get_mut(first..first + plain.len())?.copy_from_slice(plain);
        self.written += plain.len();
        let mut at = backslash;
        loop {
            at = self.escape(at + 1)?;
            // Lines end in two, and columns stand two apart.
            if self.bytes.get(at) == Some(&b'\\') {
                continue;
            }
            let (from, to) = (self.bytes.get(at..)?, self.unescaped.get_mut(self.written..)?);
            let copied = scan::copy_until_either(b'"', b'\\', from, to)?;
            self.written += copied;
            at += copied;
            if *self.bytes.get(at)? == b'"' {
                return Some((Text::unescaped(first, self.written), at + 1));
            }
        }
    }

    /// Writes the character behind a backslash; gives where what follows it begins. A lone surrogate becomes U+FFFD.
    #[inline]
    fn escape(&mut self, at: usize) -> Option<usize> {
        let byte = *self.bytes.get(at)?;
        let character = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => return self.unicode(at + 1),
            _ => return None,
        };
        *self.unescaped.get_mut(self.written)? = character;
        self.written += 1;
        Some(at + 1)
    }

    fn unicode(&mut self, at: usize) -> Option<usize> {
        let unit = self.four_hex(at)?;
        let mut at = at + 4;
        let mut character = char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
        if (0xD800..0xDC00).contains(&unit)
            && self.bytes.get(at..at + 2) == Some(b"\\u")
            && let Some(low) = self.four_hex(at + 2)
            && (0xDC00..0xE000).contains(&low)
        {
            at += 6;
            character = char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))?;
        }
        let written =
            character.encode_utf8(self.unescaped.get_mut(self.written..)?.first_chunk_mut::<4>()?).len();
        self.written += written;
        Some(at)
    }

    fn four_hex(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    }
}

impl Open {
    /// The sign that closes the innermost.
    #[inline]
    fn closing(&self) -> u8 {
        if self.is_object { b'}' } else { b']' }
    }
}

/// The next byte from `at` on that is no white space, and where it stands.
#[inline]
fn token(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        match *bytes.get(at)? {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            byte => return Some((byte, at)),
        }
    }
}

/// A number, or one of the three words, and where it ends.
fn word(bytes: &[u8], at: usize) -> Option<(Kind, usize)> {
    let rest = bytes.get(at..)?;
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let length = rest.iter().take_while(|byte| is_of_word(byte)).count();
    let kind = match rest.get(..length)? {
        b"true" | b"false" => Kind::Bool,
        b"null" => Kind::Null,
        [b'-' | b'0'..=b'9', ..] => Kind::Number,
        _ => return None,
    };
    Some((kind, at + length))
}
