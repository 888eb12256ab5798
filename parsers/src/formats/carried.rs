//! A vendor's messages in CEF or LEEF: the columns by the dictionaries, the meaning by the vendor's own format.
//!
//! Must not know: any vendor.

use schema::{Column, EventBuilder};

use super::extension::{Attributes, Header};
use super::{cef, leef};
use crate::format::{Payload, Unreadable};

/// The header of a CEF or LEEF message; none when the payload is neither.
pub(super) fn header<'a>(payload: &Payload<'a>) -> Option<Header<'a>> {
    cef::Message::header(payload).or_else(|| leef::Message::header(payload))
}

/// Writes what the dictionaries say and gives the message; the vendor's format decides action and outcome.
pub(super) fn read<'a>(
    payload: &Payload<'a>,
    event: &mut EventBuilder<'_>,
) -> Result<(Header<'a>, Attributes<'a>), Unreadable> {
    let (header, attributes) = if let Some(message) = cef::Message::read(payload) {
        message.write(payload, event);
        (message.header, message.attributes)
    } else {
        let message = leef::Message::read(payload).ok_or(Unreadable("the CEF or LEEF header is cut"))?;
        message.write(payload, event);
        (message.header, message.attributes)
    };
    event.clear(Column::EventOutcome);
    Ok((header, attributes))
}
