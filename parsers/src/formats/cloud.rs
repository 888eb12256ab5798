//! What audit logs of cloud services share: columns by paths, a stamp among several, an actor with a realm.
//!
//! Promises: linear in the paths asked for. Must not know: any service.

use schema::{Column, EventBuilder, Kind};

use crate::format::{Payload, Unreadable};
use crate::json::Json;
use crate::time;

/// Sets each column from the first of its paths that says something.
pub(super) fn set(json: Json<'_>, columns: &[(Column, &[&str])], event: &mut EventBuilder<'_>) {
    for (column, paths) in columns {
        let Some(value) = json.first(paths) else { continue };
        match (column, column.kind()) {
            (Column::SourceIp | Column::DestinationIp | Column::HostIp, _) => {
                let (address, _) = super::account::address_and_port(value);
                event.ip(*column, address);
            }
            (_, Kind::Int) => {
                event.int_text(*column, value);
            }
            _ => event.text_if_said(*column, value),
        }
    }
}

/// Sets fields of other names than their paths.
pub(super) fn fields(json: Json<'_>, fields: &[(&str, &[&str])], event: &mut EventBuilder<'_>) {
    for (key, paths) in fields {
        if let Some(value) = json.first(paths) {
            event.field(key, value);
        }
    }
}

/// The event's time from the first of these paths that is there: ISO (UTC when no zone is said) or an epoch.
pub(super) fn time(
    json: Json<'_>,
    paths: &[&str],
    payload: &Payload<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    const NO_TIME: Unreadable = Unreadable("expected a time");
    let stamp = json.first(paths).ok_or(NO_TIME)?;
    if let Some(time_us) = time::epoch(stamp) {
        payload.set_time_us(event, time_us);
        return Ok(());
    }
    let (when, _) = time::iso_prefix(stamp).ok_or(NO_TIME)?;
    if payload.set_time(event, when.in_utc()) { Ok(()) } else { Err(NO_TIME) }
}

/// Name and realm of an account; the name stays whole, as people log in with it.
pub(super) fn person(account: &str, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::UserName, account);
    if let Some((user, realm)) = account.rsplit_once('@')
        && !user.is_empty()
        && realm.contains('.')
    {
        event.text(Column::UserDomain, realm);
    }
}
