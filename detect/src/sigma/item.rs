//! One line of a search, `Field|modifiers: values`, as a formula over atoms.
//!
//! Promises: modifiers that do not go together are an error, never half applied.
//! Must not know: conditions, events.

use std::net::IpAddr;

use rsigma_parser::fieldpath::unescape_brackets;
use rsigma_parser::{DetectionItem, FieldSpec, Modifier, SigmaString, SigmaValue, SpecialChar, StringPart};

use super::atoms::{AtomTable, Operand, OperandId};
use super::encode::{Utf16, base64, base64_offsets, utf16};
use super::formula::Formula;
use super::matcher::{Order, Test};
use super::modifiers::{Kind, kind_of, order_of, time_part_of, word_of};
use super::pattern::{Piece, is_dash};
use super::problem::ProblemKind;
use super::regex_dialect::from_pcre;
use crate::clues::Part;

/// The formula of one line.
pub(super) fn compile_item(item: &DetectionItem, atoms: &mut AtomTable) -> Result<Formula, ProblemKind> {
    Item::new(&item.field, atoms)?.compile(&item.values)
}

/// The formula of keywords: any of them, anywhere in any text value.
pub(super) fn compile_keywords(values: &[SigmaValue], atoms: &mut AtomTable) -> Result<Formula, ProblemKind> {
    Item::new(&FieldSpec::new(None, Vec::new()), atoms)?.compile(values)
}

/// The field and modifiers of a line.
struct Item<'a> {
    /// Field and modifiers as written, for messages.
    written: String,
    operand: OperandId,
    is_keyword: bool,
    modifiers: &'a [Modifier],
    atoms: &'a mut AtomTable,
}

impl<'a> Item<'a> {
    fn new(field: &'a FieldSpec, atoms: &'a mut AtomTable) -> Result<Item<'a>, ProblemKind> {
        let operand = match &field.name {
            Some(name) => Operand::Field(unescape_brackets(name).into()),
            None => Operand::AnyText,
        };
        let operand = atoms.operand(operand);
        let mut written = field.name.clone().unwrap_or_default();
        for modifier in &field.modifiers {
            written.push('|');
            written.push_str(word_of(*modifier));
        }
        let item =
            Item { written, operand, is_keyword: field.is_keyword(), modifiers: &field.modifiers, atoms };
        item.check()?;
        Ok(item)
    }

    fn has(&self, modifier: Modifier) -> bool {
        self.modifiers.contains(&modifier)
    }

    fn problem(&self, reason: impl Into<String>) -> ProblemKind {
        let field = if self.written.is_empty() { "keywords".to_owned() } else { self.written.clone() };
        ProblemKind::Modifiers { field, reason: reason.into() }
    }

    /// Refuses modifiers that contradict each other.
    fn check(&self) -> Result<(), ProblemKind> {
        let count = |kind| self.modifiers.iter().filter(|modifier| kind_of(**modifier) == kind).count();
        let asks = count(Kind::Ask);
        if asks > 1 || (asks == 1 && count(Kind::Encoding) > 0) {
            return Err(self.problem("these modifiers do not go together"));
        }
        if count(Kind::Place) > 1 {
            return Err(self.problem("only one of contains, startswith, endswith may be given"));
        }
        if asks == 1 && count(Kind::Place) == 1 && !self.has(Modifier::FieldRef) && !self.has(Modifier::Re) {
            return Err(self.problem("contains, startswith and endswith do not go with that"));
        }
        if self.has(Modifier::Re) && (self.has(Modifier::StartsWith) || self.has(Modifier::EndsWith)) {
            return Err(self.problem("a regular expression anchors itself, with ^ and $"));
        }
        if self.has(Modifier::WindAsh) && count(Kind::Encoding) > 1 {
            return Err(self.problem("windash does not go with encodings"));
        }
        if count(Kind::RegexFlag) > 0 && !self.has(Modifier::Re) {
            return Err(self.problem("i, m and s are flags of re"));
        }
        if self.is_keyword && (self.has(Modifier::Exists) || self.has(Modifier::FieldRef)) {
            return Err(self.problem("that needs a field"));
        }
        Ok(())
    }

    fn compile(mut self, values: &[SigmaValue]) -> Result<Formula, ProblemKind> {
        if values.is_empty() {
            return Err(self.problem("there is no value"));
        }
        if self.has(Modifier::Exists) {
            return self.exists(values);
        }
        let parts = values.iter().map(|value| self.value(value)).collect::<Result<Vec<_>, _>>()?;
        let joined = if self.has(Modifier::All) { Formula::all(parts) } else { Formula::any(parts) };
        if !self.has(Modifier::Neq) {
            return Ok(joined);
        }
        // Of the comparisons' family: a field that is not there compares with nothing.
        Ok(Formula::All(vec![self.atom(Test::Present)?, joined.negate()]))
    }

    fn atom(&mut self, test: Test) -> Result<Formula, ProblemKind> {
        let id = self.atoms.atom(self.operand, test).map_err(|reason| self.problem(reason))?;
        Ok(Formula::Atom(id))
    }

    fn exists(&mut self, values: &[SigmaValue]) -> Result<Formula, ProblemKind> {
        let wanted = match values {
            [SigmaValue::Bool(wanted)] => *wanted,
            [SigmaValue::String(text)] if text.original.eq_ignore_ascii_case("true") => true,
            [SigmaValue::String(text)] if text.original.eq_ignore_ascii_case("false") => false,
            _ => return Err(self.problem("the value is true or false")),
        };
        let present = self.atom(Test::Present)?;
        Ok(if wanted { present } else { present.negate() })
    }

    fn value(&mut self, value: &SigmaValue) -> Result<Formula, ProblemKind> {
        if let SigmaValue::String(text) = value {
            self.check_text(text)?;
        }
        for modifier in self.modifiers {
            match kind_of(*modifier) {
                Kind::Ask => return self.ask(*modifier, value),
                Kind::Encoding if !matches!(modifier, Modifier::WindAsh) => return self.encoded(value),
                _ => {}
            }
        }
        match value {
            SigmaValue::Null if self.is_keyword => Err(self.problem("null is no keyword")),
            SigmaValue::Null => Ok(self.atom(Test::Present)?.negate()),
            // YAML has lost how the number was written: 1.0 is 1 here.
            SigmaValue::Float(number) if self.modifiers.is_empty() && !self.is_keyword => {
                self.atom(Test::Number { order: Order::Equal, number_bits: number.to_bits() })
            }
            SigmaValue::String(text) => {
                let pieces = pieces_of(text, self.has(Modifier::WindAsh));
                self.text(pieces, self.has(Modifier::Cased))
            }
            other => self.text(vec![Piece::Text(other.to_string())], self.has(Modifier::Cased)),
        }
    }

    fn check_text(&self, text: &SigmaString) -> Result<(), ProblemKind> {
        // The parser writes a map or list in the place of a value as its debug text.
        if ["Mapping {", "Sequence [", "TaggedValue {"].iter().any(|head| text.original.starts_with(head)) {
            return Err(self.problem("a value is a text, a number, true, false or null"));
        }
        if self.has(Modifier::Expand) && has_placeholder(&text.original) {
            return Err(ProblemKind::NeedsValues(text.original.clone()));
        }
        Ok(())
    }

    /// A text where the modifiers want it: the whole value, its start, its end or anywhere.
    fn text(&mut self, mut pieces: Vec<Piece>, cased: bool) -> Result<Formula, ProblemKind> {
        let part = self.part(if self.is_keyword { Part::Anywhere } else { Part::Whole });
        if matches!(part, Part::End | Part::Anywhere) {
            pieces.insert(0, Piece::Many);
        }
        if matches!(part, Part::Start | Part::Anywhere) {
            pieces.push(Piece::Many);
        }
        self.atom(Test::Text { pieces, cased })
    }

    fn part(&self, otherwise: Part) -> Part {
        match self.modifiers.iter().find(|modifier| kind_of(**modifier) == Kind::Place) {
            Some(Modifier::Contains) => Part::Anywhere,
            Some(Modifier::StartsWith) => Part::Start,
            Some(Modifier::EndsWith) => Part::End,
            _ => otherwise,
        }
    }

    /// UTF-16 and Base64 in the order given. Base64 minds case.
    fn encoded(&mut self, value: &SigmaValue) -> Result<Formula, ProblemKind> {
        let text = match value {
            SigmaValue::String(text) => text.as_plain().ok_or_else(|| self.problem("no wildcards here"))?,
            SigmaValue::Null => return Err(self.problem("null cannot be encoded")),
            other => other.to_string(),
        };
        let mut spellings = vec![text.into_bytes()];
        let mut cased = self.has(Modifier::Cased);
        for modifier in self.modifiers {
            let recode = |dress| -> Result<Vec<Vec<u8>>, ProblemKind> {
                let texts = spellings.iter().map(|bytes| std::str::from_utf8(bytes));
                let wide = texts.map(|text| text.map(|text| utf16(text, dress)));
                wide.collect::<Result<_, _>>().map_err(|_| self.problem("one UTF-16 is enough"))
            };
            spellings = match modifier {
                Modifier::Wide => recode(Utf16::Little)?,
                Modifier::Utf16be => recode(Utf16::Big)?,
                Modifier::Utf16 => recode(Utf16::Marked)?,
                Modifier::Base64 => spellings.iter().map(|bytes| base64(bytes).into_bytes()).collect(),
                Modifier::Base64Offset => {
                    let offsets = spellings.iter().map(|bytes| base64_offsets(bytes));
                    let offsets: Option<Vec<_>> = offsets.collect();
                    let offsets = offsets.ok_or_else(|| self.problem("the text is too short"))?;
                    offsets.into_iter().flatten().map(String::into_bytes).collect()
                }
                _ => continue,
            };
            cased |= matches!(modifier, Modifier::Base64 | Modifier::Base64Offset);
        }
        let mut parts = Vec::with_capacity(spellings.len());
        for bytes in spellings {
            let text = String::from_utf8(bytes).map_err(|_| {
                self.problem("this encoding is no text: base64 or base64offset should follow")
            })?;
            parts.push(self.text(vec![Piece::Text(text)], cased)?);
        }
        Ok(Formula::any(parts))
    }

    fn ask(&mut self, modifier: Modifier, value: &SigmaValue) -> Result<Formula, ProblemKind> {
        let plain = match value {
            SigmaValue::String(text) => text.original.clone(),
            SigmaValue::Null => return Err(self.problem("null has no meaning here")),
            other => other.to_string(),
        };
        let test = match modifier {
            Modifier::Re => return self.regex(&plain),
            Modifier::Cidr => self.network(&plain)?,
            Modifier::FieldRef => {
                let other = self.atoms.operand(Operand::Field(plain.as_str().into()));
                Test::SameAs { other, part: self.part(Part::Whole), cased: self.has(Modifier::Cased) }
            }
            modifier => {
                let number = plain.trim().parse::<f64>();
                let number = number.map_err(|_| self.problem(format!("`{plain}` is no number")))?;
                match (order_of(modifier), time_part_of(modifier)) {
                    (Some(order), _) => Test::Number { order, number_bits: number.to_bits() },
                    (None, Some(part)) => Test::Time { part, number: number as i64 },
                    (None, None) => return Err(self.problem("these modifiers do not go together")),
                }
            }
        };
        self.atom(test)
    }

    fn regex(&mut self, expression: &str) -> Result<Formula, ProblemKind> {
        let mut flags = String::new();
        for modifier in self.modifiers {
            match modifier {
                Modifier::IgnoreCase => flags.push('i'),
                Modifier::Multiline => flags.push('m'),
                Modifier::DotAll => flags.push('s'),
                _ => {}
            }
        }
        let mut whole = from_pcre(expression);
        if !flags.is_empty() {
            whole = format!("(?{flags}){whole}");
        }
        let id = self
            .atoms
            .atom(self.operand, Test::Regex(whole))
            .map_err(|reason| ProblemKind::Regex { expression: expression.to_owned(), reason })?;
        Ok(Formula::Atom(id))
    }

    fn network(&self, text: &str) -> Result<Test, ProblemKind> {
        let (address, bits) = text.split_once('/').unwrap_or((text, ""));
        let wrong = || self.problem(format!("`{text}` is no network: 192.0.2.0/24, 2001:db8::/32"));
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let most: u8 = if address.is_ipv4() { 32 } else { 128 };
        let prefix_bits = if bits.is_empty() { most } else { bits.trim().parse().map_err(|_| wrong())? };
        if prefix_bits > most {
            return Err(wrong());
        }
        Ok(Test::Network { address, prefix_bits })
    }
}

/// The pieces of a value; with `windash`, each `-` or `/` that opens a word is any dash.
fn pieces_of(text: &SigmaString, windash: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for part in &text.parts {
        match part {
            StringPart::Special(SpecialChar::WildcardMulti) => pieces.push(Piece::Many),
            StringPart::Special(SpecialChar::WildcardSingle) => pieces.push(Piece::One),
            StringPart::Plain(plain) if windash => split_dashes(plain, &mut pieces),
            StringPart::Plain(plain) => pieces.push(Piece::Text(plain.clone())),
        }
    }
    pieces
}

/// As the expression `\B[-/]\b`, on one run of plain text.
fn split_dashes(plain: &str, pieces: &mut Vec<Piece>) {
    let is_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    let mut before = None;
    let mut text = String::new();
    let mut chars = plain.chars().peekable();
    while let Some(sign) = chars.next() {
        let opens = matches!(sign, '-' | '/')
            && is_dash(sign)
            && !before.is_some_and(is_word)
            && chars.peek().copied().is_some_and(is_word);
        if opens {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
            pieces.push(Piece::Dash);
        } else {
            text.push(sign);
        }
        before = Some(sign);
    }
    pieces.push(Piece::Text(text));
}

/// True when the text holds a `%name%`.
fn has_placeholder(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('%') {
        let name = after.split('%').next().unwrap_or_default();
        let is_name = !name.is_empty() && name.chars().all(|sign| sign.is_alphanumeric() || sign == '_');
        if is_name && after.len() > name.len() {
            return true;
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_dash_that_opens_a_word_is_any_dash() {
        let dashes = |text: &str| {
            let pieces = pieces_of(&SigmaString::new(text), true);
            pieces.iter().filter(|piece| **piece == Piece::Dash).count()
        };
        assert_eq!(dashes("-enc"), 1);
        assert_eq!(dashes(" /c -x"), 2);
        assert_eq!(dashes("well-known"), 0);
        assert_eq!(dashes("--force"), 1);
        assert_eq!(dashes("a - b"), 0);
        assert_eq!(dashes("tool*-x"), 1);
    }

    #[test]
    fn a_placeholder_is_a_name_between_two_percent_signs() {
        assert!(has_placeholder("%admins%") && has_placeholder("x%a_1%y"));
        assert!(!has_placeholder("100%") && !has_placeholder("%%") && !has_placeholder("50% of 60 %"));
    }
}
