//! AT-33: a mailbox of the accounting office is taken after many refused second factors; its mail
//! is diverted and a supplier's invoice gets another IBAN.

use std::net::IpAddr;

use super::{Attack, Entity, Facts, Family, Planted};
use crate::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
use crate::devices::cloud::{self, Place, SignIn};
use crate::devices::fortigate::{self, Message};
use crate::people::Office;
use crate::story::Stage;

/// The scenario.
pub(crate) struct InvoiceFraud;

const ABROAD: [Place; 5] = [
    Place { city: "Amsterdam", country: "NL", coordinates: ("52.37403", "4.88969") },
    Place { city: "Lagos", country: "NG", coordinates: ("6.45407", "3.39467") },
    Place { city: "Bucharest", country: "RO", coordinates: ("44.43225", "26.10626") },
    Place { city: "Singapore", country: "SG", coordinates: ("1.28967", "103.85007") },
    Place { city: "New York", country: "US", coordinates: ("40.71427", "-74.00597") },
];
const HOME: Place = Place { city: "Bologna", country: "IT", coordinates: ("44.49381", "11.33875") };
const REFUSED: &str = "Authentication failed during strong authentication request.";

impl Attack for InvoiceFraud {
    fn facts(&self) -> Facts {
        Facts {
            number: 33,
            family: Family::Database,
            title_en: "Mailbox of the accounting office taken, invoice fraud",
            title_it: "Casella della ragioneria violata e frode sulle fatture",
            office: Some(Office::Accounting),
        }
    }

    fn plant(&self, stage: &mut Stage<'_>) -> Planted {
        let (town, person, attacker) = (stage.town, stage.person(), stage.outsider(0));
        let mailbox = format!("{}@{}", person.login, town.domain);
        let quiet_ms = stage.rng.between(20 * MINUTE_MS, 5 * HOUR_MS).min(stage.window_ms() / 4);
        let start_ms = stage.start_anytime(2 * quiet_ms + 6 * HOUR_MS);
        // The owner was at home, at work, a little before.
        let own = SignIn {
            user: &mailbox,
            from: IpAddr::V4(person.home),
            place: HOME,
            code: 0,
            reason: ("", "MFA requirement satisfied by claim in the token"),
            browser: "Chrome 134.0.0",
        };
        cloud::sign_in(&mut stage.lines, town, start_ms, &own);
        let at_ms = start_ms + stage.minutes(6, 25);
        let at_ms = tire(stage, at_ms, &own, attacker);
        let at_ms = divert(stage, at_ms + 5 * MINUTE_MS, (&mailbox, attacker));
        let opened_ms = at_ms + quiet_ms;
        let count = stage.rng.count(14, 40);
        let length_ms = stage.minutes(12, 50);
        for at_ms in stage.spread(opened_ms, length_ms, count) {
            let items = stage.rng.size(2, 40);
            cloud::mail_items(&mut stage.lines, town, at_ms, (&mailbox, attacker), items);
        }
        let lookalike = defraud(stage, opened_ms + length_ms + quiet_ms, (&mailbox, attacker));
        let entity = Entity::default()
            .with("user_name", &mailbox)
            .with("user_name", &person.login)
            .with("email_to", &mailbox)
            .with("email_from", &lookalike)
            .with("source_ip", attacker)
            .with("source_ip", person.home);
        Planted { entity, detections: vec!["AC-06", "AC-07", "ML-01", "ML-05"] }
    }

    fn twin(&self, stage: &mut Stage<'_>) -> Entity {
        // A secretary about to leave on holiday forwards her mail to a colleague.
        let (town, person) = (stage.town, stage.person());
        let mailbox = format!("{}@{}", person.login, town.domain);
        let start_ms = stage.start_in_office(HOUR_MS);
        let right = SignIn {
            user: &mailbox,
            from: IpAddr::V4(person.home),
            place: HOME,
            code: 0,
            reason: ("", "MFA completed in Azure AD"),
            browser: "Edge 134.0.0",
        };
        let refused =
            SignIn { code: 500_121, reason: (REFUSED, "MFA denied; user did not respond"), ..right };
        let refusals = stage.rng.between(1, 3);
        for step in 0..refusals {
            cloud::sign_in(&mut stage.lines, town, start_ms + step * 50 * SECOND_MS, &refused);
        }
        let at_ms = start_ms + refusals * 50 * SECOND_MS;
        cloud::sign_in(&mut stage.lines, town, at_ms, &right);
        let colleague = town.staff.somebody(&mut stage.rng, Office::Accounting);
        let target = format!("{}@{}", colleague.login, town.domain);
        let parameters =
            [("Name", "Ferie"), ("ForwardTo", target.as_str()), ("StopProcessingRules", "False")];
        let who = (mailbox.as_str(), right.from);
        cloud::inbox_rule(&mut stage.lines, town, at_ms + 7 * MINUTE_MS, who, &parameters);
        cloud::mail_items(&mut stage.lines, town, at_ms + 9 * MINUTE_MS, who, 4);
        Entity::default().with("user_name", &mailbox).with("user_name", &person.login)
    }
}

/// Second factors asked for until the owner gives in; the end of it.
fn tire(stage: &mut Stage<'_>, start_ms: i64, own: &SignIn<'_>, attacker: IpAddr) -> i64 {
    let town = stage.town;
    let place = stage.rng.pick(&ABROAD);
    let browser = stage.rng.pick(&["Chrome 131.0.0", "Firefox 133.0", "Mobile Safari 18.2"]);
    let said =
        stage.rng.pick(&["MFA denied; user declined the authentication", "MFA denied; user did not respond"]);
    let asked = SignIn { from: attacker, place, code: 500_121, reason: (REFUSED, said), browser, ..*own };
    let count = stage.rng.count(11, 19);
    let length_ms = stage.minutes(12, 40);
    for at_ms in stage.spread(start_ms, length_ms, count) {
        cloud::sign_in(&mut stage.lines, town, at_ms, &asked);
    }
    let at_ms = start_ms + length_ms + stage.rng.between(20, 240) * SECOND_MS;
    let granted = SignIn { code: 0, reason: ("", "MFA completed in Azure AD"), ..asked };
    cloud::sign_in(&mut stage.lines, town, at_ms, &granted);
    at_ms
}

/// A rule that sends invoices outside and hides them; when.
fn divert(stage: &mut Stage<'_>, at_ms: i64, who: (&str, IpAddr)) -> i64 {
    let town = stage.town;
    let name = stage.rng.pick(&[".", "..", ",", "rss", "x"]);
    let target = format!(
        "{}{}@{}.example",
        stage.rng.pick(&["conta", "pagamenti", "info", "archivio"]),
        stage.rng.size(10, 999),
        stage.rng.pick(&["posta-veloce", "mailbox7", "webposta", "freemail24"])
    );
    let words = stage.rng.pick(&["fattura;IBAN;bonifico", "mandato;pagamento;fattura", "iban;banca"]);
    let forward = stage.rng.pick(&["ForwardTo", "RedirectTo", "ForwardAsAttachmentTo"]);
    let parameters = [
        ("AlwaysDeleteOutlookRulesBlob", "False"),
        ("Force", "False"),
        ("SubjectOrBodyContainsWords", words),
        (forward, target.as_str()),
        ("Name", name),
        ("DeleteMessage", "True"),
        ("MarkAsRead", "True"),
        ("StopProcessingRules", "True"),
    ];
    cloud::inbox_rule(&mut stage.lines, town, at_ms, who, &parameters);
    at_ms
}

/// Messages in the thread of an invoice, from a domain one letter away and from the mailbox itself;
/// the sender that looks like an own one.
fn defraud(stage: &mut Stage<'_>, start_ms: i64, who: (&str, IpAddr)) -> String {
    let town = stage.town;
    let (before, after) = stage.rng.pick(&[("comune", "c0mune"), ("comune", "comunne"), ("mune", "rnune")]);
    let domain = town.domain.replacen(before, after, 1);
    let sender = format!("{}@{domain}", stage.rng.pick(&["ragioneria", "segretario.generale", "sindaco"]));
    let number = stage.rng.size(11, 989);
    let mut at_ms = start_ms;
    for _ in 0..stage.rng.count(2, 4) {
        let subject = match stage.rng.below(3) {
            0 => format!("RE: Fattura {number}/PA - nuovo IBAN"),
            1 => format!("URGENTE: bonifico fattura {number}"),
            _ => format!("Variazione coordinate IBAN fattura {number}"),
        };
        let message = Message {
            client: stage.outsider(1),
            from: &sender,
            to: who.0,
            subject: &subject,
            bytes: stage.rng.size(6_000, 40_000),
        };
        fortigate::message(&mut stage.lines, town, at_ms, &message);
        at_ms += stage.minutes(3, 20);
        cloud::sent(&mut stage.lines, town, at_ms, who, &format!("RE: Fattura {number}/PA"));
        at_ms += stage.minutes(4, 25);
    }
    sender
}
