//! Account names as devices write them, for every format that meets them.
//!
//! Promises: a slice of what was written; `user@realm` stays whole, since mail and cloud accounts are called so.
//! Must not know: any format.

use schema::{Column, EventBuilder};

/// Fills user name and domain from `DOMAIN\user`, the backslash perhaps escaped, or `user`; nothing when nothing is said.
/// Before a quote the backslash is an escape, and parts no domain off.
pub(super) fn set_user(event: &mut EventBuilder<'_>, account: &str) {
    match account.split_once('\\') {
        Some(_) if account.contains("\\\"") => {
            event.text(Column::UserName, &account.replace("\\\"", "\"").replace("\\\\", "\\"));
        }
        Some((domain, user)) => {
            event.text_if_said(Column::UserDomain, domain);
            event.text_if_said(Column::UserName, user.strip_prefix('\\').unwrap_or(user));
        }
        None => event.text_if_said(Column::UserName, account),
    }
}

/// The same, for devices whose users log in as `user@realm`: the name stays whole, the realm is the domain too.
pub(super) fn set_principal(event: &mut EventBuilder<'_>, account: &str) {
    set_user(event, account);
    if let Some((_, realm)) = account.rsplit_once('@') {
        event.text_if_said(Column::UserDomain, realm);
    }
}

/// Address and port of `192.0.2.1:5060`, `[2001:db8::1]:5060` or a bare address; the port is empty when not said.
pub(super) fn address_and_port(text: &str) -> (&str, &str) {
    if let Some((address, after)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (address, after.strip_prefix(':').unwrap_or(""));
    }
    match text.split_once(':') {
        Some((address, port)) if !port.contains(':') => (address, port),
        _ => (text, ""),
    }
}

/// What stands between the first `open` and the next `close`.
pub(super) fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    text.split_once(open)?.1.split_once(close).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_its_port_in_both_families() {
        assert_eq!(address_and_port("192.0.2.1:5060"), ("192.0.2.1", "5060"));
        assert_eq!(address_and_port("[2001:db8::1]:443"), ("2001:db8::1", "443"));
        assert_eq!(address_and_port("2001:db8::1"), ("2001:db8::1", ""));
        assert_eq!(address_and_port("192.0.2.1"), ("192.0.2.1", ""));
    }
}
