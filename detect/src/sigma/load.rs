//! Reads Sigma files: text to the parser's syntax tree, and its complaints to problems with a line.
//!
//! Promises: no text makes it panic, loop or overflow the stack. Must not know: atoms, events.

use std::sync::Arc;

use rayon::prelude::*;
use rsigma_parser::{FilterRule, SigmaRule, parse_sigma_yaml};

use super::modifiers::MODIFIERS;
use super::problem::{Problem, ProblemKind, nearest};
use super::rule::sha256_hex;

/// Bytes that a rule file may have.
const FILE_BYTES_MAX: usize = 1 << 20;

/// How deep parentheses may nest, and how many `not` may follow each other. The parser recurses.
const NESTING_MAX: usize = 200;

/// A rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// Its name in messages and in [`Rule::path`](super::Rule::path).
    pub path: Arc<str>,
    /// Its content.
    pub text: String,
}

/// What the files hold.
#[derive(Debug, Default)]
pub(super) struct Documents {
    pub(super) rules: Vec<Document<SigmaRule>>,
    pub(super) filters: Vec<Document<FilterRule>>,
}

/// A document and the file it stands in.
#[derive(Debug)]
pub(super) struct Document<T> {
    pub(super) content: T,
    pub(super) file: Arc<File>,
}

/// A file that documents came from.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: Arc<str>,
    pub(super) sha256: Arc<str>,
    text: String,
}

impl File {
    /// A problem of this file, with the line it stands in.
    pub(super) fn problem(&self, title: Option<&str>, kind: ProblemKind) -> Problem {
        let line = line_of(&self.text, title, &kind);
        Problem { path: Arc::clone(&self.path), line, title: title.map(str::to_owned), kind }
    }
}

/// Reads files, in their order.
pub(super) fn load_all(texts: Vec<RuleText>) -> (Documents, Vec<Problem>) {
    let read = texts.into_par_iter().map(|text| {
        let (mut documents, mut problems) = (Documents::default(), Vec::new());
        load(text, &mut documents, &mut problems);
        (documents, problems)
    });
    let (mut all, mut problems) = (Documents::default(), Vec::new());
    for (documents, more) in read.collect::<Vec<_>>() {
        all.rules.extend(documents.rules);
        all.filters.extend(documents.filters);
        problems.extend(more);
    }
    (all, problems)
}

/// Reads one file into `documents`.
fn load(rule_text: RuleText, documents: &mut Documents, problems: &mut Vec<Problem>) {
    let RuleText { path, text } = rule_text;
    let bytes = text.len();
    let sha256 = sha256_hex(&text).into();
    let file = Arc::new(File { path, sha256, text });
    if bytes > FILE_BYTES_MAX {
        problems.push(file.problem(None, ProblemKind::TooLong { bytes, max_bytes: FILE_BYTES_MAX }));
        return;
    }
    if nests_too_deep(&file.text) {
        let kind = ProblemKind::Condition("parentheses or `not` are nested too deep".to_owned());
        problems.push(file.problem(None, kind));
        return;
    }
    let collection = match parse_sigma_yaml(&file.text) {
        Ok(collection) => collection,
        Err(error) => {
            problems.push(file.problem(None, ProblemKind::Yaml(error.to_string())));
            return;
        }
    };
    let found = collection.len() + collection.errors.len();
    if found == 0 {
        problems.push(file.problem(None, ProblemKind::Document("there is no rule in this file".to_owned())));
    }
    for complaint in &collection.errors {
        problems.push(file.problem(None, read_complaint(complaint, &file.text)));
    }
    for correlation in &collection.correlations {
        problems.push(file.problem(Some(&correlation.title), ProblemKind::NotRunYet("a correlation")));
    }
    let of_file = |file: &Arc<File>| Arc::clone(file);
    let rules = collection.rules.into_iter();
    documents.rules.extend(rules.map(|content| Document { content, file: of_file(&file) }));
    let filters = collection.filters.into_iter();
    documents.filters.extend(filters.map(|content| Document { content, file: of_file(&file) }));
}

/// The parser gives its complaints as text.
fn read_complaint(complaint: &str, text: &str) -> ProblemKind {
    let quoted = complaint.split('\'').nth(1).unwrap_or_default().to_owned();
    if complaint.starts_with("Unknown modifier") {
        let nearest = nearest(&quoted, MODIFIERS.iter().map(|(word, _)| *word));
        return ProblemKind::UnknownModifier { modifier: quoted, nearest };
    }
    if complaint.starts_with("Missing required field") {
        let keys = text.lines().filter_map(|line| line.trim().split_once(':')).map(|(key, _)| key);
        let nearest = nearest(&quoted, keys.filter(|key| *key != quoted));
        return ProblemKind::MissingField { field: quoted, nearest };
    }
    if let Some(error) = complaint.strip_prefix("YAML parse error: ") {
        return ProblemKind::Yaml(error.to_owned());
    }
    if complaint.starts_with("Condition parse error") {
        return ProblemKind::Condition(condition_words(complaint));
    }
    if ["invalid status", "invalid level", "invalid sigma-version", "related[", "'related'"]
        .iter()
        .any(|head| complaint.starts_with(head))
    {
        return ProblemKind::Metadata(complaint.to_owned());
    }
    ProblemKind::Document(complaint.to_owned())
}

/// The parser draws the place and names its own grammar; one line in Sigma's words is enough.
fn condition_words(complaint: &str) -> String {
    let drawn = complaint.lines().find_map(|line| line.split_once("| ")).map(|(_, drawn)| drawn.trim());
    let condition = drawn.unwrap_or_default();
    if condition.contains('|') {
        return format!("`{condition}`: counting after `|` is Sigma 1; write a correlation");
    }
    let column = complaint.lines().next().and_then(|line| line.split(':').nth(1));
    let column = column.map(|text| text.trim().trim_end_matches(|sign: char| !sign.is_ascii_digit()));
    let expected = complaint.lines().last().and_then(|line| line.split_once("expected ")).map(|(_, e)| e);
    let expected = expected.unwrap_or("something else");
    let words = [
        ("EOI", "the end"),
        ("or_op", "`or`"),
        ("and_op", "`and`"),
        ("not_op", "`not`"),
        ("of_kw_inner", "`of`"),
        ("ident_pattern", "a name"),
        ("ident", "a name"),
        ("selector", "`1 of`"),
        ("expr", "a condition"),
        ("quantifier", "`1 of`"),
        ("them_kw", "`them`"),
    ];
    let expected = words.iter().fold(expected.to_owned(), |text, (name, word)| text.replace(name, word));
    match column.filter(|column| !column.is_empty()) {
        Some(column) => format!("`{condition}`, column {column}: expected {expected}"),
        None => format!("`{condition}`: expected {expected}"),
    }
}

/// The first line, from 1, on which the problem shows; searched after the title's line when there is one.
fn line_of(text: &str, title: Option<&str>, kind: &ProblemKind) -> Option<u32> {
    let holds: Box<dyn Fn(&str) -> bool> = match kind {
        ProblemKind::UnknownModifier { modifier, .. } => {
            let needle = format!("|{modifier}");
            Box::new(move |line: &str| {
                line.split_once(needle.as_str())
                    .is_some_and(|(_, after)| !after.starts_with(|sign: char| sign.is_alphanumeric()))
            })
        }
        ProblemKind::Modifiers { field, .. } => {
            let name = field.split('|').next().unwrap_or_default().to_owned();
            Box::new(move |line: &str| {
                line.trim_start_matches([' ', '-', '\'', '"']).starts_with(name.as_str())
                    && line.contains(':')
            })
        }
        ProblemKind::Condition(_) | ProblemKind::UnknownSearch { .. } => {
            Box::new(|line: &str| line.trim_start().starts_with("condition"))
        }
        ProblemKind::EmptySearch(name) => {
            let name = name.clone();
            Box::new(move |line: &str| line.trim_start().starts_with(name.as_str()))
        }
        ProblemKind::Regex { expression, .. } | ProblemKind::NeedsValues(expression) => {
            let expression = expression.clone();
            Box::new(move |line: &str| line.contains(expression.as_str()))
        }
        ProblemKind::NotRouted(_) => Box::new(|line: &str| line.starts_with("logsource")),
        ProblemKind::SameId(_) => Box::new(|line: &str| line.starts_with("id:")),
        ProblemKind::Yaml(error) => {
            let after = error.rsplit("line ").next().unwrap_or_default();
            let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
            return digits.parse().ok();
        }
        _ => return None,
    };
    let numbered = || (1u32..).zip(text.lines());
    let start = title
        .and_then(|title| numbered().find(|(_, line)| line.starts_with("title:") && line.contains(title)))
        .map_or(1, |(line, _)| line);
    numbered().find(|(number, line)| *number >= start && holds(line)).map(|(number, _)| number)
}

/// True when conditions may make the parser recurse more than it should.
fn nests_too_deep(text: &str) -> bool {
    let (mut open, mut nots) = (0usize, 0usize);
    for word in text.split_ascii_whitespace() {
        nots = if word == "not" { nots + 1 } else { 0 };
        for byte in word.bytes() {
            match byte {
                b'(' => open += 1,
                b')' => open = open.saturating_sub(1),
                _ => {}
            }
            if open > NESTING_MAX || nots > NESTING_MAX {
                return true;
            }
        }
    }
    false
}
