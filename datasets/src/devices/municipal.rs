//! Applications of the comune that log JSON or CSV lines: suite audit, SPID, `GovWay`, PEC, plate readers.

use std::net::{IpAddr, Ipv4Addr};

use crate::lines::Lines;
use crate::town::Town;

/// What an operator did in the suite.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// Module, such as `Demografici`.
    pub module: &'static str,
    /// Account of the operator.
    pub user: &'a str,
    /// Address of the PC.
    pub from: Ipv4Addr,
    /// `Consultazione`, `Esporta`, `Modifica`...
    pub action: &'a str,
    /// What it was about: a list, or a citizen's pseudonym.
    pub object: &'a str,
    /// Rows shown or changed.
    pub rows: u64,
}

/// A line of the suite's audit.
pub fn suite(lines: &mut Lines, town: &Town, at_ms: i64, act: &Act<'_>) {
    let mut pen = lines.line(town.hosts.suite_audit, at_ms);
    pen.s("{\"timestamp\":\"")
        .rfc3339()
        .s("\",\"applicazione\":\"Suite.")
        .s(act.module)
        .s("\",\"utente\":\"");
    pen.s(act.user).s("\",\"ip\":\"").ip(act.from).s("\",\"azione\":\"").s(act.action).s("\",\"oggetto\":\"");
    pen.json(act.object).s("\",\"righe\":").n(act.rows).s(",\"esito\":\"OK\"}");
}

/// A citizen's login with SPID or CIE.
#[derive(Debug, Clone, Copy)]
pub struct FederatedLogin<'a> {
    /// Citizen's address.
    pub from: IpAddr,
    /// Identity provider.
    pub provider: &'a str,
    /// Pseudonym of the citizen.
    pub subject: u64,
    /// Level of assurance, 1 to 3.
    pub level: u8,
    /// Assertion received, or refused.
    pub success: bool,
}

/// A transaction of the service provider's register.
pub fn spid(lines: &mut Lines, town: &Town, at_ms: i64, login: &FederatedLogin<'_>) {
    let mut pen = lines.line(town.hosts.spid, at_ms);
    let id = pen.at_ms().unsigned_abs() ^ login.subject;
    pen.s("{\"authnreq_id\":\"_a")
        .hex(id, 12)
        .s("\",\"resp_issueinstant\":\"")
        .utc()
        .s("\",\"resp_id\":\"_r")
        .hex(id, 12);
    pen.s("\",\"resp_issuer\":\"https://").s(login.provider).s("\",\"assertion_id\":\"_as").hex(id, 10);
    pen.s("\",\"assertion_subject_nameid\":\"_").hex(login.subject, 16).s("\",\"level\":\"").n(login.level);
    pen.s("\",\"ip\":\"").ip(login.from).s("\",\"esito\":\"").s(if login.success {
        "success"
    } else {
        "failure"
    });
    pen.s("\"}");
}

/// Who calls whom through the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// We call a national base.
    Outgoing,
    /// Another body calls us.
    Incoming,
}

/// A call through the gateway.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Who calls.
    pub direction: Direction,
    /// Interface, such as `ANPR-C001`.
    pub api: &'a str,
    /// Application that calls, as it signs itself in.
    pub application: &'a str,
    /// Its address.
    pub client: IpAddr,
    /// Status of the answer.
    pub status: u16,
    /// How long it took.
    pub latency_ms: u64,
}

/// A transaction of `GovWay`, as its trace to file writes it.
pub fn govway(lines: &mut Lines, town: &Town, at_ms: i64, call: &Call<'_>) {
    let mut pen = lines.line(town.hosts.govway, at_ms);
    let id = pen.at_ms().unsigned_abs();
    pen.s("{\"acceptedRequestDate\":\"").utc().s("\",\"transactionId\":\"").hex(id, 12).s("-");
    pen.hex(call.latency_ms, 4).s(match call.direction {
        Direction::Outgoing => "\",\"role\":\"fruizione\",\"organization\":\"C_",
        Direction::Incoming => "\",\"role\":\"erogazione\",\"organization\":\"C_",
    });
    pen.s(&town.istat).s("\",\"api\":\"").s(call.api).s("\",\"application\":\"").s(call.application);
    pen.s("\",\"clientIP\":\"").ip(call.client).s("\",\"httpMethod\":\"POST\",\"outHttpStatus\":\"");
    pen.n(call.status).s(match call.status {
        ..=399 => "\",\"resultClass\":\"OK\",\"elapsedTime\":\"",
        401 => "\",\"resultClass\":\"KO\",\"errorDetail\":\"Token non valido\",\"elapsedTime\":\"",
        _ => "\",\"resultClass\":\"FAULT\",\"elapsedTime\":\"",
    });
    pen.n(call.latency_ms).s("\"}");
}

/// An event of the certified mail provider: `kind` such as `accettazione`, `avvenuta-consegna`.
pub fn pec(lines: &mut Lines, town: &Town, at_ms: i64, kind: &str, from: &str, to: &str, error: &str) {
    let mut pen = lines.line(town.hosts.pec, at_ms);
    pen.s("{\"ts\":\"").rfc3339().s("\",\"tipo\":\"").s(kind).s("\",\"mittente\":\"").s(from);
    pen.s("\",\"destinatario\":\"").s(to).s("\",\"identificativo\":\"opec2941.").n(at_ms);
    pen.s(".11223.44.1.1@pec.example\",\"errore\":\"").s(error).s("\"}");
}

/// A vehicle at a gate of the limited traffic zone; the plate is already a pseudonym.
pub fn gate(lines: &mut Lines, town: &Town, at_ms: i64, gate: u8, plate: u64, allowed: bool) {
    let mut pen = lines.line(town.hosts.gates, at_ms);
    pen.date().s(" ").clock().s(";VARCO-").two(gate).s(";IN;TRANSITO;targa_hash=").hex(plate, 6).s(";esito=");
    pen.s(if allowed { "LISTA_BIANCA" } else { "NON_AUTORIZZATO" }).s(";foto=").n(u8::from(!allowed));
}
