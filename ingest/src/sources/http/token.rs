//! What a sender shows to prove that it may send.
//!
//! Promises: a secret is compared in constant time, whatever its length. Must not know: sources.

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};

/// The secret in `Authorization`: `Bearer S`, `Splunk S`, `ApiKey S` (as it is, or the key of a Base64 `id:key`), or the
/// password of `Basic`.
pub(super) fn shown(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    let behind_colon = || {
        let pair = String::from_utf8(base64(token.as_bytes())?).ok()?;
        pair.split_once(':').map(|(_, secret)| secret.to_owned())
    };
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" | "splunk" => Some(token.to_owned()),
        "apikey" => Some(behind_colon().unwrap_or_else(|| token.to_owned())),
        "basic" => behind_colon(),
        _ => None,
    }
}

/// Whether both are the same. Their digests are compared, every byte of them.
pub(super) fn is_same(shown: &str, secret: &str) -> bool {
    let (shown, secret) = (Sha256::digest(shown.as_bytes()), Sha256::digest(secret.as_bytes()));
    let differences = shown.iter().zip(secret.iter()).fold(0u8, |all, (a, b)| all | (a ^ b));
    std::hint::black_box(differences) == 0
}

/// Base64, with or without padding.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let text = text.strip_suffix(b"==").or(text.strip_suffix(b"=")).unwrap_or(text);
    for group in text.chunks(4) {
        let digits =
            group.iter().try_fold(0u32, |bits, letter| digit(*letter).map(|digit| bits << 6 | digit))?;
        let missing = 4 - group.len();
        let [_, first, second, third] = (digits << (6 * missing)).to_be_bytes();
        let whole = [first, second, third];
        bytes.extend(whole.iter().take(3usize.checked_sub(missing).filter(|bytes| *bytes > 0)?));
    }
    Some(bytes)
}

fn digit(letter: u8) -> Option<u32> {
    let digit = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn a_secret_is_found_in_every_scheme() {
        for value in [
            "Bearer segreto",
            "Splunk segreto",
            "bearer  segreto",
            "Basic dXRlbnRlOnNlZ3JldG8=",
            "ApiKey aWQ6c2VncmV0bw==",
            "ApiKey segreto",
        ] {
            assert_eq!(shown(&header(value)).as_deref(), Some("segreto"), "{value}");
        }
        for value in ["segreto", "Digest segreto", "Basic !", "Basic dXRlbnRl"] {
            assert_eq!(shown(&header(value)), None, "{value}");
        }
    }

    #[test]
    fn base64_is_read_in_every_length() {
        for (text, bytes) in [("", ""), ("YQ==", "a"), ("YWI=", "ab"), ("YWJj", "abc"), ("YWJjZA", "abcd")] {
            assert_eq!(base64(text.as_bytes()).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(base64(b"Y"), None);
    }

    #[test]
    fn only_the_same_secret_is_the_same() {
        assert!(is_same("segreto", "segreto"));
        assert!(!is_same("segret", "segreto") && !is_same("", "segreto") && !is_same("segretp", "segreto"));
    }
}
