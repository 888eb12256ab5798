//! Asterisk (`chan_sip`) of the telephone exchange, over syslog: registrations and calls.

use std::net::IpAddr;

use super::syslog;
use crate::lines::{Lines, Pen};
use crate::town::Town;

/// A telephone, or whoever says to be one: extension and address.
#[derive(Debug, Clone, Copy)]
pub struct Telephone<'a> {
    /// Extension.
    pub extension: &'a str,
    /// Address.
    pub ip: IpAddr,
    /// Port.
    pub port: u16,
}

/// A registration is refused; `reason` as Asterisk says it: `Wrong password`, `No matching peer found`.
pub fn refused(lines: &mut Lines, town: &Town, at_ms: i64, telephone: Telephone<'_>, reason: &str) {
    let mut pen = line(lines, town, at_ms, 132, "NOTICE[2216]");
    pen.s(": chan_sip.c:28926 in handle_request_register: Registration from '\"").s(telephone.extension);
    pen.s("\" <sip:").s(telephone.extension).s("@").ip(town.hosts.exchange.ip).s(">' failed for '");
    pen.ip(telephone.ip).s(":").n(telephone.port).s("' - ").s(reason);
}

/// A registration is accepted.
pub fn registered(lines: &mut Lines, town: &Town, at_ms: i64, telephone: Telephone<'_>) {
    let mut pen = line(lines, town, at_ms, 134, "VERBOSE[2216]");
    pen.s(": chan_sip.c:16231 in parse_register_contact:     -- Registered SIP '").s(telephone.extension);
    pen.s("' at ").ip(telephone.ip).s(":").n(telephone.port);
}

/// A telephone no longer answers, or answers again.
pub fn reachable(lines: &mut Lines, town: &Town, at_ms: i64, extension: &str, answer_ms: u64, yes: bool) {
    let mut pen = line(lines, town, at_ms, 133, "NOTICE[2216]");
    let function = if yes { "handle_response_peerpoke" } else { "sip_poke_noanswer" };
    pen.s(": chan_sip.c:30204 in ").s(function).s(": Peer '").s(extension);
    if yes {
        pen.s("' is now Reachable. (").n(answer_ms).s("ms / 2000ms)");
    } else {
        pen.s("' is now UNREACHABLE!  Last qualify: ").n(answer_ms);
    }
}

/// The operator did not answer the exchange's own registration, attempt number `attempt`.
pub fn operator_silent(lines: &mut Lines, town: &Town, at_ms: i64, number: &str, attempt: usize) {
    let mut pen = line(lines, town, at_ms, 133, "NOTICE[2216]");
    pen.s(": chan_sip.c:15793 in sip_reg_timeout:    -- Registration for '").s(number);
    pen.s("@voip.operatore.example' timed out, trying again (Attempt #").n(attempt).s(")");
}

/// Call number `call` of an extension to an outside `number`: dialled, then answered after `ringing_ms`.
pub fn called(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    call: u32,
    extension: &str,
    number: &str,
    ringing_ms: i64,
) {
    let channel = u64::from(call) * 2;
    let mut pen = line(lines, town, at_ms, 134, "VERBOSE[2233]");
    pen.s("[C-").hex(call.into(), 8).s("]: pbx.c:4404 in pbx_extension_helper:     -- Executing [").s(number);
    pen.s("@from-internal:3] Dial(\"SIP/").s(extension).s("-").hex(channel, 8);
    pen.s("\", \"SIP/operatore/").s(number).s(",300,T\") in new stack");
    let mut pen = line(lines, town, at_ms + ringing_ms, 134, "VERBOSE[2233]");
    pen.s("[C-").hex(call.into(), 8).s("]: app_dial.c:3400 in dial_exec_full:     -- SIP/operatore-");
    pen.hex(channel + 1, 8).s(" answered SIP/").s(extension).s("-").hex(channel, 8);
}

fn line<'a>(lines: &'a mut Lines, town: &Town, at_ms: i64, priority: u8, level: &str) -> Pen<'a> {
    let mut pen = syslog::line(lines, &town.hosts.exchange, at_ms, priority, "asterisk", Some(2_211));
    pen.s(level);
    pen
}
