//! The text of a mapping file to a [`Mapping`], with every fault told by line and key.

use regex::RegexBuilder;
use schema::{Action, Column, Outcome};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::cut::Cut;
use super::problem::{MappingProblem, MappingProblems, hint};
use super::{Mapping, MappingSample, TimeRule, TimeShape, Words};
use crate::registry;
use crate::time::{Zone, unknown_letter};

/// Largest compiled pattern.
const PATTERN_BYTES_MAX: usize = 4 * 1024 * 1024;
const KINDS: &[&str] = &["csv", "json", "key_value", "regex"];
/// Columns that other rules, or the parser itself, fill.
const NOT_MAPPED: &[Column] = &[
    Column::Collector,
    Column::Seq,
    Column::Sub,
    Column::Tenant,
    Column::Source,
    Column::Format,
    Column::ParserVersion,
    Column::Timestamp,
    Column::EventIngested,
    Column::TimeGuess,
    Column::Class,
    Column::EventAction,
    Column::EventOutcome,
    Column::Message,
    Column::ParseError,
];

/// Reads a mapping file.
pub(super) fn read(text: &str) -> Result<Mapping, MappingProblems> {
    let mut faults = Faults { text, list: Vec::new() };
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            faults.add(at, "", error.message().to_owned());
            return Err(MappingProblems(faults.list));
        }
    };
    let root = Section { table: document.get_ref(), path: String::new(), at: 0 };
    let mapping = mapping(&root, &mut faults);
    match mapping {
        Some(mapping) if faults.list.is_empty() => Ok(mapping),
        _ => {
            faults.list.sort_by_key(|problem| problem.line);
            Err(MappingProblems(faults.list))
        }
    }
}

fn mapping(root: &Section<'_>, faults: &mut Faults<'_>) -> Option<Mapping> {
    const KEYS: &[&str] =
        &["name", "title", "read", "time", "columns", "fixed", "action", "outcome", "sample"];
    root.only(KEYS, faults);
    let name = root.text("name", faults);
    match name {
        Some(name) if registry::index_of(name).is_some() || name == registry::PLAIN => {
            root.fault("name", format!("`{name}` is a format of the program: choose another name"), faults);
        }
        Some(name) if !is_name(name) => {
            root.fault("name", "only lower-case letters, digits and `_`".to_owned(), faults);
        }
        Some(_) => {}
        None => root.missing("name", faults),
    }
    let cut = match root.section("read", faults) {
        Some(section) => cut(&section, faults),
        None => {
            root.missing("read", faults);
            None
        }
    };
    let mut names = Names { list: Vec::new(), known: cut.as_ref().and_then(known_fields) };
    let time = root.section("time", faults).and_then(|section| time(&section, &mut names, faults));
    let columns = root.section("columns", faults).map(|section| columns(&section, &mut names, faults));
    let fixed = root.section("fixed", faults).map(|section| fixed(&section, faults));
    let action = words(root, "action", &mut names, faults, |word| by_name(Action::ALL, word, Action::name));
    let outcome = words(root, "outcome", &mut names, faults, |word| {
        by_name(&[Outcome::Success, Outcome::Failure, Outcome::Unknown], word, Outcome::name)
    });
    let samples = samples(root, faults);
    Some(Mapping {
        name: name?.to_owned(),
        title: root.text("title", faults).or(name)?.to_owned(),
        cut: cut?,
        names: names.list,
        time,
        columns: columns.unwrap_or_default(),
        fixed: fixed.unwrap_or_default(),
        action,
        outcome,
        samples,
    })
}

fn is_name(name: &str) -> bool {
    name.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn cut(section: &Section<'_>, faults: &mut Faults<'_>) -> Option<Cut> {
    let Some(kind) = section.text("kind", faults) else {
        section.missing("kind", faults);
        return None;
    };
    match kind {
        "csv" => {
            section.only(&["kind", "separator", "columns"], faults);
            let separator = section.text("separator", faults).unwrap_or(",");
            let Some(separator) = one_character(separator) else {
                section.fault("separator", "one character, such as \";\" or \"\\t\"".to_owned(), faults);
                return None;
            };
            Some(Cut::Csv { separator, columns: section.texts("columns", faults) })
        }
        "json" => {
            section.only(&["kind"], faults);
            Some(Cut::Json)
        }
        "key_value" => {
            section.only(&["kind", "separator"], faults);
            let separator = section.text("separator", faults).unwrap_or(" ");
            match one_character(separator).and_then(|character| u8::try_from(character).ok()) {
                Some(separator) if separator.is_ascii() => Some(Cut::KeyValue { separator }),
                _ => {
                    section.fault(
                        "separator",
                        "one ASCII character, such as \" \" or \"|\"".to_owned(),
                        faults,
                    );
                    None
                }
            }
        }
        "regex" => {
            section.only(&["kind", "pattern"], faults);
            pattern(section, faults)
        }
        other => {
            section.fault(
                "kind",
                format!("no such kind as `{other}`; {}", hint(other, KINDS.iter().copied())),
                faults,
            );
            None
        }
    }
}

fn pattern(section: &Section<'_>, faults: &mut Faults<'_>) -> Option<Cut> {
    let Some(pattern) = section.text("pattern", faults) else {
        section.missing("pattern", faults);
        return None;
    };
    match RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).build() {
        Ok(regex) if regex.capture_names().flatten().next().is_none() => {
            section.fault("pattern", "no named group: write `(?<utente>…)`".to_owned(), faults);
            None
        }
        Ok(regex) => Some(Cut::Regex(Box::new(regex))),
        Err(error) => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default().trim().to_owned();
            section.fault("pattern", last, faults);
            None
        }
    }
}

fn one_character(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// Names of the fields, where the file itself says them all.
fn known_fields(cut: &Cut) -> Option<Vec<String>> {
    match cut {
        Cut::Csv { columns, .. } => columns.clone(),
        Cut::Regex(pattern) => Some(pattern.capture_names().flatten().map(str::to_owned).collect()),
        Cut::Json | Cut::KeyValue { .. } => None,
    }
}

fn time(section: &Section<'_>, names: &mut Names, faults: &mut Faults<'_>) -> Option<TimeRule> {
    section.only(&["field", "fields", "format", "zone"], faults);
    let fields = names.of(section, if section.has("fields") { "fields" } else { "field" }, faults);
    if !section.has("field") && !section.has("fields") {
        section.missing("field", faults);
    }
    let shape = match section.text("format", faults).unwrap_or("iso") {
        "iso" => TimeShape::Iso,
        "epoch" => TimeShape::Epoch,
        pattern => {
            if let Some(letter) = unknown_letter(pattern) {
                let text = format!(
                    "`{letter}` means nothing; write iso, epoch, or letters such as dd/MM/yyyy HH:mm:ss"
                );
                section.fault("format", text, faults);
            }
            TimeShape::Pattern(pattern.to_owned())
        }
    };
    let zone = section.text("zone", faults).and_then(|name| match Zone::named(name) {
        Ok(zone) => Some(zone),
        Err(error) => {
            section.fault("zone", error.to_string(), faults);
            None
        }
    });
    Some(TimeRule { fields, shape, zone })
}

fn columns(section: &Section<'_>, names: &mut Names, faults: &mut Faults<'_>) -> Vec<(Column, Vec<usize>)> {
    let mut columns = Vec::new();
    for key in section.keys() {
        if let Some(column) = column(section, key, faults) {
            columns.push((column, names.of(section, key, faults)));
        }
    }
    columns
}

fn fixed(section: &Section<'_>, faults: &mut Faults<'_>) -> Vec<(Column, String)> {
    let mut fixed = Vec::new();
    for key in section.keys() {
        if let (Some(column), Some(text)) = (column(section, key, faults), section.text(key, faults)) {
            fixed.push((column, text.to_owned()));
        }
    }
    fixed
}

fn column(section: &Section<'_>, key: &str, faults: &mut Faults<'_>) -> Option<Column> {
    let mapped = || Column::ALL.iter().filter(|column| !NOT_MAPPED.contains(column));
    match Column::by_name(key) {
        Some(column) if !NOT_MAPPED.contains(&column) => return Some(column),
        Some(Column::Timestamp) => section.fault(key, "write it under [time]".to_owned(), faults),
        Some(Column::Class | Column::EventAction) => {
            section.fault(key, "write it under [action]".to_owned(), faults)
        }
        Some(Column::EventOutcome) => section.fault(key, "write it under [outcome]".to_owned(), faults),
        Some(_) => section.fault(key, "the program fills this column itself".to_owned(), faults),
        None => {
            let near = hint(key, mapped().map(|column| column.name()));
            section.fault(
                key,
                format!("no such column; {near} Fields without a column are kept as they are"),
                faults,
            );
        }
    }
    None
}

/// `[action]` and `[outcome]`: a field and what its words mean, and what counts when it says nothing known.
fn words<T: Copy>(
    root: &Section<'_>,
    key: &str,
    names: &mut Names,
    faults: &mut Faults<'_>,
    meaning: impl Fn(&str) -> Result<T, String>,
) -> Words<T> {
    let mut words = Words { field: None, values: Vec::new(), default: None };
    let Some(section) = root.section(key, faults) else { return words };
    section.only(&["field", "values", "default"], faults);
    if section.has("field") {
        words.field = names.of(&section, "field", faults).first().copied();
    }
    if let Some(default) = section.text("default", faults) {
        match meaning(default) {
            Ok(default) => words.default = Some(default),
            Err(text) => section.fault("default", text, faults),
        }
    }
    let Some(values) = section.section("values", faults) else { return words };
    if words.field.is_none() {
        section.missing("field", faults);
    }
    for word in values.keys() {
        match values.text(word, faults).map(&meaning) {
            Some(Ok(meant)) => words.values.push((word.to_lowercase(), meant)),
            Some(Err(text)) => values.fault(word, text, faults),
            None => {}
        }
    }
    words
}

fn by_name<T: Copy>(all: &[T], word: &str, name: impl Fn(T) -> &'static str) -> Result<T, String> {
    let found = all.iter().copied().find(|item| name(*item) == word);
    found.ok_or_else(|| {
        format!("no such word as `{word}`; {}", hint(word, all.iter().map(|item| name(*item))))
    })
}

fn samples(root: &Section<'_>, faults: &mut Faults<'_>) -> Vec<MappingSample> {
    let Some(list) = root.table.get("sample") else { return Vec::new() };
    let Some(items) = list.get_ref().as_array() else {
        root.fault("sample", "samples are tables: write [[sample]]".to_owned(), faults);
        return Vec::new();
    };
    let mut samples = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let path = format!("sample.{}", index + 1);
        let Some(table) = item.get_ref().as_table() else { continue };
        let section = Section { table, path, at: item.span().start };
        section.only(&["about", "text", "header", "expect", "absent"], faults);
        let Some(text) = section.text("text", faults) else {
            section.missing("text", faults);
            continue;
        };
        let mut expect = Vec::new();
        if let Some(expected) = section.section("expect", faults) {
            for column in expected.keys() {
                known_column(&expected, column, column, faults);
                if let Some(value) = expected.scalar(column, faults) {
                    expect.push((column.to_owned(), value));
                }
            }
        }
        let absent = section.texts("absent", faults).unwrap_or_default();
        for column in &absent {
            known_column(&section, "absent", column, faults);
        }
        samples.push(MappingSample {
            about: section.text("about", faults).unwrap_or(&section.path).to_owned(),
            text: text.trim_end_matches('\n').to_owned(),
            header: section.text("header", faults).map(str::to_owned),
            expect,
            absent,
        });
    }
    samples
}

fn known_column(section: &Section<'_>, key: &str, column: &str, faults: &mut Faults<'_>) {
    if Column::by_name(column).is_none() && !column.starts_with("fields.") {
        let near = hint(column, Column::ALL.iter().map(|column| column.name()));
        section.fault(key, format!("no such column as `{column}`; {near}"), faults);
    }
}

/// Names of the fields in use.
struct Names {
    list: Vec<String>,
    /// All there are, where the file says them.
    known: Option<Vec<String>>,
}

impl Names {
    /// Places of the fields a key names: one, or a list.
    fn of(&mut self, section: &Section<'_>, key: &str, faults: &mut Faults<'_>) -> Vec<usize> {
        let names = match section.table.get(key).map(|value| value.get_ref()) {
            Some(DeValue::Array(_)) => section.texts(key, faults).unwrap_or_default(),
            _ => section.text(key, faults).map(str::to_owned).into_iter().collect(),
        };
        names.into_iter().filter_map(|name| self.place(section, key, name, faults)).collect()
    }

    fn place(
        &mut self,
        section: &Section<'_>,
        key: &str,
        name: String,
        faults: &mut Faults<'_>,
    ) -> Option<usize> {
        if let Some(known) = &self.known
            && !known.contains(&name)
        {
            let near = hint(&name, known.iter().map(String::as_str));
            section.fault(key, format!("[read] has no field `{name}`; {near}"), faults);
            return None;
        }
        let at = self.list.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.list.push(name);
            self.list.len() - 1
        });
        Some(at)
    }
}

/// Faults found so far.
struct Faults<'t> {
    text: &'t str,
    list: Vec<MappingProblem>,
}

impl Faults<'_> {
    fn add(&mut self, at: usize, key: &str, text: String) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        self.list.push(MappingProblem { line, key: key.to_owned(), text });
    }
}

/// A table of the file and its dotted path.
struct Section<'d> {
    table: &'d DeTable<'d>,
    path: String,
    at: usize,
}

impl<'d> Section<'d> {
    fn keys(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        self.table.keys().map(|key| key.get_ref().as_ref())
    }

    fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    fn dotted(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn fault(&self, key: &str, text: String, faults: &mut Faults<'_>) {
        let at = self
            .table
            .keys()
            .find(|known| known.get_ref() == key)
            .map_or(self.at, |known| known.span().start);
        faults.add(at, &self.dotted(key), text);
    }

    fn missing(&self, key: &str, faults: &mut Faults<'_>) {
        faults.add(self.at, &self.dotted(key), "is missing".to_owned());
    }

    /// Every other key is a fault.
    fn only(&self, known: &[&'static str], faults: &mut Faults<'_>) {
        for key in self.keys().filter(|key| !known.contains(key)) {
            self.fault(key, format!("no such key; {}", hint(key, known.iter().copied())), faults);
        }
    }

    fn value(&self, key: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.table.get(key)
    }

    fn text(&self, key: &str, faults: &mut Faults<'_>) -> Option<&'d str> {
        let value = self.value(key)?.get_ref();
        if value.as_str().is_none() {
            self.fault(key, format!("a text in quotes, not {}", value.type_str()), faults);
        }
        value.as_str()
    }

    /// A text, a number or a boolean, as text.
    fn scalar(&self, key: &str, faults: &mut Faults<'_>) -> Option<String> {
        let value = self.value(key)?.get_ref();
        let text = match value {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.as_str().to_owned()),
            DeValue::Boolean(is) => Some(is.to_string()),
            _ => None,
        };
        if text.is_none() {
            self.fault(key, format!("a text or a number, not {}", value.type_str()), faults);
        }
        text
    }

    fn texts(&self, key: &str, faults: &mut Faults<'_>) -> Option<Vec<String>> {
        let items = self.value(key)?.get_ref().as_array();
        let texts = items.and_then(|items| {
            items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        if texts.is_none() {
            self.fault(key, "a list of texts in quotes".to_owned(), faults);
        }
        texts
    }

    fn section(&self, key: &str, faults: &mut Faults<'_>) -> Option<Section<'d>> {
        let value = self.value(key)?;
        match value.get_ref().as_table() {
            Some(table) => Some(Section { table, path: self.dotted(key), at: value.span().start }),
            None => {
                self.fault(key, format!("a table, not {}", value.get_ref().type_str()), faults);
                None
            }
        }
    }
}
