//! The modifiers of Sigma: their words, and what each is for.
//!
//! Promises: every modifier that the parser knows has a word and a kind. Must not know: values.

use rsigma_parser::Modifier;

use super::matcher::{Order, TimePart};

/// What a modifier does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Where the text must stand.
    Place,
    /// Recodes the text.
    Encoding,
    /// Asks something else than equality of text.
    Ask,
    /// A flag of `re`.
    RegexFlag,
    /// How values join, or case.
    Other,
}

/// What a modifier does.
pub(super) fn kind_of(modifier: Modifier) -> Kind {
    use Modifier::*;
    match modifier {
        Contains | StartsWith | EndsWith => Kind::Place,
        Base64 | Base64Offset | Wide | Utf16be | Utf16 | WindAsh => Kind::Encoding,
        Re | Cidr | Exists | FieldRef | Gt | Gte | Lt | Lte => Kind::Ask,
        Minute | Hour | Day | Week | Month | Year => Kind::Ask,
        IgnoreCase | Multiline | DotAll => Kind::RegexFlag,
        All | Cased | Expand | Neq => Kind::Other,
    }
}

/// The order that a comparison asks for.
pub(super) fn order_of(modifier: Modifier) -> Option<Order> {
    Some(match modifier {
        Modifier::Lt => Order::Less,
        Modifier::Lte => Order::LessOrEqual,
        Modifier::Gt => Order::Greater,
        Modifier::Gte => Order::GreaterOrEqual,
        _ => return None,
    })
}

/// The part of a time that a modifier names.
pub(super) fn time_part_of(modifier: Modifier) -> Option<TimePart> {
    Some(match modifier {
        Modifier::Minute => TimePart::Minute,
        Modifier::Hour => TimePart::Hour,
        Modifier::Day => TimePart::Day,
        Modifier::Week => TimePart::Week,
        Modifier::Month => TimePart::Month,
        Modifier::Year => TimePart::Year,
        _ => return None,
    })
}

/// Every modifier's word, the first of each being its canonical one.
pub(super) const MODIFIERS: &[(&str, Modifier)] = &[
    ("contains", Modifier::Contains),
    ("startswith", Modifier::StartsWith),
    ("endswith", Modifier::EndsWith),
    ("all", Modifier::All),
    ("re", Modifier::Re),
    ("i", Modifier::IgnoreCase),
    ("m", Modifier::Multiline),
    ("s", Modifier::DotAll),
    ("cased", Modifier::Cased),
    ("cidr", Modifier::Cidr),
    ("base64", Modifier::Base64),
    ("base64offset", Modifier::Base64Offset),
    ("wide", Modifier::Wide),
    ("utf16le", Modifier::Wide),
    ("utf16be", Modifier::Utf16be),
    ("utf16", Modifier::Utf16),
    ("windash", Modifier::WindAsh),
    ("exists", Modifier::Exists),
    ("expand", Modifier::Expand),
    ("fieldref", Modifier::FieldRef),
    ("lt", Modifier::Lt),
    ("lte", Modifier::Lte),
    ("gt", Modifier::Gt),
    ("gte", Modifier::Gte),
    ("neq", Modifier::Neq),
    ("minute", Modifier::Minute),
    ("hour", Modifier::Hour),
    ("day", Modifier::Day),
    ("week", Modifier::Week),
    ("month", Modifier::Month),
    ("year", Modifier::Year),
];

/// The word of a modifier.
pub(super) fn word_of(modifier: Modifier) -> &'static str {
    MODIFIERS.iter().find(|(_, known)| *known == modifier).map_or("", |(word, _)| *word)
}
