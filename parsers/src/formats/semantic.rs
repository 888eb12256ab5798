//! Columns by the documented names of Elastic's Common Schema and OpenTelemetry's semantic conventions, which are
//! mostly the same names.
//!
//! Promises: a name fills a column only when it means exactly that. Must not know: how names are written down.
//! Source: Elastic Common Schema 8; OpenTelemetry, semantic conventions 1.30.

use schema::{Action, Column, EventBuilder, Kind, Outcome};

/// Columns and the names they come from, the first that says something.
const NAMES: &[(Column, &[&str])] = &[
    (Column::HostName, &["host.hostname", "host.name"]),
    (Column::HostIp, &["host.ip"]),
    (Column::ProcessName, &["process.name", "log.syslog.appname"]),
    (Column::ProcessPid, &["process.pid"]),
    (Column::ProcessExecutable, &["process.executable", "process.executable.path"]),
    (Column::ProcessCommandLine, &["process.command_line"]),
    (Column::ProcessParentExecutable, &["process.parent.executable"]),
    (Column::ServiceName, &["service.name"]),
    (Column::UserName, &["user.name", "source.user.name", "enduser.id"]),
    (Column::UserDomain, &["user.domain"]),
    (Column::UserId, &["user.id"]),
    (Column::UserTargetName, &["user.target.name", "user.changes.name"]),
    (Column::GroupName, &["group.name", "user.target.group.name"]),
    (
        Column::SourceIp,
        &["source.ip", "client.ip", "source.address", "client.address", "network.peer.address"],
    ),
    (Column::SourcePort, &["source.port", "client.port", "network.peer.port"]),
    (Column::SourceMac, &["source.mac", "client.mac"]),
    (Column::SourceBytes, &["source.bytes", "client.bytes"]),
    (Column::DestinationIp, &["destination.ip", "server.ip", "destination.address"]),
    (Column::DestinationPort, &["destination.port", "server.port"]),
    (Column::DestinationDomain, &["destination.domain", "server.domain"]),
    (Column::DestinationBytes, &["destination.bytes", "server.bytes"]),
    (Column::NetworkTransport, &["network.transport"]),
    (Column::NetworkProtocol, &["network.protocol", "network.protocol.name"]),
    (Column::NetworkDirection, &["network.direction"]),
    (Column::ObserverVendor, &["observer.vendor"]),
    (Column::ObserverProduct, &["observer.product"]),
    (Column::ObserverIngress, &["observer.ingress.interface.name", "observer.ingress.zone"]),
    (Column::ObserverEgress, &["observer.egress.interface.name", "observer.egress.zone"]),
    (Column::HttpRequestMethod, &["http.request.method", "http.method"]),
    (Column::HttpResponseStatusCode, &["http.response.status_code", "http.status_code"]),
    (Column::HttpResponseBodyBytes, &["http.response.body.bytes", "http.response.body.size"]),
    (Column::HttpRequestReferrer, &["http.request.referrer"]),
    (Column::UrlPath, &["url.path"]),
    (Column::UrlQuery, &["url.query"]),
    (Column::UrlDomain, &["url.domain"]),
    (Column::UserAgentOriginal, &["user_agent.original"]),
    (Column::TlsVersion, &["tls.version"]),
    (Column::DnsQuestionName, &["dns.question.name"]),
    (Column::DnsQuestionType, &["dns.question.type"]),
    (Column::FilePath, &["file.path"]),
    (Column::FileHashSha256, &["file.hash.sha256", "process.hash.sha256"]),
    (Column::RuleId, &["rule.id"]),
    (Column::RuleName, &["rule.name"]),
    (Column::DbName, &["db.namespace", "db.name"]),
    (Column::DbStatement, &["db.query.text", "db.statement"]),
    (Column::EmailFrom, &["email.from.address"]),
    (Column::EmailTo, &["email.to.address"]),
    (Column::EmailSubject, &["email.subject"]),
    (Column::EmailMessageId, &["email.message_id"]),
    (Column::EventCode, &["event.code"]),
    (Column::EventProvider, &["event.provider", "log.logger"]),
    (Column::LogLevel, &["log.level"]),
];

/// Fills the columns whose names say something.
pub(super) fn write<'a>(value: &dyn Fn(&str) -> &'a str, event: &mut EventBuilder<'_>) {
    for (column, names) in NAMES {
        set(*column, names, value, event);
    }
    if !event.is_set(Column::ProcessName) {
        let path = value("process.executable");
        event.text_if_said(Column::ProcessName, path.rsplit(['/', '\\']).next().unwrap_or_default());
    }
}

/// The same for columns that nothing else has filled.
pub(super) fn complete<'a>(value: &dyn Fn(&str) -> &'a str, event: &mut EventBuilder<'_>) {
    for (column, names) in NAMES {
        if !event.is_set(*column) {
            set(*column, names, value, event);
        }
    }
}

/// Fills a column from the first of its names that says something.
fn set<'a>(column: Column, names: &[&str], value: &dyn Fn(&str) -> &'a str, event: &mut EventBuilder<'_>) {
    let said = names.iter().map(|name| value(name)).filter(|said| !said.is_empty() && *said != "-");
    for said in said {
        let is_set = match (column, column.kind()) {
            (Column::SourceIp | Column::DestinationIp | Column::HostIp, _) => event.ip(column, said),
            (_, Kind::Int) => event.int_text(column, said),
            _ => {
                event.text(column, said);
                true
            }
        };
        if is_set {
            break;
        }
    }
}

/// True when `write` reads that name.
pub(super) fn is_read(name: &str) -> bool {
    NAMES.iter().any(|(_, names)| names.contains(&name))
}

/// What `event.category`, `event.type` and `event.outcome` mean; a category nobody mapped keeps its verb in `fields`.
pub(super) fn kind<'a>(
    categories: &dyn Fn(&str) -> bool,
    types: &dyn Fn(&str) -> bool,
    outcome: &'a str,
    event: &mut EventBuilder<'_>,
) {
    let action = if categories("authentication") || categories("session") {
        if types("end") { Action::SessionClose } else { Action::Login }
    } else if categories("malware") {
        Action::MalwareDetected
    } else if categories("intrusion_detection") {
        Action::IntrusionDetected
    } else if categories("process") {
        match (types("start"), types("end")) {
            (true, _) => Action::ProcessStart,
            (_, true) => Action::ProcessStop,
            _ => Action::ApplicationEvent,
        }
    } else if categories("iam") {
        iam(types)
    } else if categories("file") {
        file(types)
    } else if categories("web") && event.is_set(Column::HttpRequestMethod) {
        Action::HttpRequest
    } else if event.is_set(Column::DnsQuestionName) {
        Action::DnsQuery
    } else if categories("network") && (types("denied") || types("allowed")) {
        if types("denied") { Action::ConnectionDenied } else { Action::ConnectionAllowed }
    } else if categories("configuration") {
        Action::ConfigChange
    } else if categories("package") {
        Action::SoftwareInstall
    } else {
        Action::ApplicationEvent
    };
    event.action(action);
    match outcome {
        "success" => event.outcome(Outcome::Success),
        "failure" => event.outcome(Outcome::Failure),
        "unknown" => event.outcome(Outcome::Unknown),
        _ if action == Action::ConnectionDenied => event.outcome(Outcome::Failure),
        _ => {}
    }
}

fn iam(types: &dyn Fn(&str) -> bool) -> Action {
    match (types("group"), types("creation"), types("deletion")) {
        (true, true, _) => Action::GroupCreate,
        (false, true, _) => Action::AccountCreate,
        (false, _, true) => Action::AccountDelete,
        (false, ..) if types("change") => Action::AccountModify,
        _ => Action::ApplicationEvent,
    }
}

fn file(types: &dyn Fn(&str) -> bool) -> Action {
    if types("creation") {
        Action::FileCreate
    } else if types("deletion") {
        Action::FileDelete
    } else if types("change") {
        Action::FileWrite
    } else if types("access") {
        Action::FileRead
    } else {
        Action::ApplicationEvent
    }
}
