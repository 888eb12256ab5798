//! Connections to PostgreSQL: received, authenticated, authorized, refused, ended.
//!
//! A client chooses user, database and program names, so the cuts start at the side it cannot reach.
//! Source: PostgreSQL, src/backend/libpq/auth.c and src/backend/utils/init/postinit.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::super::peer::is_address;
use super::message::Said;

/// Reads a LOG message about a connection; false when it is about something else.
pub(super) fn log(message: &str, event: &mut EventBuilder<'_>) -> bool {
    if let Some(rest) = strip(message, &["connection received: ", "connessione ricevuta: "]) {
        received(rest, event);
    } else if let Some(rest) = strip(message, &["connection authenticated: ", "connessione autenticata: "]) {
        authenticated(rest, event);
    } else if let Some(rest) = strip(
        message,
        &[
            "connection authorized: ",
            "replication connection authorized: ",
            "connessione autorizzata: ",
            "connessione di replica autorizzata: ",
        ],
    ) {
        authorized(rest, event);
    } else if let Some(rest) = strip(message, &["disconnection: ", "disconnessione: "]) {
        ended(rest, event);
    } else if strip(
        message,
        &[
            "invalid length of startup packet",
            "incomplete startup packet",
            "dimensione del pacchetto di avvio non valida",
        ],
    )
    .is_some()
    {
        event.action(Action::DbConnect);
        event.outcome(Outcome::Failure);
        event.field("reason", "bad_startup_packet");
    } else {
        return false;
    }
    true
}

fn strip<'a>(message: &'a str, prefixes: &[&str]) -> Option<&'a str> {
    prefixes.iter().find_map(|prefix| message.strip_prefix(prefix))
}

/// `host=192.0.2.7 port=51022`
fn received(rest: &str, event: &mut EventBuilder<'_>) {
    let (host, port) = rest.split_once(' ').unwrap_or((rest, ""));
    event.ip(Column::SourceIp, host.strip_prefix("host=").unwrap_or(host));
    event.int_text(Column::SourcePort, port.split_once('=').map_or("", |(_, port)| port));
    event.field("action", "connection_received");
}

/// `identity="mrossi" method=scram-sha-256 (/etc/postgresql/pg_hba.conf:98)`
fn authenticated(rest: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::Login);
    event.outcome(Outcome::Success);
    let cut = rest.rsplit_once("\" method=").or_else(|| rest.rsplit_once("\" metodo="));
    if let Some((identity, method)) = cut {
        event.text_if_said(Column::UserName, identity.strip_prefix("identity=\"").unwrap_or(identity));
        event.field("auth_method", method.split(' ').next().unwrap_or(method));
    }
}

/// `user=U database=D application_name=A SSL enabled (protocol=TLSv1.3, cipher=…, bits=256)`
fn authorized(rest: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::DbConnect);
    event.outcome(Outcome::Success);
    let mut rest = rest;
    for mark in [" SSL enabled (protocol=", " connessione SSL abilitata (protocollo: "] {
        if let Some((before, tls)) = rest.rsplit_once(mark) {
            event.text_if_said(Column::TlsVersion, tls.split(',').next().unwrap_or(tls));
            rest = before;
        }
    }
    let rest = rest.strip_prefix("user=").or_else(|| rest.strip_prefix("utente=")).unwrap_or(rest);
    let (rest, program) = match rest.split_once(" application_name=") {
        Some((rest, program)) => (rest, program),
        None => (rest, ""),
    };
    let (user, database) =
        rest.split_once(" database=").or_else(|| rest.split_once(" database ")).unwrap_or((rest, ""));
    event.text_if_said(Column::UserName, user);
    event.text_if_said(Column::DbName, database);
    if !program.is_empty() && program != "[unknown]" {
        event.field("client_program", program);
    }
}

/// `session time: 0:01:20.500 user=U database=D host=192.0.2.7 port=51022`
fn ended(rest: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::SessionClose);
    event.outcome(Outcome::Success);
    let (names, address) = rest.rsplit_once(" host=").unwrap_or((rest, ""));
    let (host, port) = address.split_once(' ').unwrap_or((address, ""));
    event.ip(Column::SourceIp, host);
    event.int_text(Column::SourcePort, port.split_once('=').map_or("", |(_, port)| port));
    let Some((time, names)) = names.split_once(" user=").or_else(|| names.split_once(" utente=")) else {
        return;
    };
    event.field("duration", time.rsplit(": ").next().unwrap_or(time));
    if let Some((user, database)) = names.rsplit_once(" database=") {
        event.text_if_said(Column::UserName, user);
        event.text_if_said(Column::DbName, database);
    }
}

/// Reads a FATAL or ERROR message that refuses a connection; false when it is about something else.
pub(super) fn refused(said: &Said<'_>, event: &mut EventBuilder<'_>) -> bool {
    let message = said.message;
    if let Some((method, user)) = failed_user(message) {
        event.text_if_said(Column::UserName, user);
        event.field("auth_method", method);
        failure(Action::Login, "wrong_credential", event);
    } else if let Some(rest) = no_entry(message) {
        entry(rest, event);
        failure(Action::Login, "not_allowed", event);
    } else if let Some(role) =
        between(message, &["role \"", "il ruolo \""], &["\" does not exist", "\" non esiste"])
        && said.level == super::level::Level::Fatal
    {
        event.text_if_said(Column::UserName, role);
        failure(Action::Login, "unknown_user", event);
    } else if let Some(role) = between(
        message,
        &["role \"", "al ruolo \""],
        &["\" is not permitted to log in", "\" non è consentito effettuare il login"],
    ) {
        event.text_if_said(Column::UserName, role);
        failure(Action::Login, "account_disabled", event);
    } else if matches!(said.state, "28P01" | "28000") {
        failure(Action::Login, "wrong_credential", event);
    } else if let Some(database) =
        between(message, &["database \"", "il database \""], &["\" does not exist", "\" non esiste"])
        && said.level == super::level::Level::Fatal
    {
        event.text_if_said(Column::DbName, database);
        failure(Action::DbConnect, "unknown_database", event);
    } else if matches!(said.state, "3D000" | "53300" | "57P03") || is_full(message) {
        failure(
            Action::DbConnect,
            if said.state == "57P03" { "starting_up" } else { "too_many_connections" },
            event,
        );
    } else {
        return false;
    }
    true
}

fn failure(action: Action, reason: &str, event: &mut EventBuilder<'_>) {
    event.action(action);
    event.outcome(Outcome::Failure);
    event.field("reason", reason);
}

fn is_full(message: &str) -> bool {
    strip(
        message,
        &[
            "sorry, too many clients already",
            "remaining connection slots are reserved",
            "too many connections for ",
            "spiacente, troppi client già connessi",
            "i rimanenti slot di connessione sono riservati",
            "troppe connessioni per il ",
        ],
    )
    .is_some()
}

/// True for the refusal of a name that holds an address.
pub(in crate::formats) fn refused_name_holds_address(message: &str) -> bool {
    let role = || between(message, &["role \"", "il ruolo \""], &["\" does not exist", "\" non esiste"]);
    let name = failed_user(message).map(|(_, user)| user).or_else(role);
    name.is_some_and(|name| name.split([' ', ',', '(', '@']).any(is_address))
}

/// (method, user) of `password authentication failed for user "U"` and its kin in both languages.
fn failed_user(message: &str) -> Option<(&str, &str)> {
    if let Some((method, rest)) = message.split_once(" authentication failed for user \"") {
        return Some((method.trim_matches('"'), name_in_quotes(rest)));
    }
    let rest = strip(message, &["autenticazione ", "Autenticazione "])?;
    let (method, rest) = rest.split_once(" fallita per l'utente \"")?;
    Some((method.strip_prefix("con ").unwrap_or(method).trim_matches('"'), name_in_quotes(rest)))
}

/// The name in front of the closing quote, which is the last one: a name may hold quotes itself.
fn name_in_quotes(rest: &str) -> &str {
    rest.rsplit_once('"').map_or(rest, |(name, _)| name)
}

fn no_entry(message: &str) -> Option<&str> {
    strip(
        message,
        &[
            "no pg_hba.conf entry for host \"",
            "no pg_hba.conf entry for replication connection from host \"",
            "pg_hba.conf rejects connection for host \"",
            "nessuna voce in pg_hba.conf per l'host \"",
            "pg_hba.conf rifiuta connessioni per l'host \"",
        ],
    )
}

/// `192.0.2.7", user "U", database "D", no encryption`: the server wrote the address.
fn entry(rest: &str, event: &mut EventBuilder<'_>) {
    let Some((address, rest)) = rest.split_once('"') else { return };
    event.ip(Column::SourceIp, address);
    let rest = strip(rest, &[", user \"", ", utente \""]).unwrap_or_default();
    match rest.rsplit_once("\", database \"") {
        Some((user, database)) => {
            event.text_if_said(Column::UserName, user);
            event.text_if_said(Column::DbName, name_in_quotes(database));
        }
        None => event.text_if_said(Column::UserName, name_in_quotes(rest)),
    }
}

/// What stands between one of these openings and one of these endings, when the message is nothing else.
fn between<'a>(message: &'a str, openings: &[&str], endings: &[&str]) -> Option<&'a str> {
    let rest = strip(message, openings)?;
    endings.iter().find_map(|ending| rest.strip_suffix(ending))
}
