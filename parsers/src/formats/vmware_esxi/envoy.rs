//! The access line of VMware's reverse proxy: `STAMP METHOD PATH HTTP/1.1 STATUS VIA … CLIENT OWN LOCAL UPSTREAM`.
//!
//! Promises: linear; the path, which a client chooses, is cut at the last ` HTTP/`. Must not know: what stands before.

use schema::{Action, Column, EventBuilder};

use super::super::account::address_and_port;
use super::super::{http, peer};
use crate::time;

/// Reads an access line; false when it is none.
pub(super) fn read(text: &str, event: &mut EventBuilder<'_>) -> bool {
    let Some((_, rest)) = time::iso_prefix(text) else { return false };
    let Some((request, rest)) = rest.trim_start_matches(' ').rsplit_once(" HTTP/") else { return false };
    let Some((method, target)) = request.split_once(' ') else { return false };
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return false;
    }
    let mut words = rest.split(' ');
    let (version, status) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    event.action(Action::HttpRequest);
    event.text(Column::HttpRequestMethod, method);
    http::set_target(method, target, event);
    http::set_status(status, event);
    event.field("http_version", version);
    let places = words.filter_map(|word| {
        let (address, port) = address_and_port(word);
        (peer::is_digits(port) && peer::is_address(address)).then_some((address, port))
    });
    let ends = [(Column::SourceIp, Column::SourcePort), (Column::DestinationIp, Column::DestinationPort)];
    for ((ip, port), (address, number)) in ends.into_iter().zip(places) {
        event.ip(ip, address);
        event.int_text(port, number);
    }
    true
}
