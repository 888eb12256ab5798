//! A formula over atoms, in SQL.
//!
//! Sigma knows true and false, SQL null too. A comparison with a missing value is null here and false there: AND and OR of
//! such are true in the same rows, and NOT is `IS NOT TRUE`.
//!
//! Promises: what is written is true in the rows in which the formula holds; what cannot be written is named.

use std::net::IpAddr;

use regex::escape;

use super::Unsayable;
use super::layout::{Sql, quoted};
use super::place::expression;
use crate::clues::Part;
use crate::sigma::atoms::{Atom, AtomTable};
use crate::sigma::fields::View;
use crate::sigma::formula::Formula;
use crate::sigma::matcher::{Matcher, Order};
use crate::sigma::pattern::{Pattern, Piece, Run};

/// Writes conditions about the events of one view.
pub(super) struct Writer<'a> {
    pub(super) atoms: &'a AtomTable,
    pub(super) view: View,
}

impl Writer<'_> {
    /// The formula.
    pub(super) fn formula(&self, formula: &Formula) -> Result<Sql, Unsayable> {
        let each =
            |parts: &[Formula]| parts.iter().map(|part| self.formula(part)).collect::<Result<Vec<_>, _>>();
        Ok(match formula {
            Formula::Atom(id) => {
                self.atoms.get(*id).map_or(Ok(Sql::Any(Vec::new())), |atom| self.atom(atom))?
            }
            Formula::Not(inner) => self.negated(inner)?,
            Formula::All(parts) => Sql::all(each(parts)?),
            Formula::Any(parts) => Sql::any(united(each(parts)?)),
            Formula::AtLeast(least, parts) => Sql::AtLeast(*least, each(parts)?),
        })
    }

    fn negated(&self, inner: &Formula) -> Result<Sql, Unsayable> {
        if let Formula::Atom(id) = inner
            && let Some(Atom { operand, matcher: Matcher::Present, .. }) = self.atoms.get(*id)
        {
            return Ok(Sql::Text(format!("{} IS NULL", self.operand(*operand)?)));
        }
        Ok(Sql::Not(Box::new(self.formula(inner)?)))
    }

    fn operand(&self, operand: u32) -> Result<String, Unsayable> {
        self.atoms
            .operand_of(operand)
            .map_or_else(|| Ok("NULL".to_owned()), |operand| expression(operand, self.view))
    }

    fn atom(&self, atom: &Atom) -> Result<Sql, Unsayable> {
        let value = self.operand(atom.operand)?;
        Ok(match &atom.matcher {
            Matcher::Present => Sql::Text(format!("{value} IS NOT NULL")),
            Matcher::Text { pattern, cased } => like(value, pattern, *cased),
            Matcher::Regex(regex) => Sql::Text(format!("regexp_like({value}, {})", quoted(regex.as_str()))),
            Matcher::Network { address, prefix_bits } => within(&value, *address, *prefix_bits)?,
            Matcher::Number { order, number } if number.is_finite() => {
                Sql::Text(format!("number({value}) {} {number:?}", sign(*order)))
            }
            Matcher::Number { number, .. } => {
                return Err(Unsayable::new(format!("{number} is no number in SQL"), "write a finite one"));
            }
            Matcher::Time { .. } => {
                return Err(Unsayable::new(
                    "a part of a time that stands in a text has no word in SQL",
                    "write date_part('hour', timestamp) by hand",
                ));
            }
            Matcher::SameAs { other, part, cased } => {
                let other = self.operand(*other)?;
                let (value, other) = match cased {
                    true => (value, other),
                    false => (format!("fold_case({value})"), format!("fold_case({other})")),
                };
                Sql::Text(placed(&value, &other, *part))
            }
        })
    }
}

/// Equalities of one expression as one list.
fn united(parts: Vec<Sql>) -> Vec<Sql> {
    let mut united: Vec<Sql> = Vec::with_capacity(parts.len());
    for part in parts {
        let Sql::OneOf(left, texts) = &part else {
            united.push(part);
            continue;
        };
        let same = united.iter_mut().find_map(|other| match other {
            Sql::OneOf(known, texts) if known == left => Some(texts),
            _ => None,
        });
        match same {
            Some(known) => known.extend(texts.iter().cloned()),
            None => united.push(part),
        }
    }
    united
}

fn placed(value: &str, text: &str, part: Part) -> String {
    match part {
        Part::Whole => format!("{value} = {text}"),
        Part::Start => format!("starts_with({value}, {text})"),
        Part::End => format!("ends_with({value}, {text})"),
        Part::Anywhere => format!("contains({value}, {text})"),
    }
}

/// A pattern that ignores case comes without.
fn like(value: String, pattern: &Pattern, cased: bool) -> Sql {
    let folded = |texts: &[&str]| match cased || texts.iter().all(|text| has_no_letters(text)) {
        true => value.clone(),
        false => format!("fold_case({value})"),
    };
    let at = |text: &str, part| Sql::Text(placed(&folded(&[text]), &quoted(text), part));
    match pattern {
        Pattern::Any => Sql::Text(format!("{value} IS NOT NULL")),
        Pattern::Equals(text) => Sql::one_of(folded(&[text.as_str()]), [text]),
        Pattern::Starts(text) => at(text, Part::Start),
        Pattern::Ends(text) => at(text, Part::End),
        Pattern::Contains(sought) => at(sought.text(), Part::Anywhere),
        Pattern::Whole(run) => runs(&folded(&run.texts().collect::<Vec<_>>()), &[run]),
        Pattern::Runs { first, middle, last } => {
            let all: Vec<&Run> = std::iter::once(first).chain(middle).chain([last]).collect();
            let texts: Vec<&str> = all.iter().flat_map(|run| run.texts()).collect();
            runs(&folded(&texts), &all)
        }
    }
}

/// True when case has nothing to do with it.
fn has_no_letters(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic())
}

/// Runs with anything between them: LIKE, or where a dash stands for several signs a regular expression.
fn runs(value: &str, runs: &[&Run]) -> Sql {
    let has_dash = runs.iter().any(|run| run.pieces().contains(&Piece::Dash));
    if !has_dash {
        let pattern: Vec<String> =
            runs.iter().map(|run| run.pieces().iter().map(in_like).collect()).collect();
        return Sql::Text(format!("{value} LIKE {}", quoted(&pattern.join("%"))));
    }
    let pattern: Vec<String> = runs.iter().map(|run| run.pieces().iter().map(in_regex).collect()).collect();
    let pattern = format!("^{}$", pattern.join(".*"));
    // What may begin or end with anything needs no anchor.
    let pattern = pattern.strip_prefix("^.*").unwrap_or(&pattern);
    let pattern = pattern.strip_suffix(".*$").unwrap_or(pattern);
    Sql::Text(format!("regexp_like({value}, {}, 's')", quoted(pattern)))
}

fn in_like(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"),
        Piece::One => "_".to_owned(),
        Piece::Many => "%".to_owned(),
        Piece::Dash => "-".to_owned(),
    }
}

fn in_regex(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => escape(text),
        Piece::One => ".".to_owned(),
        Piece::Many => ".*".to_owned(),
        Piece::Dash => "[-/–—―]".to_owned(),
    }
}

/// The bits of `::ffff:0:0`, below which IPv4 addresses stand in IPv6.
const MAPPED: u128 = 0xffff_0000_0000;

/// Sigma holds an IPv4 address and its IPv6 form apart, `cidr_contains` takes them for one.
fn within(value: &str, address: IpAddr, prefix_bits: u8) -> Result<Sql, Unsayable> {
    let held = format!("cidr_contains('{address}/{prefix_bits}', {value})");
    let IpAddr::V6(network) = address else {
        return Ok(Sql::All(vec![Sql::Text(held), Sql::Text(format!("NOT contains({value}, ':')"))]));
    };
    let mask = u128::MAX.checked_shl(128 - u32::from(prefix_bits.min(96))).unwrap_or(0);
    if u128::from(network) & mask == MAPPED & mask {
        return Err(Unsayable::new(
            format!("the network {address}/{prefix_bits} holds IPv4 addresses in their IPv6 form"),
            "leave it out, or write the IPv4 network",
        ));
    }
    Ok(Sql::Text(held))
}

fn sign(order: Order) -> &'static str {
    match order {
        Order::Less => "<",
        Order::LessOrEqual => "<=",
        Order::Equal => "=",
        Order::GreaterOrEqual => ">=",
        Order::Greater => ">",
    }
}
