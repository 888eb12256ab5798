//! The sentences of RT_FLOW: sessions created, closed and denied.
//!
//! Promises: linear; words are counted from the addresses on, which stand before anything a user chose.
//! Source: Juniper, System Log Explorer, RT_FLOW_SESSION_CREATE, _CLOSE, _DENY.

use super::keys::Values;

/// Reads `session created|closed REASON:|denied ADDRESS/PORT->ADDRESS/PORT …`; false when there are no addresses.
pub(super) fn read<'a>(text: &'a str, values: &mut Values<'a>) -> bool {
    let (is_closed, is_denied) = (text.starts_with("session closed"), text.starts_with("session denied"));
    let rest = if is_closed {
        let Some((reason, rest)) = text.split_once(": ") else { return false };
        values.put("reason", reason.strip_prefix("session closed ").unwrap_or_default());
        rest
    } else {
        let words = ["session created ", "session denied ", "session updated "];
        let Some(rest) = words.iter().find_map(|head| text.strip_prefix(head)) else { return false };
        rest
    };
    let mut words = Words { rest };
    let ends = ["source-address", "source-port", "destination-address", "destination-port"];
    if !flow(words.next(), ends, values) {
        return false;
    }
    // A connection tag stands here since Junos 15.
    let mut service = words.next();
    if service.starts_with("0x") {
        service = words.next();
    }
    values.put("service-name", service);
    if is_denied {
        denied(&mut words, values)
    } else {
        opened(&mut words, is_closed, values)
    }
    true
}

/// `ADDRESS/PORT->ADDRESS/PORT` into four places.
fn flow<'a>(word: &'a str, names: [&str; 4], values: &mut Values<'a>) -> bool {
    let Some((from, to)) = word.split_once("->") else { return false };
    let (Some((source, source_port)), Some((destination, destination_port))) =
        (from.rsplit_once('/'), to.rsplit_once('/'))
    else {
        return false;
    };
    for (name, value) in names.iter().zip([source, source_port, destination, destination_port]) {
        values.put(name, value);
    }
    true
}

/// `PROTOCOL(ICMPTYPE) POLICY FROM-ZONE TO-ZONE APPLICATION NESTED USER(ROLES) INTERFACE …`
fn denied<'a>(words: &mut Words<'a>, values: &mut Values<'a>) {
    let protocol = words.next();
    values.put("protocol-id", protocol.split('(').next().unwrap_or(protocol));
    for name in ["policy-name", "source-zone-name", "destination-zone-name", "application"] {
        values.put(name, words.next());
    }
    let _nested = words.next();
    person(words, values);
}

/// `NAT-FLOW RULES PROTOCOL POLICY FROM-ZONE TO-ZONE SESSION [COUNTS] USER(ROLES) INTERFACE …`
fn opened<'a>(words: &mut Words<'a>, is_closed: bool, values: &mut Values<'a>) {
    let nat = ["nat-source-address", "nat-source-port", "nat-destination-address", "nat-destination-port"];
    flow(words.next(), nat, values);
    let mut word = words.next();
    if word.starts_with("0x") {
        word = words.next();
    }
    // Two NAT rules, for source and destination: `source rule NAME`, `N/A N/A`, `None None`.
    for turn in 0..2 {
        if turn > 0 {
            word = words.next();
        }
        if matches!(word, "source" | "destination" | "static" | "interface" | "persistent") {
            let _rule = words.next();
        } else if turn == 0 && matches!(word, "N/A" | "None") && !matches!(words.peek(), "N/A" | "None") {
            // `N/A static rule NAME`: the source has no rule and no name.
            continue;
        }
        if !(turn == 0 && is_number(words.peek())) {
            let _name = words.next();
        }
        // Old releases name one rule of each kind in one word.
        if is_number(words.peek()) {
            break;
        }
    }
    for name in ["protocol-id", "policy-name", "source-zone-name", "destination-zone-name", "session-id-32"] {
        values.put(name, words.next());
    }
    if is_closed {
        for name in ["bytes-from-client", "bytes-from-server"] {
            let counts = words.next();
            values.put(name, counts.split_once('(').map_or("", |(_, bytes)| bytes.trim_end_matches(')')));
        }
        values.put("elapsed-time", words.next());
        values.put("application", words.next());
        let _nested = words.next();
    }
    person(words, values);
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `USER(ROLES) INTERFACE`: the user's name may hold blanks.
fn person<'a>(words: &mut Words<'a>, values: &mut Values<'a>) {
    let Some((user, rest)) = words.rest.split_once('(') else { return };
    let Some((_, rest)) = rest.split_once(") ") else { return };
    values.put("username", user);
    values.put("packet-incoming-interface", rest.split(' ').next().unwrap_or(rest));
}

struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> &'a str {
        let (word, rest) = self.rest.split_once(' ').unwrap_or((self.rest, ""));
        self.rest = rest.trim_start();
        word
    }

    fn peek(&self) -> &'a str {
        self.rest.split(' ').next().unwrap_or_default()
    }
}
