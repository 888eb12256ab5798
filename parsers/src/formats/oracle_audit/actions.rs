//! Numbers of Oracle's audited actions and return codes.
//!
//! Must not know: layouts. Source: AUDIT_ACTIONS; Oracle Database Error Messages.

use schema::Action;

/// What an action number is; none when its statement must tell.
pub(super) fn action(number: &str) -> Option<Action> {
    Some(match number {
        "3" => Action::Query,
        "2" | "6" | "7" | "189" => Action::DataChange,
        "1" | "4" | "5" | "9" | "10" | "11" | "12" | "13" | "14" | "15" | "16" | "21" | "22" | "24"
        | "25" | "28" | "32" | "33" | "39" | "40" | "41" | "59" | "60" | "61" | "71" | "74" | "77" | "78"
        | "85" | "86" | "91" | "94" | "95" | "97" => Action::SchemaChange,
        "17" | "107" | "114" => Action::PermissionGrant,
        "18" | "108" | "115" => Action::PermissionRevoke,
        "30" | "104" => Action::PolicyChange,
        "31" | "105" => Action::AuditDisable,
        "51" => Action::AccountCreate,
        "53" => Action::AccountDelete,
        "43" => Action::AccountModify,
        "52" => Action::GroupCreate,
        "35" | "49" => Action::ConfigChange,
        "100" => Action::Login,
        "101" | "102" => Action::Logout,
        "128" => Action::ConfigChange,
        "216" => Action::BatchJob,
        _ => return None,
    })
}

/// One word for the codes of a refused login or right.
pub(super) fn reason(code: &str) -> Option<&'static str> {
    Some(match code {
        "1017" | "1005" => "wrong_credential",
        "28000" => "account_locked",
        "28001" | "28002" | "28011" => "password_expired",
        "1045" | "1031" | "942" | "1950" => "not_allowed",
        "18" | "20" => "too_many_connections",
        _ => return None,
    })
}
