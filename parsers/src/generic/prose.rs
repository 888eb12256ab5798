//! Sentences nobody described: addresses, accounts and requests by the words that lead to them.
//!
//! An attacker may choose a user name, never what the program prints before or behind it: of several `from ADDRESS` one
//! before the name counts, else the last, and an address in quotes only when there is no other. A lone address is the
//! source.
//!
//! Promises: linear. Must not know: products.

mod accounts;
mod addresses;
mod requests;

use schema::Column as C;

pub(super) use addresses::tuple;

use super::gather::Gathered;
use super::names::Meaning;
use super::tokens::{Sum, Token};

/// Rank of what a word leads to, and of what merely stands there.
const LED: u8 = 96;
const LONE: u8 = 144;

/// Takes what the words of a text say.
pub(super) fn read<'a>(text: &'a str, tokens: &[Token<'a>], sum: Sum, more: u8, out: &mut Gathered<'a>) {
    if sum.has_bracket {
        program(text, tokens, more, out);
    }
    if let Some(first) = sum.first_address {
        if sum.has_dash {
            accounts::common_log_user(tokens, more, out);
        }
        addresses::read(text, tokens, first, sum, more, out);
    }
    if sum.has_slash {
        accounts::refused_page(tokens, out);
    }
    accounts::users(tokens, sum, more, out);
    if sum.has_slash {
        requests::read(text, tokens, more, out);
        agent(tokens, more, out);
    }
}

/// A browser's name in quotes.
fn agent<'a>(tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    for token in tokens.iter().filter(|token| token.is_quoted && !token.is_value) {
        if token.text.starts_with("Mozilla/") {
            out.put(Meaning::Is(C::UserAgentOriginal), LONE.saturating_add(more), token.text);
        }
    }
}

/// `program[12]: ` near the head, as daemons write it whatever stands before.
fn program<'a>(text: &str, tokens: &[Token<'a>], more: u8, out: &mut Gathered<'a>) {
    for pair in tokens.windows(2).take(8) {
        if let [name, pid] = pair
            && name.after == b'['
            && pid.before == b'['
            && pid.after == b']'
            && pid.start == name.end + 1
            && !name.is_quoted
            && name.text.len() <= 48
            && name.text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
            && pid.text.bytes().all(|byte| byte.is_ascii_digit())
            && text.get(pid.end + 1..).is_some_and(|rest| rest.starts_with(':'))
        {
            out.put(Meaning::Is(C::ProcessName), LED.saturating_add(more), name.text);
            out.put(Meaning::Is(C::ProcessPid), LED.saturating_add(more), pid.text);
            return;
        }
    }
}

fn is_one(word: &str, words: &[&str]) -> bool {
    word.len() <= 16 && words.iter().any(|known| known.eq_ignore_ascii_case(word))
}
