//! One JSON object read into a flat list of members, in one pass, without an allocation per object
//! once its lists have grown.
//!
//! Promises: linear; nesting is bounded; texts without escapes are slices of the input, the others lie
//! in the object's own buffer. A text that is no JSON object is refused; of one that was cut, what is whole is read.
//! Must not know: what the members mean. Source: RFC 8259.

mod cut;
mod reader;

use std::mem;
use std::ops::Range;

use reader::Reader;

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
        let mut reader = Reader::new(input.as_bytes(), &mut self.entries, unescaped);
        let is_object = reader.document().is_some();
        // Made of pieces of a text and of whole characters, so that it is one.
        self.unescaped = String::from_utf8(reader.into_unescaped()).ok()?;
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
    let mut index = start;
    while index < end {
        let entry = json.scratch.entries.get(index as usize)?;
        let length = entry.key.len();
        // Most keys are told apart by their length alone.
        if length == path.len() {
            if json.text(entry.key) == path {
                return Some(Member { json, index });
            }
        } else if entry.kind == Kind::Object
            && path.as_bytes().get(length) == Some(&b'.')
            && let Some(below) = path.strip_prefix(json.text(entry.key))
            && let Some(found) = find(index + 1, entry.end, json, below.get(1..)?)
        {
            return Some(found);
        }
        index = entry.end;
    }
    None
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
