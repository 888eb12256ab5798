//! Identifiers in the text of a log line, and their shapes.
//!
//! A shape is what the identifiers of one kind have in common: `blk_#` for `blk_-77` and `blk_9081`, `order #`
//! for a bare number after the word *order*, `<uuid>`, `<hex 16>`, `<mixed 15>` (letters and digits in turns).
//!
//! Promises: linear in the text; the same identifier has the same shape wherever it stands.
//! Must not know: which shapes matter.

/// Fewest digits in a row of a number that may tell things apart; shorter ones count, list or name a version.
const DIGITS_MIN: usize = 3;
/// Fewest characters of a hexadecimal identifier.
const HEX_LEN_MIN: usize = 8;
/// Fewest characters, and changes between letters and digits, of an identifier in a larger alphabet.
const MIXED_LEN_MIN: usize = 12;
const MIXED_CHANGES_MIN: usize = 3;
/// Longest token looked at: longer ones are encoded content.
const TOKEN_LEN_MAX: usize = 128;

/// Gives `found` the shape and the text of every identifier in `message`, in order.
pub fn identifiers<'m>(message: &'m str, shape: &mut String, mut found: impl FnMut(&str, &'m str)) {
    let mut word_before = "";
    for token in message.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
        let token = token.trim_matches(['-', '_']);
        if token.is_empty() {
            continue;
        }
        if !token.bytes().any(|byte| byte.is_ascii_digit()) {
            word_before = token;
            continue;
        }
        if token.len() <= TOKEN_LEN_MAX && write_shape(token, word_before, shape) {
            found(shape, token);
        }
        word_before = "";
    }
}

/// Writes the shape of a token that holds a digit; false when it identifies nothing.
fn write_shape(token: &str, word_before: &str, shape: &mut String) -> bool {
    shape.clear();
    if is_uuid(token) {
        shape.push_str("<uuid>");
        return true;
    }
    let letters = token.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    if letters == 0 {
        // Digits with dashes are dates and ranges; a bare number needs a word to say of what.
        shape.push_str(word_before);
        shape.make_ascii_lowercase();
        shape.push_str(" #");
        return digits == token.len() && digits >= DIGITS_MIN && !word_before.is_empty();
    }
    let one_word = letters + digits == token.len();
    if one_word && token.len() >= HEX_LEN_MIN && is_hex(token) {
        shape.push_str("<hex ");
    } else if one_word && token.len() >= MIXED_LEN_MIN && changes(token) >= MIXED_CHANGES_MIN {
        shape.push_str("<mixed ");
    } else {
        return write_pattern(token, shape);
    }
    shape.push_str(&token.len().to_string());
    shape.push('>');
    true
}

/// The token with `#` for each number; false when no number in it is long enough.
fn write_pattern(token: &str, shape: &mut String) -> bool {
    let (mut run, mut longest) = (0, 0);
    for character in token.chars() {
        if character.is_ascii_digit() {
            run += 1;
            longest = longest.max(run);
            if run > 1 {
                continue;
            }
            // A minus sign belongs to the number.
            if shape.ends_with("_-") {
                shape.pop();
            }
            shape.push('#');
        } else {
            run = 0;
            shape.push(character);
        }
    }
    longest >= DIGITS_MIN
}

/// `8-4-4-4-12` hexadecimal digits (RFC 9562 section 4).
fn is_uuid(token: &str) -> bool {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    token.len() == 36
        && token.bytes().enumerate().all(|(at, byte)| match DASHES.contains(&at) {
            true => byte == b'-',
            false => byte.is_ascii_hexdigit(),
        })
}

/// Hexadecimal digits in one case.
fn is_hex(token: &str) -> bool {
    let upper = token.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = token.bytes().any(|byte| byte.is_ascii_lowercase());
    upper != lower && token.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// How often letters and digits take turns.
fn changes(token: &str) -> usize {
    let kinds = token.bytes().map(|byte| byte.is_ascii_digit());
    kinds.clone().zip(kinds.skip(1)).filter(|(one, next)| one != next).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(message: &str) -> Vec<(String, String)> {
        let (mut all, mut shape) = (Vec::new(), String::new());
        identifiers(message, &mut shape, |shape, id| all.push((shape.to_owned(), id.to_owned())));
        all
    }

    fn only(message: &str) -> (String, String) {
        let all = found(message);
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }

    #[test]
    fn a_shape_does_not_hang_on_sign_and_place() {
        let there = only("part_-4471 written");
        assert_eq!(there, ("part_#".to_owned(), "part_-4471".to_owned()));
        assert_eq!(only("copied /srv/a/part_903 twice").0, there.0);
    }

    #[test]
    fn a_bare_number_is_named_by_the_word_before() {
        assert_eq!(only("Order 55120 paid").0, "order #");
        assert_eq!(only("paid order=55120,").0, "order #");
        assert_eq!(found("55120 paid"), []);
    }

    #[test]
    fn hexadecimal_uuid_and_mixed_identifiers_have_their_length_as_shape() {
        assert_eq!(only("4C2E1A90F3: removed").0, "<hex 10>");
        assert_eq!(only("id 0b9d2f64-7c1a-4e0e-9f11-2a6c5d3e8b70 opened").0, "<uuid>");
        assert_eq!(only("queued as 4xQm7Lz2Tw9RkB").0, "<mixed 14>");
    }

    #[test]
    fn dates_addresses_and_short_numbers_identify_nothing() {
        assert_eq!(found("2031-04-05 eth0 worker12 192.0.2.7 try 2 of 15"), []);
    }

    #[test]
    fn text_of_any_kind_is_cut_at_its_characters() {
        assert_eq!(only("pratica «città-1234» è chiusa").1, "1234");
        assert_eq!(found(&format!("x{}", "9".repeat(4000))), []);
    }
}
