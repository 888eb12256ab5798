//! OpenLDAP `slapd`, statistics level: connections, binds, searches, changes, results.
//!
//! Promises: linear; `conn=`, `op=` and the addresses stand before any text of the client; a DN or filter is cut at the
//! quotes slapd puts around it, the closing one from the right. One bind is one login: its success is told by the
//! line that names the mechanism, its failure by the result.
//! Must not know: the syslog envelope, files, the clock, other formats.
//! Source: OpenLDAP Administrator's Guide, loglevel 256 (stats); servers/slapd/bind.c, result.c, connection.c.

use schema::{Action, Column, EventBuilder, Outcome};

use super::account::{address_and_port, between};
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "openldap",
    title: "OpenLDAP (slapd)",
    reference: "OpenLDAP Administrator's Guide, loglevel stats",
    programs: &["slapd"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    // Some collectors hand the message on as a quoted CSV value.
    let text = payload.text.trim_start_matches(['"', ' ']);
    let Some(rest) = text.strip_prefix("conn=") else {
        life(text, event);
        return Ok(());
    };
    let (connection, rest) = rest.split_once(' ').ok_or(Unreadable("a connection without its operation"))?;
    event.field("connection", connection);
    let (key, rest) = rest.split_once(' ').ok_or(Unreadable("an operation without its text"))?;
    let Some(operation) = key.strip_prefix("op=") else {
        return session(rest, event);
    };
    event.field("operation", operation);
    let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    match verb {
        "BIND" => bind(rest, event),
        "RESULT" => result("", rest, event),
        "SEARCH" => result("SEARCH", rest.strip_prefix("RESULT ").unwrap_or(rest), event),
        "SRCH" => search(rest, event),
        "MOD" | "ADD" | "DEL" | "MODRDN" => change(verb, rest, event),
        "PASSMOD" => password(rest, event),
        _ => {
            event.action(Action::ApplicationEvent);
            event.field("action", verb);
            if let Some(dn) = quoted(rest, "dn=\"") {
                event.field("dn", dn);
            }
        }
    }
    Ok(())
}

/// `ACCEPT from IP=ADDRESS:PORT (IP=ADDRESS:PORT)`, `TLS established …`, `closed (REASON)`.
fn session(text: &str, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    event.action(Action::ApplicationEvent);
    event.field("action", text.split(' ').next().unwrap_or(text));
    if let Some(rest) = text.strip_prefix("ACCEPT from IP=") {
        let (client, server) =
            rest.split_once(" (IP=").ok_or(Unreadable("expected ACCEPT from IP=… (IP=…)"))?;
        let (address, port) = address_and_port(client);
        event.ip(Column::SourceIp, address);
        event.int_text(Column::SourcePort, port);
        let (address, port) = address_and_port(server.strip_suffix(')').unwrap_or(server));
        // A listener on all addresses names none.
        if address != "0.0.0.0" && address != "::" {
            event.ip(Column::DestinationIp, address);
        }
        event.int_text(Column::DestinationPort, port);
    } else if let Some(rest) = text.strip_prefix("TLS established ") {
        if let Some((_, version)) = rest.split_once("tls_proto=TLSv") {
            event.text_if_said(Column::TlsVersion, version.split(' ').next().unwrap_or(version));
        }
    } else if let Some(reason) = between(text, "closed (", ")") {
        event.field("reason", reason);
    }
    Ok(())
}

/// `dn="DN" method=128` asks, `dn="DN" mech=SIMPLE ssf=0` is granted, `authcid="USER" authzid="USER"` names the SASL user.
fn bind(text: &str, event: &mut EventBuilder<'_>) {
    event.field("action", "BIND");
    if let Some(rest) = text.strip_prefix("authcid=\"") {
        event.action(Action::ApplicationEvent);
        let user = rest.rsplit_once("\" authzid=").map_or(rest.trim_end_matches('"'), |(user, _)| user);
        event.text_if_said(Column::UserName, user);
        return;
    }
    let dn = quoted(text, "dn=\"").unwrap_or("");
    set_user(dn, Column::UserName, event);
    if let Some((_, mechanism)) = text.rsplit_once(" mech=") {
        event.action(Action::Login);
        event.outcome(Outcome::Success);
        event.field("auth_method", mechanism.split(' ').next().unwrap_or(mechanism));
        return;
    }
    event.action(Action::ApplicationEvent);
    if dn.is_empty() || text.starts_with("anonymous") {
        event.field("anonymous", "true");
    }
    match text.rsplit_once(" method=") {
        Some((_, "128")) => event.field("auth_method", "SIMPLE"),
        Some((_, "163")) => event.field("auth_method", "SASL"),
        _ => {}
    }
}

/// `tag=97 err=49 qtime=… etime=… text=TEXT`; 97 answers a bind, 120 an extended operation.
fn result(kind: &str, text: &str, event: &mut EventBuilder<'_>) {
    let tag = between(text, "tag=", " ").unwrap_or("");
    let code = between(text, "err=", " ").unwrap_or("");
    event.text_if_said(Column::EventCode, code);
    if let Some(rows) = between(text, "nentries=", " ") {
        event.int_text(Column::DbRows, rows);
    }
    let reason = text.split_once("text=").map_or("", |(_, reason)| reason.trim_end_matches('"'));
    if !reason.is_empty() {
        event.field("reason", reason);
    }
    // 14 asks for the next step of SASL.
    let is_failure = !matches!(code, "0" | "14" | "5" | "6" | "10" | "");
    if tag == "97" && is_failure {
        event.action(Action::Login);
        event.outcome(Outcome::Failure);
        if reason.is_empty()
            && let Some(name) = code_name(code)
        {
            event.field("reason", name);
        }
        return;
    }
    event.action(Action::ApplicationEvent);
    event.field("action", if kind.is_empty() { "RESULT" } else { "SEARCH RESULT" });
}

/// Result codes of RFC 4511 that a bind may have.
fn code_name(code: &str) -> Option<&'static str> {
    Some(match code {
        "1" => "operationsError",
        "2" => "protocolError",
        "7" => "authMethodNotSupported",
        "8" => "strongerAuthRequired",
        "13" => "confidentialityRequired",
        "19" => "constraintViolation",
        "32" => "noSuchObject",
        "34" => "invalidDNSyntax",
        "48" => "inappropriateAuthentication",
        "49" => "invalidCredentials",
        "50" => "insufficientAccessRights",
        "51" => "busy",
        "52" => "unavailable",
        "53" => "unwillingToPerform",
        "80" => "other",
        _ => return None,
    })
}

/// `base="DN" scope=2 deref=0 filter="FILTER"` and, on a line of its own, `attr=NAMES`.
fn search(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::Query);
    if let Some(names) = text.strip_prefix("attr=") {
        event.action(Action::ApplicationEvent);
        event.field("action", "SRCH attr");
        event.field("attributes", names);
        return;
    }
    if let Some(rest) = text.strip_prefix("base=\"")
        && let Some((base, rest)) = rest.split_once("\" scope=")
    {
        event.field("base", base.trim_matches('"'));
        event.field("scope", rest.split(' ').next().unwrap_or(rest));
    }
    if let Some((_, filter)) = text.split_once(" filter=\"") {
        event.text_if_said(Column::DbStatement, filter.trim_matches('"'));
    }
}

/// `MOD dn="DN"`, `MOD attr=NAMES`.
fn change(verb: &str, text: &str, event: &mut EventBuilder<'_>) {
    event.field("action", verb);
    if let Some(names) = text.strip_prefix("attr=") {
        event.action(Action::ApplicationEvent);
        event.field("attributes", names);
        return;
    }
    event.action(Action::DataChange);
    event.outcome(Outcome::Unknown);
    if let Some(dn) = quoted(text, "dn=\"") {
        event.field("dn", dn);
        set_user_of(dn, Column::UserTargetName, event);
    }
}

/// `id="DN" new`: the new password itself is never written.
fn password(text: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::PasswordChange);
    event.outcome(Outcome::Unknown);
    if let Some(dn) = quoted(text, "id=\"") {
        set_user(dn, Column::UserTargetName, event);
    }
}

/// What stands in quotes behind `open`, up to the last quote that ends a value.
fn quoted<'a>(text: &'a str, open: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(open)?;
    // slapd escapes quotes in a DN as `\22`: the first bare one ends it.
    Some(rest.split('"').next().unwrap_or(rest))
}

/// Sets the user a DN names, and the DN itself.
fn set_user(dn: &str, column: Column, event: &mut EventBuilder<'_>) {
    if dn.is_empty() {
        return;
    }
    event.field("dn", dn);
    set_user_of(dn, column, event);
}

/// The value of the first part of a DN when its attribute names a person or account.
fn set_user_of(dn: &str, column: Column, event: &mut EventBuilder<'_>) {
    let first = dn.split(',').next().unwrap_or(dn);
    if let Some((attribute, value)) = first.split_once('=')
        && ["uid", "cn", "mail", "samaccountname", "userid", "userprincipalname"]
            .iter()
            .any(|name| attribute.eq_ignore_ascii_case(name))
    {
        event.text_if_said(column, value);
    }
}

/// The daemon's own life.
fn life(text: &str, event: &mut EventBuilder<'_>) {
    if text.starts_with("slapd starting") {
        event.action(Action::ServiceStart);
        event.outcome(Outcome::Success);
    } else if text.starts_with("slapd stopped") || text.starts_with("slapd shutdown") {
        event.action(Action::ServiceStop);
        event.outcome(Outcome::Success);
    } else {
        event.action(Action::ApplicationEvent);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a connection comes in",
        text: "<167>Mar 16 09:12:44 ldap1 slapd[812]: conn=1022 fd=21 ACCEPT from IP=[2001:db8::60]:45011 (IP=[2001:db8::1]:636)",
        expect: &[
            ("event_action", "application_event"),
            ("source_ip", "2001:db8::60"),
            ("source_port", "45011"),
            ("destination_ip", "2001:db8::1"),
            ("destination_port", "636"),
            ("fields.connection", "1022"),
            ("fields.action", "ACCEPT"),
        ],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "a user logs in",
        text: "<167>Mar 16 09:12:44 ldap1 slapd[812]: conn=1022 op=1 BIND dn=\"uid=g.neri,ou=persone,dc=borgo,dc=example\" mech=SIMPLE bind_ssf=0 ssf=256",
        expect: &[
            ("class", "authentication"),
            ("event_action", "login"),
            ("event_outcome", "success"),
            ("user_name", "g.neri"),
            ("fields.auth_method", "SIMPLE"),
            ("fields.dn", "uid=g.neri,ou=persone,dc=borgo,dc=example"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "the request of a bind is no login yet",
        text: "<167>Mar 16 09:12:44 ldap1 slapd[812]: conn=1022 op=1 BIND dn=\"uid=g.neri,ou=persone,dc=borgo,dc=example\" method=128",
        expect: &[("event_action", "application_event"), ("user_name", "g.neri"), ("fields.action", "BIND")],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "a wrong password",
        text: "<167>Mar 16 09:12:44 ldap1 slapd[812]: conn=1022 op=1 RESULT tag=97 err=49 qtime=0.000011 etime=0.000310 text=",
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("event_code", "49"),
            ("fields.reason", "invalidCredentials"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "a search",
        text: "<167>Mar 16 09:12:44 ldap1 slapd[812]: conn=1022 op=2 SRCH base=\"ou=persone,dc=borgo,dc=example\" scope=2 deref=0 filter=\"(&(objectClass=person)(uid=g.neri))\"",
        expect: &[
            ("event_action", "query"),
            ("fields.base", "ou=persone,dc=borgo,dc=example"),
            ("db_statement", "(&(objectClass=person)(uid=g.neri))"),
        ],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "an entry is changed",
        text: "<167>Mar 16 09:12:44 ldap1 slapd[812]: conn=1022 op=3 MOD dn=\"uid=l.verdi,ou=persone,dc=borgo,dc=example\"",
        expect: &[("event_action", "data_change"), ("user_target_name", "l.verdi"), ("fields.action", "MOD")],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "truncated: a line cut behind its connection",
        text: "<167>Mar 16 09:12:44 ldap1 slapd[812]: conn=1022 op=",
        expect: &[("parse_error", "an operation without its text")],
        absent: &["event_outcome", "fields.connection"],
    },
    Sample {
        about: "hostile: a filter that imitates a result does not become one",
        text: "<167>Mar 16 09:12:44 ldap1 slapd[812]: conn=1022 op=4 SRCH base=\"dc=borgo,dc=example\" scope=2 deref=0 filter=\"(cn=x RESULT tag=97 err=0 text= BIND dn=\\22uid=root\\22 mech=SIMPLE)\"",
        expect: &[("event_action", "query")],
        absent: &["parse_error", "user_name", "event_outcome", "event_code"],
    },
];
