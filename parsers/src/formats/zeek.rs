//! What the logs of Zeek mean, whatever layout they come in: one record, its log's name, and the columns both share.
//!
//! Promises: a log that is not known keeps its connection and says its name. Must not know: TSV or JSON.
//! Source: Zeek script reference, `Conn::Info`, `DNS::Info`, `HTTP::Info` and the other `Info` records.

mod services;

use schema::{Action, Column, EventBuilder, Outcome};

use super::flow;
use super::slots::slots;
use crate::format::{Payload, Unreadable};
use crate::json::Json;
use crate::time;

slots! {
    /// Columns that are read.
    enum Key;
    /// Their values.
    struct Values;
    nothing "-"; keep first;
    Time = b"ts"; Uid = b"uid" | b"conn_uids"; Fuid = b"fuid";
    SourceIp = b"id.orig_h"; SourcePort = b"id.orig_p"; TargetIp = b"id.resp_h"; TargetPort = b"id.resp_p";
    Proto = b"proto"; Service = b"service"; Duration = b"duration"; SourceBytes = b"orig_bytes";
    TargetBytes = b"resp_bytes"; State = b"conn_state"; LocalSource = b"local_orig"; LocalTarget = b"local_resp";
    History = b"history"; SourceMac = b"orig_l2_addr"; Query = b"query"; QueryType = b"qtype_name";
    Rcode = b"rcode_name"; RcodeNumber = b"rcode"; Answers = b"answers"; Rejected = b"rejected";
    Method = b"method"; Host = b"host"; Uri = b"uri"; Referrer = b"referrer"; Agent = b"user_agent";
    Status = b"status_code"; Length = b"response_body_len"; Username = b"username"; Version = b"version";
    ServerName = b"server_name"; Cipher = b"cipher"; Established = b"established"; Ja3 = b"ja3"; Ja3s = b"ja3s";
    Subject = b"subject"; Issuer = b"issuer"; Validation = b"validation_status"; LastAlert = b"last_alert";
    AuthSuccess = b"auth_success"; AuthAttempts = b"auth_attempts"; Direction = b"direction"; Client = b"client";
    Server = b"server"; Filename = b"filename"; Sha256 = b"sha256"; Sha1 = b"sha1"; Md5 = b"md5"; Mime = b"mime_type";
    FileSource = b"source"; Senders = b"tx_hosts"; Receivers = b"rx_hosts"; SeenBytes = b"seen_bytes";
    Note = b"note"; Msg = b"msg"; Sub = b"sub"; NoticeSource = b"src" | b"src_addr"; NoticeTarget = b"dst" | b"dst_addr";
    NoticePort = b"p" | b"dst_port"; NoticeSourcePort = b"src_port"; Dropped = b"dropped"; Name = b"name";
    Addl = b"addl"; Serial = b"certificate.serial"; CertSubject = b"certificate.subject";
    CertIssuer = b"certificate.issuer"; From = b"mailfrom"; To = b"rcptto"; MsgId = b"msg_id"; Helo = b"helo";
    LastReply = b"last_reply"; User = b"user"; Command = b"command"; Arg = b"arg"; ReplyCode = b"reply_code";
    Mac = b"mac"; ClientAddr = b"client_addr"; AssignedAddr = b"assigned_addr" | b"assigned_ip";
    ServerAddr = b"server_addr"; HostName = b"host_name"; MsgTypes = b"msg_types"; Workstation = b"hostname";
    Domain = b"domainname"; Success = b"success"; RequestType = b"request_type"; ErrorMsg = b"error_msg";
    Cookie = b"cookie"; Result = b"result"; Security = b"security_protocol"; Path = b"path"; Share = b"share_type";
    Action = b"action"; PreviousName = b"prev_name"; Reply = b"reply_msg"; Cmd = b"cmd"; Rows = b"rows";
    Indicator = b"seen.indicator"; SigId = b"sig_id"; EventMsg = b"event_msg"; Message = b"message";
    Tunnel = b"tunnel_type"; Size = b"size" | b"file_size"; RequestFrom = b"request_from";
}

/// One line of a log.
pub(super) struct Record<'a> {
    /// The log's name: `conn`, `dns`; empty when not said.
    pub(super) path: &'a str,
    /// The object it came in, for lists of more than one item.
    pub(super) json: Option<Json<'a>>,
    values: Values<'a>,
}

impl<'a> Record<'a> {
    /// A record of that log, without values.
    pub(super) fn new(path: &'a str) -> Record<'a> {
        Record { path, json: None, values: Values::new() }
    }

    /// Keeps a value when its column is read.
    pub(super) fn put(&mut self, name: &str, value: &'a str) {
        self.values.put(name, value);
    }

    fn get(&self, key: Key) -> &'a str {
        self.values.get(key)
    }

    /// `T` of TSV and `true` of JSON; none when not said.
    fn says(&self, key: Key) -> Option<bool> {
        match self.get(key) {
            "T" | "true" => Some(true),
            "F" | "false" => Some(false),
            _ => None,
        }
    }

    fn outcome(&self, key: Key) -> Outcome {
        self.says(key).map_or(Outcome::Unknown, Outcome::of)
    }
}

/// Reads a record into the open event.
pub(super) fn read(
    payload: &Payload<'_>,
    record: &Record<'_>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    set_time(payload, record.get(Key::Time), event)?;
    flow::source(event, record.get(Key::SourceIp), record.get(Key::SourcePort));
    flow::destination(event, record.get(Key::TargetIp), record.get(Key::TargetPort));
    flow::set_transport(event, record.get(Key::Proto));
    event.text_if_said(Column::NetworkProtocol, record.get(Key::Service));
    field("log", record.path, event);
    field("uid", record.get(Key::Uid), event);
    // Names of rotated and filtered logs carry a suffix: `conn_long`, `dns.internal`.
    match record.path.split(['.', '-']).next().unwrap_or("") {
        "conn" | "conn_long" | "conn_red" => connection(record, event),
        "dns" | "dns_red" => dns(record, event),
        "ssl" | "tls" => tls(record, event),
        "x509" => certificate(record, event),
        "files" | "files_red" => file(record, event),
        "notice" | "notice_alarm" => notice(record, event),
        "signatures" | "intel" => signature(record, event),
        "weird" => weird(record, event),
        other => services::read(other, record, event),
    }
    Ok(())
}

fn set_time(payload: &Payload<'_>, text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    const SHAPE: Unreadable = Unreadable("a ts that is no time");
    if text.is_empty() {
        return Ok(());
    }
    if let Some((time_us, "")) = time::epoch_fraction(text) {
        payload.set_time_us(event, time_us);
        return Ok(());
    }
    if let Some(time_us) = time::epoch(text) {
        payload.set_time_us(event, time_us);
        return Ok(());
    }
    let when = time::iso(text).ok_or(SHAPE)?;
    payload.set_time(event, when.in_utc()).then_some(()).ok_or(SHAPE)
}

fn field(key: &str, value: &str, event: &mut EventBuilder<'_>) {
    if !value.is_empty() {
        event.field(key, value);
    }
}

/// What a monitor saw, not what somebody did.
fn seen(event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
}

fn connection(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    let state = record.get(Key::State);
    let outcome = match state {
        "REJ" => Outcome::Failure,
        "SF" | "S1" | "S2" | "S3" | "RSTO" | "RSTR" => Outcome::Success,
        // An attempt without an answer, or traffic whose start was not seen.
        _ => Outcome::Unknown,
    };
    event.action(if state == "REJ" { Action::ConnectionDenied } else { Action::ConnectionAllowed });
    event.outcome(outcome);
    event.int_text(Column::SourceBytes, record.get(Key::SourceBytes));
    event.int_text(Column::DestinationBytes, record.get(Key::TargetBytes));
    event.text_if_said(Column::SourceMac, record.get(Key::SourceMac));
    match (record.says(Key::LocalSource), record.says(Key::LocalTarget)) {
        (Some(true), Some(true)) => event.text(Column::NetworkDirection, "internal"),
        (Some(true), Some(false)) => event.text(Column::NetworkDirection, "outbound"),
        (Some(false), Some(true)) => event.text(Column::NetworkDirection, "inbound"),
        _ => {}
    }
    field("conn_state", state, event);
    field("duration_s", record.get(Key::Duration), event);
    field("history", record.get(Key::History), event);
}

fn dns(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::DnsQuestionName, record.get(Key::Query));
    event.text_if_said(Column::DnsQuestionType, record.get(Key::QueryType));
    let rcode = record.values.first(&[Key::Rcode, Key::RcodeNumber]);
    field("answer", record.get(Key::Answers), event);
    if rcode.is_empty() {
        event.action(Action::DnsQuery);
        event.outcome(Outcome::Unknown);
        return;
    }
    flow::did(event, Action::DnsResponse, matches!(rcode, "NOERROR" | "0"));
    event.field("rcode", rcode);
}

fn tls(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    seen(event);
    event.outcome(record.outcome(Key::Established));
    event.text_if_said(Column::TlsVersion, record.get(Key::Version));
    event.text_if_said(Column::DestinationDomain, record.get(Key::ServerName));
    for (name, key) in [
        ("cipher", Key::Cipher),
        ("ja3", Key::Ja3),
        ("ja3s", Key::Ja3s),
        ("certificate_subject", Key::Subject),
        ("certificate_issuer", Key::Issuer),
        ("validation_status", Key::Validation),
        ("alert", Key::LastAlert),
    ] {
        field(name, record.get(key), event);
    }
}

fn certificate(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    seen(event);
    field("certificate_serial", record.get(Key::Serial), event);
    field("certificate_subject", record.get(Key::CertSubject), event);
    field("certificate_issuer", record.get(Key::CertIssuer), event);
}

/// A file that crossed the network. Before version 6 the ends stand in `tx_hosts` and `rx_hosts`.
fn file(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    seen(event);
    if !event.is_set(Column::SourceIp) {
        event.ip(Column::SourceIp, first_item(record.get(Key::Senders)));
        event.ip(Column::DestinationIp, first_item(record.get(Key::Receivers)));
    }
    event.text_if_said(Column::FilePath, record.get(Key::Filename));
    event.text_if_said(Column::FileHashSha256, record.get(Key::Sha256));
    event.text_if_said(Column::NetworkProtocol, record.get(Key::FileSource));
    for (name, key) in [
        ("fuid", Key::Fuid),
        ("mime_type", Key::Mime),
        ("file_hash_sha1", Key::Sha1),
        ("file_hash_md5", Key::Md5),
        ("bytes", Key::SeenBytes),
    ] {
        field(name, record.get(key), event);
    }
}

/// The first item of a set, whose items commas part.
fn first_item(set: &str) -> &str {
    set.split(',').next().unwrap_or(set)
}

fn notice(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::IntrusionDetected);
    let is_blocked = record.says(Key::Dropped) == Some(true);
    event.outcome(if is_blocked { Outcome::Failure } else { Outcome::Unknown });
    event.field("blocked", if is_blocked { "true" } else { "false" });
    event.text_if_said(Column::RuleName, record.get(Key::Note));
    ends(record, event);
    field("reason", record.get(Key::Msg), event);
    field("detail", record.get(Key::Sub), event);
}

fn signature(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    event.action(Action::IntrusionDetected);
    event.outcome(Outcome::Unknown);
    event.text_if_said(Column::RuleId, record.get(Key::SigId));
    event.text_if_said(Column::RuleName, record.values.first(&[Key::Indicator, Key::EventMsg, Key::Note]));
    ends(record, event);
}

/// The ends as `notice` and `signatures` name them, where no connection says them.
fn ends(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    if !event.is_set(Column::SourceIp) {
        flow::source(event, record.get(Key::NoticeSource), record.get(Key::NoticeSourcePort));
    }
    if !event.is_set(Column::DestinationIp) {
        flow::destination(event, record.get(Key::NoticeTarget), record.get(Key::NoticePort));
    }
}

fn weird(record: &Record<'_>, event: &mut EventBuilder<'_>) {
    seen(event);
    field("action", record.get(Key::Name), event);
    field("reason", record.get(Key::Addl), event);
}
