//! Labels as Prometheus and Loki write them: `{app="nginx", job="a \"quoted\" name"}`.
//!
//! Promises: linear; a value is unescaped as Go's `strconv.Unquote` does. Must not know: what labels mean.

use std::borrow::Cow;

use super::proto_json::Json;

/// Appends the labels as a JSON object; none when they are no labels.
pub(super) fn write(labels: &[u8], json: &mut Json) -> Option<()> {
    let mut rest = labels.trim_ascii().strip_prefix(b"{")?.strip_suffix(b"}")?.trim_ascii();
    json.push(b"{");
    while !rest.is_empty() {
        let equals = memchr::memchr(b'=', rest)?;
        let (name, behind) = rest.split_at(equals);
        let quoted = behind.get(1..)?.trim_ascii_start().strip_prefix(b"\"")?;
        let length = length(quoted)?;
        let (value, behind) = quoted.split_at(length);
        json.name(name.trim_ascii());
        json.string(&unescaped(value)?);
        rest = behind.get(1..)?.trim_ascii_start();
        rest = match rest.strip_prefix(b",") {
            Some(more) => more.trim_ascii_start(),
            None if rest.is_empty() => rest,
            None => return None,
        };
    }
    json.push(b"}");
    Some(())
}

/// How long a value is, up to its closing quote.
fn length(quoted: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let found = at + memchr::memchr2(b'"', b'\\', quoted.get(at..)?)?;
        if quoted.get(found) == Some(&b'"') {
            return Some(found);
        }
        at = found + 2;
    }
}

fn unescaped(value: &[u8]) -> Option<Cow<'_, [u8]>> {
    if memchr::memchr(b'\\', value).is_none() {
        return Some(Cow::Borrowed(value));
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (plain, escape) = rest.split_at(at);
        bytes.extend_from_slice(plain);
        let (&letter, behind) = escape.get(1..)?.split_first()?;
        let digits = match letter {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            b'0'..=b'7' => 3,
            _ => 0,
        };
        let (behind, radix) = if letter.is_ascii_digit() { (escape.get(1..)?, 8) } else { (behind, 16) };
        let (number, behind) = behind.split_at_checked(digits)?;
        match letter {
            b'x' | b'0'..=b'7' => bytes.push(u8::try_from(number_of(number, radix)?).ok()?),
            b'u' | b'U' => {
                let letter = char::from_u32(number_of(number, radix)?)?;
                bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => bytes.push(plain_escape(letter)?),
        }
        rest = behind;
    }
    bytes.extend_from_slice(rest);
    Some(Cow::Owned(bytes))
}

fn number_of(digits: &[u8], radix: u32) -> Option<u32> {
    digits.iter().try_fold(0u32, |number, digit| {
        let digit = char::from(*digit).to_digit(radix)?;
        number.checked_mul(radix)?.checked_add(digit)
    })
}

fn plain_escape(letter: u8) -> Option<u8> {
    Some(match letter {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b'"' | b'\\' | b'\'' => letter,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(labels: &str) -> Option<Value> {
        let mut json = Json::new(usize::MAX);
        write(labels.as_bytes(), &mut json)?;
        Some(serde_json::from_slice(json.text()).unwrap())
    }

    #[test]
    fn labels_become_an_object() {
        assert_eq!(read("{}"), Some(json!({})));
        assert_eq!(read(r#" { a = "x" , b="}\",c=\"" , } "#), Some(json!({ "a": "x", "b": "}\",c=\"" })));
        assert_eq!(
            read(r#"{a="\x41\101\u00e8\U0001F600\t\\", app="perché"}"#),
            Some(json!({ "a": "AA\u{e8}\u{1f600}\t\\", "app": "perché" }))
        );
    }

    #[test]
    fn what_are_no_labels_is_told() {
        for labels in [
            "",
            "{",
            "a=\"b\"",
            "{a}",
            "{a=b}",
            "{a=\"b}",
            r#"{a="\q"}"#,
            r#"{a="\x4"}"#,
            r#"{a="b" c="d"}"#,
            r#"{a="\"}"#,
        ] {
            assert_eq!(read(labels), None, "{labels}");
        }
    }
}
