//! Claims of PDND vouchers and of ModI tracking evidence, kept as JSON: who asked, for which purpose, how sure.
//!
//! Promises: a column is filled from a claim of the guidelines only; whether the call was served is not said here.
//! Must not know: gateways. Source: AgID, Linee guida interoperabilità tecnica, pattern AUDIT_REST; PDND operation manual.

use schema::{Action, Column, EventBuilder};

use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::{Json, Member};
use crate::time::epoch;

/// See the module.
pub static FORMAT: Format = Format {
    name: "pdnd_json",
    title: "PDND voucher and ModI tracking evidence (claims as JSON)",
    reference: "AgID interoperability guidelines, AUDIT_REST_01/02; PDND",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["purposeId"],
    recognise: |payload| payload.json.is_some_and(is_claims),
    parse,
    samples: SAMPLES,
};

/// A purpose of PDND, an issuer and an audience or a person.
fn is_claims(json: &Json<'_>) -> bool {
    json.has_all(&["purposeId", "iss"])
        && ["aud", "userID", "LoA"].iter().any(|claim| json.get(claim).is_some())
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json =
        payload.json.filter(|json| is_claims(json)).ok_or(Unreadable("expected purposeId, iss, aud"))?;
    let get = |claim: &str| json.scalar(claim).unwrap_or_default();
    if let Some(time_us) = json.first(&["iat", "nbf"]).and_then(epoch) {
        payload.set_time_us(event, time_us);
    }
    event.action(Action::ApiCall);
    let audience = json.get("aud");
    let first = audience.and_then(|audience| {
        audience.scalar().or_else(|| audience.members().next().and_then(Member::scalar))
    });
    event.text_if_said(Column::ServiceName, first.unwrap_or_default());
    event.text_if_said(Column::UserName, get("userID"));
    event.text_if_said(Column::HostName, get("userLocation"));
    for (key, claim) in [
        ("purpose", "purposeId"),
        ("loa", "LoA"),
        ("issuer", "iss"),
        ("client_id", "client_id"),
        ("subject", "sub"),
        ("jti", "jti"),
        ("consumer_id", "consumerId"),
        ("producer_id", "producerId"),
        ("eservice_id", "eserviceId"),
    ] {
        let value = get(claim);
        if !value.is_empty() {
            event.field(key, value);
        }
    }
    Ok(())
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "who asked, from where, for which purpose",
        text: r#"{"iss":"client-1","aud":"https://erogatore.example/api","purposeId":"570a415e-0e7f-410d-85ed-c55ea557d932","userID":"mverdi","userLocation":"PC-ANAG-02","LoA":"substantial","iat":1773648764,"jti":"j1"}"#,
        expect: &[
            ("class", "database"),
            ("event_action", "api_call"),
            ("user_name", "mverdi"),
            ("host_name", "PC-ANAG-02"),
            ("service_name", "https://erogatore.example/api"),
            ("fields.purpose", "570a415e-0e7f-410d-85ed-c55ea557d932"),
            ("fields.loa", "substantial"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "event_outcome"],
    },
    Sample {
        about: "a voucher: an audience in a list",
        text: r#"{"iss":"https://pdnd.example","aud":["https://erogatore.example/api"],"purposeId":"p","sub":"c1","client_id":"c1","iat":1773648765,"nbf":1773648765,"exp":1773649365,"jti":"j2"}"#,
        expect: &[("service_name", "https://erogatore.example/api"), ("fields.client_id", "c1")],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "no time is said",
        text: r#"{"iss":"c","purposeId":"p","userID":"mverdi"}"#,
        expect: &[("user_name", "mverdi"), ("time_guess", "missing")],
        absent: &["parse_error", "service_name"],
    },
    Sample {
        about: "a time that is no number, an audience that is an object: kept out",
        text: r#"{"iss":"c","purposeId":"p","aud":{"a":1},"iat":"ieri"}"#,
        expect: &[("event_action", "api_call"), ("time_guess", "missing")],
        absent: &["parse_error", "user_name"],
    },
    Sample {
        about: "truncated: cut before its client id",
        text: r#"{"iss":"https://pdnd.example","aud":["https://erogatore.example/api"],"purposeId":"p","s"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("service_name", "https://erogatore.example/api"),
        ],
        absent: &["fields.client_id"],
    },
    Sample {
        about: "hostile: a user that holds claims",
        text: r#"{"iss":"c","purposeId":"p","userID":"x\",\"LoA\":\"high","LoA":"low","aud":"a"}"#,
        expect: &[("user_name", "x\",\"LoA\":\"high"), ("fields.loa", "low")],
        absent: &["parse_error"],
    },
];
