//! Text nobody described, cut into words and quoted strings, with the signs around each.
//!
//! Promises: linear, whatever the quotes; slices of the text; no allocation once a thread's list has grown.
//! Must not know: what words mean.

use std::cell::Cell;

use memchr::memchr;

use super::signs::{self, Signs};
use super::words::{self, Key, Parts, Words};

/// A word or a quoted string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    /// Its text, without quotes.
    pub text: &'a str,
    /// Where it begins in the whole text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// True when it stood in quotes: somebody else's words, perhaps.
    pub is_quoted: bool,
    /// The last sign before it, a space when there is none.
    pub before: u8,
    /// The first sign behind it, a space when there is none.
    pub after: u8,
    /// True when it was read as the value of a key.
    pub is_value: bool,
    /// The kinds of signs in it and at its end; all of them for a quoted string, whose inside nobody looked at.
    pub signs: Signs,
    /// What the word may say; nothing when it stood in quotes.
    pub parts: Parts,
}

/// Most tokens that are looked at: beyond them a line is data, not a message.
pub(super) const TOKENS_MAX: usize = 4_096;

thread_local! {
    /// Room for tokens, kept from text to text.
    static ROOM: Cell<Vec<Token<'static>>> = const { Cell::new(Vec::new()) };
}

/// What the tokens of a text have among them, so that a reader passes over texts without what it looks for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    /// The first token at which a sign stands that parts a key from its value or opens a bracket, perhaps inside quotes.
    pub first_pair: Option<usize>,
    /// A bracket that opens behind a word.
    pub has_bracket: bool,
    /// A slash, perhaps inside quotes.
    pub has_slash: bool,
    /// The first token that [may be an address](Token::may_be_address).
    pub first_address: Option<usize>,
    /// A lone `-`, perhaps in quotes.
    pub has_dash: bool,
    /// What the words may say that stand outside of quotes, and perhaps more of the words in names of several.
    pub parts: Parts,
}

impl Sum {
    /// True when a reader looks at words wherever they stand, or counts them.
    fn asks_for_all(self) -> bool {
        self.has_bracket || self.has_dash || self.parts.is_any(words::TELLING)
    }
}

impl Token<'_> {
    /// Each address has a digit, and points or colons.
    #[inline]
    pub(super) fn may_be_address(&self) -> bool {
        self.signs.is_any(signs::DIGIT) && self.signs.is_any(signs::POINT.and(signs::COLON))
    }
}

/// Calls `read` with the tokens of a text, in order: those from `first` on, where a word begins, unless what they say
/// makes the others count as well.
pub(super) fn with_tokens<'a>(text: &'a str, first: usize, read: impl FnOnce(&mut [Token<'a>], Sum)) {
    let (bytes, words) = (text.as_bytes(), Words::all());
    let from = |at, found| {
        let mut cutter = Cutter { text, bytes, words, at, open: [true; 6], found, sum: Sum::default() };
        cutter.run();
        cutter
    };
    let mut cutter = from(first, emptied(ROOM.take()));
    if first > 0 && cutter.sum.asks_for_all() {
        cutter = from(0, emptied(cutter.found));
    }
    read(&mut cutter.found, cutter.sum);
    ROOM.set(emptied(cutter.found));
}

/// The list without its tokens, for tokens of another text: collected in place, so that its room stays.
fn emptied<'b>(tokens: Vec<Token<'_>>) -> Vec<Token<'b>> {
    tokens.into_iter().map_while(|_| None).collect()
}

/// What a token is until something else is known of it.
const NO_TOKEN: Token<'static> = Token {
    text: "",
    start: 0,
    end: 0,
    is_quoted: false,
    before: b' ',
    after: b' ',
    is_value: false,
    signs: Signs::NONE,
    parts: Parts::NONE,
};

struct Cutter<'a> {
    text: &'a str,
    bytes: &'a [u8],
    words: &'static Words,
    at: usize,
    /// False for a quote that is known to close no more: the three quotes, and the same escaped.
    open: [bool; 6],
    found: Vec<Token<'a>>,
    sum: Sum,
}

/// The length of a line's end or tab that a relay wrote out at that place (`#015#012`, `\\r\\n`), zero when none is.
pub(super) fn written_break(bytes: &[u8], at: usize) -> usize {
    let Some(rest) = bytes.get(at..) else { return 0 };
    if rest.starts_with(b"\\r\\n")
        || rest.starts_with(b"#015")
        || rest.starts_with(b"#012")
        || rest.starts_with(b"#011")
    {
        return 4;
    }
    0
}

impl<'a> Cutter<'a> {
    fn run(&mut self) {
        let mut before = b' ';
        while let Some(byte) = self.bytes.get(self.at).copied() {
            if self.found.len() >= TOKENS_MAX {
                return;
            }
            let sign = signs::of(byte);
            if sign.is_any(signs::WORD) {
                before = match sign {
                    signs::SMALL => self.small_word(before),
                    signs::DIGIT => self.number(before),
                    _ => None,
                }
                .unwrap_or_else(|| {
                    self.word(before);
                    b' '
                });
            } else if matches!(byte, b'"' | b'\'' | b'`')
                && let Some(end) = self.closing(byte)
            {
                let start = self.at + 1;
                let inner = self.text.get(start..end).unwrap_or_default();
                let text = inner.trim_end_matches('\\');
                let (signs, parts) = (signs::ALL, Parts::NONE);
                self.push(Token { text, start, end, is_quoted: true, before, signs, parts, ..NO_TOKEN });
                self.at = end + 1;
                before = b' ';
            } else if byte == 0x1b {
                self.colour();
            } else if matches!(byte, b'\\' | b'#') && written_break(self.bytes, self.at) > 0 {
                self.sign(b';');
                before = b';';
                self.at += 4;
            } else if byte <= b' ' || byte == b'\\' || byte == b'`' {
                self.at += 1;
            } else if signs::ends_word(byte) || byte == b'\'' || (byte == b':' && self.is_behind_quote()) {
                self.sign(byte);
                before = byte;
                self.at += 1;
            } else {
                self.word(before);
                before = b' ';
            }
        }
    }

    /// Where the quote that opens here closes; none when it opens nothing.
    fn closing(&mut self, quote: u8) -> Option<usize> {
        let previous = self.at.checked_sub(1).and_then(|at| self.bytes.get(at)).copied().unwrap_or(b' ');
        let is_escaped = previous == b'\\';
        let kind = match quote {
            b'"' => 0,
            b'\'' => 1,
            _ => 2,
        } + if is_escaped { 3 } else { 0 };
        if !self.open.get(kind).copied().unwrap_or(false) || previous.is_ascii_alphanumeric() {
            return None;
        }
        let mut from = self.at + 1;
        while let Some(found) = self.bytes.get(from..).and_then(|rest| memchr(quote, rest)) {
            let at = from + found;
            let backslashes =
                self.bytes.get(self.at + 1..at)?.iter().rev().take_while(|byte| **byte == b'\\').count();
            let next = self.bytes.get(at + 1).copied().unwrap_or(b' ');
            let closes = quote != b'\'' || !next.is_ascii_alphanumeric();
            if closes && (backslashes % 2 == 1) == is_escaped {
                return Some(at);
            }
            from = at + 1;
        }
        if let Some(open) = self.open.get_mut(kind) {
            *open = false;
        }
        None
    }

    /// Passes over a terminal's escape sequence.
    fn colour(&mut self) {
        self.at += 1;
        if self.bytes.get(self.at) == Some(&b'[') {
            self.at += 1;
            while self.bytes.get(self.at).is_some_and(|byte| byte.is_ascii_digit() || *byte == b';') {
                self.at += 1;
            }
            self.at += usize::from(self.bytes.get(self.at).is_some_and(u8::is_ascii_alphabetic));
        }
    }

    /// True right behind a quoted string.
    fn is_behind_quote(&self) -> bool {
        self.found.last().is_some_and(|last| last.is_quoted && last.end + 1 == self.at)
    }

    fn word(&mut self, before: u8) {
        let start = self.at;
        let signs = self.pass_over_word();
        let raw = self.text.get(start..self.at).unwrap_or_default();
        if signs.is_only(signs::WORD) {
            self.mixed(raw, start, before, signs);
            return;
        }
        let ends = |byte: &u8| matches!(byte, b':' | b'.' | b'\'' | b'`' | b'!' | b'?' | b'\\');
        let trailing = raw.bytes().rev().take_while(ends).count();
        let word = raw.get(..raw.len() - trailing).unwrap_or_default();
        if word.is_empty() {
            if raw.starts_with(':') {
                self.sign(b':');
            }
            return;
        }
        self.mixed(word, start, before, signs);
        if raw.get(word.len()..).is_some_and(|end| end.starts_with(':')) {
            self.sign(b':');
        } else if raw.len() > word.len() {
            self.sign(b'.');
        }
    }

    /// Takes the word that begins here when it is of a few small letters alone, as most are, and the sign behind it; gives
    /// what then stands before the next word.
    #[inline(always)]
    fn small_word(&mut self, before: u8) -> Option<u8> {
        let (length, key, next) = self.few_small_letters()?;
        let (start, end) = (self.at, self.at + length);
        let after = self.leave(end, next)?;
        let parts = self.words.of(key);
        self.sum.parts = self.sum.parts.and(parts);
        let text = self.text.get(start..end).unwrap_or_default();
        self.found.push(Token { text, start, end, before, after, signs: signs::SMALL, parts, ..NO_TOKEN });
        Some(after)
    }

    /// Takes the word that begins here when it is of a few digits alone, and the sign behind it; gives what then stands
    /// before the next word.
    #[inline(always)]
    fn number(&mut self, before: u8) -> Option<u8> {
        let eight = signs::eight(self.bytes, self.at);
        let length = signs::digits(eight);
        let (start, end) = (self.at, self.at + length);
        let after = self.leave(end, *eight.get(length)?)?;
        let text = self.text.get(start..end).unwrap_or_default();
        self.found.push(Token { text, start, end, before, after, signs: signs::DIGIT, ..NO_TOKEN });
        Some(after)
    }

    /// Goes behind the end of a word when what follows surely ends it; gives the sign that stands there, a blank for none.
    #[inline(always)]
    fn leave(&mut self, end: usize, next: u8) -> Option<u8> {
        // Most words stand before a blank, most others before the sign of a pair.
        match next {
            b' ' => self.at = end + 1,
            b'=' => {
                self.sum.first_pair = self.sum.first_pair.or(Some(self.found.len()));
                self.at = end + 1;
                return Some(b'=');
            }
            _ if signs::of(next).is_any(signs::END) && !matches!(next, b'\\' | b'#') => self.at = end,
            _ => return None,
        }
        Some(b' ')
    }

    /// How many small letters stand here, the key of their word, and what follows, a blank behind the last; none when
    /// there are sixteen or more.
    #[inline(always)]
    fn few_small_letters(&self) -> Option<(usize, Key, u8)> {
        let cut = |at| {
            let eight = signs::eight(self.bytes, at);
            let (count, bytes) = (signs::small_letters(eight), u64::from_le_bytes(eight));
            let behind = bytes.checked_shr(8 * count as u32)?;
            Some((count, bytes ^ behind << (8 * count), behind as u8))
        };
        if let Some((count, low, next)) = cut(self.at) {
            return Some((count, Key::from(low), next));
        }
        let (count, high, next) = cut(self.at + 8)?;
        let low = u64::from_le_bytes(signs::eight(self.bytes, self.at));
        Some((8 + count, Key::from(low) | Key::from(high) << 64, next))
    }

    /// Goes to the end of the word that begins here; gives the kinds of its signs.
    fn pass_over_word(&mut self) -> Signs {
        let (mut signs, mut is_in_word) = (Signs::NONE, 0);
        loop {
            let kinds = signs::of_eight(signs::eight(self.bytes, self.at));
            let (length, before) = signs::before_end(kinds);
            signs = signs.and(before);
            if before.is_any(signs::LETTER) {
                let (starts, letters) = signs::starts(kinds, is_in_word);
                self.may_tell(starts & 1_u64.checked_shl(8 * length as u32).unwrap_or(0).wrapping_sub(1));
                is_in_word = letters >> 56;
            } else {
                is_in_word = 0;
            }
            self.at += length;
            if length == 8 {
                continue;
            }
            match self.bytes.get(self.at) {
                Some(b'\\' | b'#') if written_break(self.bytes, self.at) == 0 => {
                    signs = signs.and(signs::END);
                    is_in_word = 0;
                    self.at += 1;
                }
                _ => return signs,
            }
        }
    }

    /// Notes what the words in a name may say that begin at those of the next eight bytes.
    #[inline]
    fn may_tell(&mut self, starts: u64) {
        let mut starts = starts;
        while starts != 0 {
            if self.words.may_tell(self.bytes, self.at + (starts.trailing_zeros() / 8) as usize) {
                self.sum.parts = self.sum.parts.and(words::TELLING);
            }
            starts &= starts - 1;
        }
    }

    /// A word that has other signs than small letters.
    fn mixed(&mut self, text: &'a str, start: usize, before: u8, signs: Signs) {
        let mut parts = Parts::NONE;
        if signs.is_any(signs::LETTER) {
            parts = self.words.of_name(self.bytes, start, text.len());
            if parts == Parts::NONE && signs.is_any(signs::OTHER) {
                let elided = elided(text);
                parts = self.words.of_name(self.bytes, start + elided, text.len() - elided);
            }
            // Names may be of several words.
            self.sum.parts = self.sum.parts.and(parts).and(words::ENDS);
        } else if !signs.is_any(signs::DIGIT) {
            parts = self.words.at(self.bytes, start, text.len());
            self.sum.parts = self.sum.parts.and(parts);
        }
        self.push(Token { text, start, end: start + text.len(), before, signs, parts, ..NO_TOKEN });
    }

    fn push(&mut self, token: Token<'a>) {
        let at = Some(self.found.len());
        self.sum.first_pair = self.sum.first_pair.or(at.filter(|_| token.signs.is_any(signs::COLON)));
        self.sum.first_address = self.sum.first_address.or(at.filter(|_| token.may_be_address()));
        self.sum.has_slash |= token.signs.is_any(signs::SLASH);
        self.sum.has_dash |= token.text == "-";
        self.found.push(token);
    }

    /// A sign behind the last token, unless one stands there already.
    fn sign(&mut self, byte: u8) {
        let parts_pairs = matches!(byte, b'=' | b':' | b'>' | b'[');
        let last = parts_pairs.then(|| self.found.len().saturating_sub(1));
        self.sum.first_pair = self.sum.first_pair.or(last);
        self.sum.has_bracket |= byte == b'[';
        if let Some(last) = self.found.last_mut()
            && last.after == b' '
        {
            last.after = byte;
        }
    }
}

/// The length of an Italian article that lost its vowel (`l'`, `dell'`, with either apostrophe), zero when none is.
fn elided(text: &str) -> usize {
    const ARTICLES: &[&str] = &["l", "un", "all", "dell", "dall", "nell", "sull"];
    let sign = text.bytes().take(5).position(|byte| matches!(byte, b'\'' | 0xe2));
    let Some((article, rest)) = sign.and_then(|at| text.split_at_checked(at)) else { return 0 };
    let is_one = ARTICLES.iter().any(|known| known.eq_ignore_ascii_case(article));
    ["'", "\u{2019}"]
        .iter()
        .find(|sign| is_one && rest.starts_with(**sign))
        .map_or(0, |sign| article.len() + sign.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<&str> {
        let mut texts = Vec::new();
        with_tokens(text, 0, |tokens, _| texts.extend(tokens.iter().map(|token| token.text)));
        texts
    }

    #[test]
    fn words_and_quoted_strings_are_told_apart() {
        assert_eq!(
            texts(r#"login for user "a b" from [192.0.2.1]:22, it's 'x y'."#),
            ["login", "for", "user", "a b", "from", "192.0.2.1", ":22", "it's", "x y"]
        );
        assert_eq!(texts(r#"{\"ip\":\"192.0.2.1\"}"#), ["ip", "192.0.2.1"]);
        assert_eq!(texts(r#"k="never closed"#), ["k", "never", "closed"]);
    }

    #[test]
    fn quotes_that_never_close_cost_one_look() {
        let text = "=\"a'b ".repeat(30_000);
        assert!(texts(&text).len() <= TOKENS_MAX);
        assert!(texts(&" '".repeat(30_000)).len() <= TOKENS_MAX);
    }

    #[test]
    fn a_word_behind_eight_signs_begins_anew() {
        with_tokens("webadmin-260316-login failed", 0, |_, sum| assert!(sum.parts.is_any(words::TELLING)));
    }

    proptest! {
        #[test]
        fn no_word_within_a_name_is_missed(
            name in "(user|LOGIN|Login|fail|Failed|not|[a-zA-Z]|[a-z]{8}|[_.0-9è]|[-_.0-9]{8}|:){0,7}",
            around in "[a-z .]{0,9}",
        ) {
            let mut apart = String::new();
            for byte in name.chars() {
                let is_inner = byte.is_ascii_uppercase() && apart.ends_with(|last: char| last.is_ascii_lowercase());
                apart.extend(is_inner.then_some(' ').into_iter().chain([byte]));
            }
            let each = apart.split(|sign: char| !sign.is_ascii_alphabetic()).filter(|word| word.len() > 1);
            let said = each.fold(Parts::NONE, |all, word| all.and(Words::all().parts(word)));
            with_tokens(&format!("{around} {name} {around}"), 0, |_, sum| {
                for part in [words::TELLING, words::FAILURE, words::ERROR, words::SUCCESS, words::NOT, words::FOUND] {
                    assert!(!said.is_any(part) || sum.parts.is_any(part), "{name}");
                }
            });
        }
    }
}
