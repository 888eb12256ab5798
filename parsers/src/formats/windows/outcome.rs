//! How an audit ended and why, from keyword masks, NTSTATUS and Kerberos codes.
//!
//! Must not know: event ids. Sources: [MS-ERREF] 2.3.1 (NTSTATUS), RFC 4120 7.5.9 (KDC errors),
//! winmeta.xml (keywords).

use schema::{EventBuilder, Outcome};

use super::{Item, WindowsEvent};

/// Bits of the keywords mask.
const AUDIT_FAILURE: u64 = 1 << 52;
const AUDIT_SUCCESS: u64 = 1 << 53;

/// How the audit ended: by NXLog's constant word, else by the mask.
pub(super) fn of_audit(kind: &str, keywords: &str) -> Option<Outcome> {
    match kind {
        "AUDIT_SUCCESS" => return Some(Outcome::Success),
        "AUDIT_FAILURE" => return Some(Outcome::Failure),
        _ => {}
    }
    let mask = if let Some(hex) = keywords.strip_prefix("0x") {
        u64::from_str_radix(hex, 16).ok()?
    } else {
        keywords.parse::<i64>().ok()?.cast_unsigned()
    };
    // A number that went through a float is off by some hundreds.
    let mask = mask.wrapping_add(1 << 30);
    if mask & AUDIT_FAILURE != 0 {
        Some(Outcome::Failure)
    } else if mask & AUDIT_SUCCESS != 0 {
        Some(Outcome::Success)
    } else {
        None
    }
}

/// A number in hexadecimal with `0x`, or decimal.
pub(super) fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Why a logon failed, by its sub status, or by its status when there is none.
pub(super) fn logon_reason(record: &WindowsEvent<'_>, event: &mut EventBuilder<'_>) {
    let status = number(record.get(Item::Status)).unwrap_or(0);
    let sub_status = number(record.get(Item::SubStatus)).unwrap_or(0);
    let code = if sub_status == 0 { status } else { sub_status };
    if let Some(reason) = ntstatus_reason(code) {
        event.field("reason", reason);
    }
    for (key, name) in [("status", Item::Status), ("sub_status", Item::SubStatus)] {
        if record.facts.has(name) {
            event.field(key, record.get(name));
        }
    }
}

fn ntstatus_reason(code: u64) -> Option<&'static str> {
    Some(match code {
        0xc000_0064 => "unknown_user",
        0xc000_006a | 0xc000_006d | 0xc000_0380 => "wrong_credential",
        0xc000_006e => "account_restriction",
        0xc000_006f => "outside_hours",
        0xc000_0070 => "workstation_not_allowed",
        0xc000_0071 | 0xc000_0224 => "password_expired",
        0xc000_0072 => "account_disabled",
        0xc000_0133 => "clock_skew",
        0xc000_015b => "logon_type_not_granted",
        0xc000_0193 => "account_expired",
        0xc000_0234 => "account_locked",
        0xc000_005e | 0xc000_018c | 0xc000_018d | 0xc000_0192 => "no_domain_controller",
        0xc000_0413 => "not_allowed_to_authenticate",
        _ => return None,
    })
}

/// Why a Kerberos request failed.
pub(super) fn kerberos_reason(status: &str) -> Option<&'static str> {
    Some(match number(status)? {
        0x6 => "unknown_user",
        0x7 => "unknown_service",
        0x9 => "null_key",
        0xc => "workstation_not_allowed",
        0xe => "encryption_not_supported",
        0x12 => "account_disabled",
        0x17 => "password_expired",
        0x18 | 0x19 => "wrong_credential",
        0x20 => "ticket_expired",
        0x25 => "clock_skew",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_tell_the_audit_even_when_rounded_by_a_float() {
        for (keywords, outcome) in [
            ("-9214364837600034816", Some(Outcome::Success)),
            ("-9214364837600035000", Some(Outcome::Success)),
            ("-9218868437227405312", Some(Outcome::Failure)),
            ("0x8010000000000000", Some(Outcome::Failure)),
            ("0x8000000000000000", None),
            ("", None),
        ] {
            assert_eq!(of_audit("", keywords), outcome, "{keywords}");
        }
        assert_eq!(of_audit("AUDIT_FAILURE", "0x8020000000000000"), Some(Outcome::Failure));
    }
}
