//! Sources that a message names more than once: values hold blanks, so that a text may hold ` src=`.
//!
//! Promises: linear; the first that stands before any text, else the last when none stands behind it, else none.
//! Must not know: other keys' columns.

use memchr::memmem;

use super::{Key, Separator, pairs};

/// True when a second ` src=` stands there.
pub(super) fn are_many(text: &str) -> bool {
    memmem::find_iter(text.as_bytes(), b"src=").nth(1).is_some()
}

/// The source that no text can have made up; empty when there is none.
pub(super) fn last_certain(text: &str) -> &str {
    let (mut found, mut is_behind) = ("", false);
    for (key, value) in pairs::pairs(text, Separator::Blank) {
        let is_address = value.parse::<std::net::IpAddr>().is_ok();
        if Key::is_source(key) {
            if !is_address {
                continue;
            }
            found = value;
            if !is_behind {
                return found;
            }
        } else if !is_address && value.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            is_behind = true;
            found = "";
        }
    }
    found
}
