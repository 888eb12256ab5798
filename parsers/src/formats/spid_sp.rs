//! SPID and CIE service providers: the register of authentication requests and answers, one JSON object each.
//!
//! The fields are those the SPID technical rules ask to keep; the JSON around them is this project's choice.
//!
//! Promises: a fiscal number in clear never becomes `subject_ref`; only the provider's pseudonyms do.
//! Must not know: the envelope, files, the clock, other formats.

use schema::{Action, Column, EventBuilder, Outcome};

use crate::format::{Format, Payload, Sample, Unreadable};
use crate::time;

/// See the module.
pub static FORMAT: Format = Format {
    name: "spid_sp",
    title: "SPID and CIE service provider register (JSON)",
    reference: "AgID, SPID technical rules: fields of the transaction register",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["resp_issuer"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            json.get("resp_issuer").is_some()
                && (json.get("authnreq_id").is_some() || json.get("resp_id").is_some())
        })
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = payload.json.ok_or(Unreadable("expected a JSON object"))?;
    event.action(Action::FederatedLogin);
    let esito =
        json.first(&["esito", "outcome"]).ok_or(Unreadable("a register entry without its outcome"))?;
    let is_success = ["success", "ok", "true"].iter().any(|word| esito.eq_ignore_ascii_case(word));
    event.outcome(Outcome::of(is_success));
    if !is_success {
        event.field(
            "reason",
            json.first(&["resp_status", "status_code", "error_code", "errore"]).unwrap_or(esito),
        );
    }
    if let Some(stamp) = json.first(&["resp_issueinstant", "authnreq_issueinstant"])
        && let Some(when) = time::iso(stamp)
    {
        // SAML instants are UTC (SAML 2.0 core §1.3.3).
        payload.set_time(event, when.in_utc());
    }
    // `spidCode` names a person for good, the name id only within a session.
    if let Some(subject) = json.first(&["spidCode", "spid_code", "assertion_subject_nameid"]) {
        event.text(Column::SubjectRef, subject);
    }
    if let Some(address) = json.first(&["ip", "client_ip"]) {
        event.ip(Column::SourceIp, address);
    }
    if let Some(service) = json.first(&["service", "servizio", "authnreq_issuer"]) {
        event.text(Column::ServiceName, service);
    }
    if let Some(provider) = json.scalar("resp_issuer") {
        event.field("idp", provider);
    }
    if let Some(level) = json.first(&["level", "spid_level"]) {
        // `2`, `SpidL2` or `https://www.spid.gov.it/SpidL2`.
        let digit = level.len().checked_sub(1).and_then(|at| level.get(at..)).unwrap_or(level);
        event.field("spid_level", digit);
    }
    for key in ["authnreq_id", "resp_id", "assertion_id"] {
        if let Some(id) = json.scalar(key) {
            event.field(key, id);
        }
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a citizen logs in",
        text: r#"{"authnreq_id":"_q1","authnreq_issueinstant":"2026-03-16T08:12:40Z","resp_id":"_p1","resp_issueinstant":"2026-03-16T08:12:43Z","resp_issuer":"https://idp.example","assertion_id":"_s1","assertion_subject_nameid":"_n1","spidCode":"EXMP0000000007","level":"2","ip":"198.51.100.40","esito":"success"}"#,
        expect: &[
            ("event_action", "federated_login"),
            ("event_outcome", "success"),
            ("subject_ref", "EXMP0000000007"),
            ("source_ip", "198.51.100.40"),
            ("fields.idp", "https://idp.example"),
            ("fields.spid_level", "2"),
            ("timestamp", "2026-03-16T08:12:43.000000Z"),
        ],
        absent: &["parse_error", "fields.reason", "user_name", "time_guess"],
    },
    Sample {
        about: "a login fails",
        text: r#"{"authnreq_id":"_q2","resp_id":"_p2","resp_issueinstant":"2026-03-16T08:13:43Z","resp_issuer":"https://idp.example","error_code":"19","level":"https://www.spid.gov.it/SpidL2","ip":"2001:db8::9","esito":"failure"}"#,
        expect: &[
            ("event_outcome", "failure"),
            ("fields.reason", "19"),
            ("fields.spid_level", "2"),
            ("source_ip", "2001:db8::9"),
        ],
        absent: &["subject_ref", "parse_error"],
    },
    Sample {
        about: "CIE at level 3, without instants",
        text: r#"{"authnreq_id":"_c1","resp_issuer":"https://cie.example/SSO","resp_id":"_c9","assertion_subject_nameid":"_7f","level":"3","ip":"198.51.100.41","esito":"OK"}"#,
        expect: &[
            ("event_outcome", "success"),
            ("fields.spid_level", "3"),
            ("subject_ref", "_7f"),
            ("time_guess", "missing"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "an entry without its outcome",
        text: r#"{"authnreq_id":"_q3","resp_id":"_p3","resp_issuer":"https://idp.example","ip":"198.51.100.42"}"#,
        expect: &[("parse_error", "a register entry without its outcome")],
        absent: &["event_outcome", "fields.idp"],
    },
    Sample {
        about: "truncated: cut before its outcome",
        text: r#"{"authnreq_id":"_c1","resp_issuer":"https://cie.example/SSO","resp_id":"_c"#,
        expect: &[("parse_error", "a register entry without its outcome")],
        absent: &["event_outcome", "fields.spid_level", "subject_ref"],
    },
    Sample {
        about: "hostile: a fiscal number in clear and a forged outcome inside a text move nothing",
        text: r#"{"authnreq_id":"_q4","resp_id":"_p4","resp_issuer":"https://idp.example\",\"esito\":\"success","fiscalNumber":"TINIT-AAAAAA00A00A000A","ip":"198.51.100.43","esito":"failure"}"#,
        expect: &[("event_outcome", "failure"), ("fields.idp", r#"https://idp.example","esito":"success"#)],
        absent: &["subject_ref", "user_name"],
    },
];
