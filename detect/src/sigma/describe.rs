//! Atoms in words, for `rules explain`.
//!
//! Must not know: batches.

use super::atoms::{Atom, AtomTable, Operand, OperandId};
use super::matcher::{Matcher, Order, TimePart};
use super::pattern::{Pattern, Piece, Run};
use crate::clues::Part;

/// What an atom asks of which field.
pub(super) fn describe(atom: &Atom, atoms: &AtomTable) -> String {
    format!("{} {}", name_of(atom.operand, atoms), question(&atom.matcher, atoms))
}

fn name_of(operand: OperandId, atoms: &AtomTable) -> &str {
    match atoms.operand_of(operand) {
        Some(Operand::Field(name)) => name,
        Some(Operand::AnyText) | None => "any text",
    }
}

fn question(matcher: &Matcher, atoms: &AtomTable) -> String {
    match matcher {
        Matcher::Present => "is there".to_owned(),
        Matcher::Text { pattern, cased } => {
            format!("{}{}", like(pattern), if *cased { ", in this case" } else { "" })
        }
        Matcher::Regex(regex) => format!("holds what /{}/ finds", regex.as_str()),
        Matcher::Network { address, prefix_bits } => format!("lies in {address}/{prefix_bits}"),
        Matcher::Number { order, number } => format!("{} {number}", order_sign(*order)),
        Matcher::Time { part, number } => format!("is a time whose {} is {number}", part_name(*part)),
        Matcher::SameAs { other, part, .. } => {
            format!("{} that of {}", place(*part), name_of(*other, atoms))
        }
    }
}

fn like(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Any => "is there".to_owned(),
        Pattern::Equals(text) => format!("{} '{text}'", place(Part::Whole)),
        Pattern::Starts(text) => format!("{} '{text}'", place(Part::Start)),
        Pattern::Ends(text) => format!("{} '{text}'", place(Part::End)),
        Pattern::Contains(sought) => format!("{} '{}'", place(Part::Anywhere), sought.text()),
        Pattern::Whole(run) => format!("is like '{}'", signs(run)),
        Pattern::Runs { first, middle, last } => {
            let runs = std::iter::once(first).chain(middle).chain([last]).map(signs);
            format!("is like '{}'", runs.collect::<Vec<String>>().join("*"))
        }
    }
}

fn place(part: Part) -> &'static str {
    match part {
        Part::Whole => "is",
        Part::Start => "begins with",
        Part::End => "ends with",
        Part::Anywhere => "holds",
    }
}

fn signs(run: &Run) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::One => "?".to_owned(),
        Piece::Many => "*".to_owned(),
        Piece::Dash => "-".to_owned(),
    };
    run.pieces().iter().map(piece).collect()
}

fn order_sign(order: Order) -> &'static str {
    match order {
        Order::Less => "<",
        Order::LessOrEqual => "<=",
        Order::Equal => "=",
        Order::GreaterOrEqual => ">=",
        Order::Greater => ">",
    }
}

fn part_name(part: TimePart) -> &'static str {
    match part {
        TimePart::Minute => "minute",
        TimePart::Hour => "hour",
        TimePart::Day => "day",
        TimePart::Week => "week",
        TimePart::Month => "month",
        TimePart::Year => "year",
    }
}
