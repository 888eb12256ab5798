//! One JSON object read into a flat list of members, in one pass, without an allocation per object
//! once its lists have grown.
//!
//! Promises: linear; nesting is bounded; texts without escapes are slices of the input, the others lie
//! in the object's own buffer. A text that is no JSON object is refused; of one that was cut, what is whole is read.
//! Must not know: what the members mean. Source: RFC 8259.

mod cut;

use std::mem;
use std::ops::Range;

use crate::scan;

/// Deepest nesting that is read.
const DEPTH_MAX: usize = 64;

/// Where a text lies: in the input, or in the unescaped buffer when its start has the mark.
#[derive(Debug, Clone, Copy)]
struct Text {
    start: u32,
    end: u32,
}

/// Above any place in an input.
const UNESCAPED: u32 = 1 << 31;

impl Text {
    #[inline]
    fn input(start: usize, end: usize) -> Text {
        Text { start: start as u32, end: end as u32 }
    }

    #[inline]
    fn unescaped(start: usize, end: usize) -> Text {
        Text { start: start as u32 | UNESCAPED, end: end as u32 | UNESCAPED }
    }

    #[inline]
    fn is_input(self) -> bool {
        self.start & UNESCAPED == 0
    }

    #[inline]
    fn len(self) -> usize {
        (self.end - self.start) as usize
    }
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A number, as written.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// An object.
    Object,
    /// An array.
    Array,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// One past the last entry inside this one.
    end: u32,
    key: Text,
    value: Text,
    kind: Kind,
}

/// Lists that a [`Json`] borrows, kept from object to object.
#[derive(Debug, Default)]
pub struct Scratch {
    entries: Vec<Entry>,
    unescaped: String,
    /// An object was read; of one that was cut, what is whole.
    is_object: bool,
    is_cut: bool,
}

/// A parsed object.
#[derive(Debug, Clone, Copy)]
pub struct Json<'a> {
    input: &'a str,
    scratch: &'a Scratch,
}

/// One member of an object, or item of an array.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    json: Json<'a>,
    index: u32,
}

impl Scratch {
    /// Reads `input` as one JSON object; none when it is not one, whole.
    pub fn read<'a>(&'a mut self, input: &'a str) -> Option<Json<'a>> {
        self.fill(input)?;
        Some(Json { input, scratch: self })
    }

    /// The same for a text that is an object by its first character, whole or cut; the others cost one look.
    pub fn read_object<'a>(&'a mut self, input: &'a str) -> Option<Json<'a>> {
        if !input.trim_ascii_start().starts_with('{') {
            return None;
        }
        self.fill(input).or_else(|| self.fill_cut(input))?;
        Some(Json { input, scratch: self })
    }

    /// What was read last, of the same input; none when that was no object.
    pub(crate) fn last<'a>(&'a self, input: &'a str) -> Option<Json<'a>> {
        self.is_object.then_some(Json { input, scratch: self })
    }

    /// Reads a whole object into the lists.
    fn fill(&mut self, input: &str) -> Option<()> {
        self.entries.clear();
        self.is_object = false;
        self.is_cut = false;
        if input.len() >= UNESCAPED as usize {
            return None;
        }
        let mut unescaped = mem::take(&mut self.unescaped).into_bytes();
        unescaped.clear();
        let mut reader = Reader { bytes: input.as_bytes(), at: 0, entries: &mut self.entries, unescaped };
        let is_object = reader.document().is_some();
        // Made of pieces of a text and of whole characters, so that it is one.
        self.unescaped = String::from_utf8(reader.unescaped).ok()?;
        self.is_object = is_object;
        is_object.then_some(())
    }

    /// Reads the whole members of an object that was cut.
    fn fill_cut(&mut self, input: &str) -> Option<()> {
        let cut = cut::find(input)?;
        self.fill(&format!("{}{}", input.get(..cut.length)?, cut.closers))?;
        self.is_object = !self.entries.is_empty();
        self.is_cut = true;
        // What the cut left open ends with the text.
        let last = cut.length as u32;
        for entry in &mut self.entries {
            if entry.value.is_input() {
                entry.value.end = entry.value.end.min(last);
            }
        }
        self.is_object.then_some(())
    }
}

impl<'a> Json<'a> {
    #[inline]
    fn text(self, text: Text) -> &'a str {
        let from = if text.is_input() { self.input } else { &self.scratch.unescaped };
        let (start, end) = (text.start & !UNESCAPED, text.end & !UNESCAPED);
        from.get(start as usize..end as usize).unwrap_or_default()
    }

    /// True when the text ended before the object did.
    pub fn is_cut(self) -> bool {
        self.scratch.is_cut
    }

    /// The members at the top, in order.
    pub fn members(self) -> impl Iterator<Item = Member<'a>> {
        Children { json: self, next: 0, end: self.scratch.entries.len() as u32 }
    }

    /// The member at a dotted path: nested objects (`{"a":{"b":1}}`) or a key with dots (`{"a.b":1}`).
    pub fn get(self, path: &str) -> Option<Member<'a>> {
        find(0, self.scratch.entries.len() as u32, self, path)
    }

    /// The text, number or boolean at a dotted path, as written; none when absent, null, object or array.
    pub fn scalar(self, path: &str) -> Option<&'a str> {
        self.get(path).and_then(Member::scalar)
    }

    /// The first of these paths that has a scalar that is not empty.
    pub fn first(self, paths: &[&str]) -> Option<&'a str> {
        paths.iter().filter_map(|path| self.scalar(path)).find(|text| !text.is_empty())
    }

    /// True when every one of these paths is present.
    pub fn has_all(self, paths: &[&str]) -> bool {
        paths.iter().all(|path| self.get(path).is_some())
    }
}

/// How deep names of nested members go.
const NAME_DEPTH_MAX: usize = 8;
/// Longest name whose members have names of their own: each of them holds it again.
pub(crate) const NAME_BYTES_MAX: usize = 256;

impl<'a> Json<'a> {
    /// Every member that is no object, under its dotted name; nulls are passed over, lists are one.
    pub fn leaves(self, take: &mut dyn FnMut(&str, Member<'a>)) {
        let mut name = String::new();
        for member in self.members() {
            member.leaves(&mut name, 0, take);
        }
    }
}

impl<'a> Member<'a> {
    fn leaves(self, name: &mut String, depth: usize, take: &mut dyn FnMut(&str, Member<'a>)) {
        let length = name.len();
        if length > 0 {
            name.push('.');
        }
        name.push_str(self.key());
        match self.kind() {
            Kind::Object if depth < NAME_DEPTH_MAX && name.len() <= NAME_BYTES_MAX => {
                for inner in self.members() {
                    inner.leaves(name, depth + 1, take);
                }
            }
            Kind::Null => {}
            _ => take(name, self),
        }
        name.truncate(length);
    }
}

fn find<'a>(start: u32, end: u32, json: Json<'a>, path: &str) -> Option<Member<'a>> {
    let mut children = Children { json, next: start, end };
    children.find_map(|member| {
        let entry = member.entry()?;
        let length = entry.key.len();
        if length == path.len() {
            return (json.text(entry.key) == path).then_some(member);
        }
        // Most keys are told apart by their length alone.
        if entry.kind != Kind::Object || path.as_bytes().get(length) != Some(&b'.') {
            return None;
        }
        let inner = path.strip_prefix(json.text(entry.key))?.strip_prefix('.')?;
        find(member.index + 1, entry.end, json, inner)
    })
}

impl<'a> Member<'a> {
    #[inline]
    fn entry(self) -> Option<&'a Entry> {
        self.json.scratch.entries.get(self.index as usize)
    }

    /// Its key; empty for an item of an array.
    #[inline]
    pub fn key(self) -> &'a str {
        self.entry().map_or("", |entry| self.json.text(entry.key))
    }

    /// What it is.
    #[inline]
    pub fn kind(self) -> Kind {
        self.entry().map_or(Kind::Null, |entry| entry.kind)
    }

    /// A text unescaped, a number or boolean as written; none for null, objects and arrays.
    #[inline]
    pub fn scalar(self) -> Option<&'a str> {
        let entry = self.entry()?;
        match entry.kind {
            Kind::Text | Kind::Number | Kind::Bool => Some(self.json.text(entry.value)),
            Kind::Null | Kind::Object | Kind::Array => None,
        }
    }

    /// The member's JSON as received (a text unescaped and without its quotes).
    #[inline]
    pub fn raw(self) -> &'a str {
        self.entry().map_or("", |entry| self.json.text(entry.value))
    }

    /// Where it lies in the input; none for a text with escapes.
    pub fn span(self) -> Option<Range<usize>> {
        let value = self.entry()?.value;
        value.is_input().then_some(value.start as usize..value.end as usize)
    }

    /// Its own members or items, in order.
    #[inline]
    pub fn members(self) -> impl Iterator<Item = Member<'a>> {
        let end = self.entry().map_or(0, |entry| entry.end);
        Children { json: self.json, next: self.index + 1, end }
    }

    /// The member at a dotted path below it.
    pub fn get(self, path: &str) -> Option<Member<'a>> {
        find(self.index + 1, self.entry()?.end, self.json, path)
    }

    /// The scalar at a dotted path below it.
    pub fn scalar_at(self, path: &str) -> Option<&'a str> {
        self.get(path).and_then(Member::scalar)
    }
}

struct Children<'a> {
    json: Json<'a>,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = Member<'a>;

    #[inline]
    fn next(&mut self) -> Option<Member<'a>> {
        if self.next >= self.end {
            return None;
        }
        let member = Member { json: self.json, index: self.next };
        self.next = member.entry()?.end;
        Some(member)
    }
}

struct Reader<'s, 'a> {
    bytes: &'a [u8],
    at: usize,
    entries: &'s mut Vec<Entry>,
    unescaped: Vec<u8>,
}

impl Reader<'_, '_> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The next byte that is no white space; the reader stands at it.
    #[inline]
    fn token(&mut self) -> Option<u8> {
        loop {
            match self.peek()? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    /// Goes past `byte` when it comes next.
    #[inline]
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.token()? == byte).then(|| self.at += 1)
    }

    /// One object and nothing else.
    fn document(&mut self) -> Option<()> {
        if self.token()? != b'{' {
            return None;
        }
        self.members(0)?;
        self.token().is_none().then_some(())
    }

    /// The members of the object or items of the array that opens here.
    fn members(&mut self, depth: usize) -> Option<()> {
        if depth >= DEPTH_MAX {
            return None;
        }
        let is_object = self.peek()? == b'{';
        let close = if is_object { b'}' } else { b']' };
        self.at += 1;
        if self.take(close).is_some() {
            return Some(());
        }
        loop {
            let mut key = Text::input(0, 0);
            if is_object {
                self.take(b'"')?;
                key = self.string()?;
                self.take(b':')?;
            }
            self.value(key, depth)?;
            match self.token()? {
                b',' => self.at += 1,
                _ => return self.take(close),
            }
        }
    }

    #[inline]
    fn value(&mut self, key: Text, depth: usize) -> Option<()> {
        let index = self.entries.len();
        let first = self.token()?;
        let start = self.at;
        let (value, kind) = match first {
            b'"' => {
                self.at += 1;
                (self.string()?, Kind::Text)
            }
            b'{' | b'[' => {
                let kind = if first == b'{' { Kind::Object } else { Kind::Array };
                self.entries.push(Entry { end: 0, key, value: key, kind });
                self.members(depth + 1)?;
                let end = self.entries.len() as u32;
                let entry = self.entries.get_mut(index)?;
                entry.end = end;
                entry.value = Text::input(start, self.at);
                return Some(());
            }
            _ => {
                let kind = self.word()?;
                (Text::input(start, self.at), kind)
            }
        };
        self.entries.push(Entry { end: index as u32 + 1, key, value, kind });
        Some(())
    }

    /// A number, or one of the three words, its end consumed.
    fn word(&mut self) -> Option<Kind> {
        let rest = self.bytes.get(self.at..)?;
        let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let length = rest.iter().take_while(|byte| is_of_word(byte)).count();
        self.at += length;
        match rest.get(..length)? {
            b"true" | b"false" => Some(Kind::Bool),
            b"null" => Some(Kind::Null),
            [b'-' | b'0'..=b'9', ..] => Some(Kind::Number),
            _ => None,
        }
    }

    /// The text behind an opening quote, its end consumed.
    #[inline]
    fn string(&mut self) -> Option<Text> {
        let start = self.at;
        let end = scan::either(b'"', b'\\', self.bytes, start)?;
        self.at = end + 1;
        if self.bytes.get(end) == Some(&b'"') {
            Some(Text::input(start, end))
        } else {
            self.escaped(start, end)
        }
    }

    /// The same for a text from `start` whose first backslash is at `backslash`.
    #[inline(never)]
    fn escaped(&mut self, start: usize, backslash: usize) -> Option<Text> {
        let unescaped_start = self.unescaped.len();
        self.unescaped.extend_from_slice(self.bytes.get(start..backslash)?);
        self.at = backslash;
        loop {
            self.at += 1;
            self.escape()?;
            scan::copy_until_either(b'"', b'\\', self.bytes, &mut self.at, &mut self.unescaped);
            if self.peek()? == b'"' {
                self.at += 1;
                return Some(Text::unescaped(unescaped_start, self.unescaped.len()));
            }
        }
    }

    /// Writes the character behind a backslash. A lone surrogate becomes U+FFFD.
    #[inline]
    fn escape(&mut self) -> Option<()> {
        let byte = self.peek()?;
        self.at += 1;
        let character = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => return self.unicode(),
            _ => return None,
        };
        self.unescaped.push(character);
        Some(())
    }

    fn unicode(&mut self) -> Option<()> {
        let unit = self.four_hex(self.at)?;
        self.at += 4;
        let mut character = char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
        if (0xD800..0xDC00).contains(&unit)
            && self.bytes.get(self.at..self.at + 2) == Some(b"\\u")
            && let Some(low) = self.four_hex(self.at + 2)
            && (0xDC00..0xE000).contains(&low)
        {
            self.at += 6;
            character = char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))?;
        }
        self.unescaped.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Some(())
    }

    fn four_hex(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_and_dotted_keys_are_found_by_the_same_path() {
        let mut scratch = Scratch::default();
        let json =
            scratch.read(r#"{"a":{"b":{"c":1}},"x.y":"z","l":[1,"two",{"k":true}],"n":null}"#).unwrap();
        assert_eq!(json.scalar("a.b.c"), Some("1"));
        assert_eq!(json.scalar("x.y"), Some("z"));
        assert_eq!(json.scalar("n"), None);
        assert_eq!(json.get("n").unwrap().kind(), Kind::Null);
        let items: Vec<_> = json.get("l").unwrap().members().map(Member::kind).collect();
        assert_eq!(items, [Kind::Number, Kind::Text, Kind::Object]);
        assert_eq!(json.get("a").unwrap().raw(), r#"{"b":{"c":1}}"#);
    }

    #[test]
    fn escapes_are_undone() {
        let mut scratch = Scratch::default();
        let json = scratch.read(r#"{"p":"C:\\Temp\t\u00e8 \ud83d\ude00 \ud800","q":"plain"}"#).unwrap();
        assert_eq!(json.scalar("p"), Some("C:\\Temp\tè 😀 \u{fffd}"));
        assert_eq!(json.scalar("q"), Some("plain"));
    }

    #[test]
    fn of_a_cut_object_whole_members_are_read_and_none_that_reaches_the_cut() {
        let text = r#"{"a":1,"b":{"c":"x,]\"","d":[{"e":2,"f":3},{"g":"h"}]},"i":true,"j":"end"}"#;
        let mut scratch = Scratch::default();
        let leaves = |json: Json<'_>| {
            let mut all = Vec::new();
            json.leaves(&mut |name, member| {
                all.extend(member.scalar().map(|s| (name.to_owned(), s.to_owned())))
            });
            all
        };
        let whole = leaves(scratch.read_object(text).unwrap());
        assert_eq!(whole.len(), 4);
        for end in 1..text.len() {
            let cut = text.get(..end).unwrap();
            let json = scratch.read_object(cut);
            assert_eq!(json.is_some(), end > r#"{"a":1"#.len(), "{cut}");
            let Some(json) = json else { continue };
            let read = leaves(json);
            assert!(json.is_cut() && whole.starts_with(&read), "{cut}: {read:?}");
            let spans = json.members().filter_map(Member::span);
            assert!(spans.into_iter().all(|span| text.get(span).is_some()), "{cut}");
        }
        assert!(!scratch.read_object(text).unwrap().is_cut());
    }

    #[test]
    fn members_under_a_long_name_are_one_leaf() {
        let mut scratch = Scratch::default();
        for (length, expected) in [(NAME_BYTES_MAX, 2), (NAME_BYTES_MAX + 1, 1)] {
            let text = format!(r#"{{"{}":{{"a":1,"b":2}}}}"#, "k".repeat(length));
            let mut leaves = 0;
            scratch.read(&text).unwrap().leaves(&mut |_, _| leaves += 1);
            assert_eq!(leaves, expected, "{length}");
        }
    }

    #[test]
    fn what_breaks_before_its_end_is_no_cut_object() {
        let mut scratch = Scratch::default();
        for text in [r#"{"a":1,"b":2} x"#, r#"{"a":1,b"#, r#"{"a":1]"#, "{a, b, c", r#"{"a":x,"b"#, "{,"] {
            assert!(scratch.read_object(text).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_object_is_refused() {
        let mut scratch = Scratch::default();
        for text in [
            "",
            "{",
            "[1]",
            r#"{"a":1} x"#,
            r#"{"a":}"#,
            r#"{"a" 1}"#,
            r#"{"a":"b}"#,
            r#"{"a":tru e}"#,
            r#"{"a":"\q"}"#,
        ] {
            assert!(scratch.read(text).is_none(), "{text}");
        }
        let deep = "{\"a\":".repeat(100_000);
        assert!(scratch.read(&deep).is_none());
    }
}
