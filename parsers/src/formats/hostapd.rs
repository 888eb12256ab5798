//! hostapd, the Wi-Fi and 802.1X authenticator of access points (UniFi, OpenWrt, Linux): `IF: STA MAC …` and events.
//!
//! Promises: linear; hardware addresses are the access point's own word. Must not know: what wraps its lines (`unifi`).
//! Source: hostapd 2.11, src/ap/hostapd.c, ieee802_11.c, wpa_auth.c; wpa_ctrl.h.

use schema::{Action, Column, EventBuilder, Outcome};

use super::flow;
use crate::format::{Format, Payload, Sample, Unreadable};

/// See the module.
pub static FORMAT: Format = Format {
    name: "hostapd",
    title: "hostapd (Wi-Fi access points)",
    reference: "hostapd 2.11, src/ap and wpa_ctrl.h",
    programs: &["hostapd"],
    starts: &[],
    needs: &[],
    keys: &[],
    recognise: |_| true,
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    read(payload.text, event);
    Ok(())
}

/// Reads a message of hostapd; one that is not known is an event without an outcome.
pub(super) fn read(text: &str, event: &mut EventBuilder<'_>) {
    let (interface, said) = text.split_once(": ").unwrap_or(("", text));
    if !interface.contains(' ') {
        event.text_if_said(Column::ObserverIngress, interface);
    }
    let said = said.trim_start();
    let (mac, said) = match said.strip_prefix("STA ") {
        Some(rest) => rest.split_once(' ').unwrap_or((rest, "")),
        None => {
            said.split_once(' ').map_or(("", said), |(_, rest)| (rest.split(' ').next().unwrap_or(""), said))
        }
    };
    flow::set_mac(event, mac);
    meaning(said, event);
}

fn meaning(said: &str, event: &mut EventBuilder<'_>) {
    // The identity is what the station sent.
    if said.starts_with("IEEE 802.1X: STA identity ") {
        event.action(Action::ApplicationEvent);
        return;
    }
    let is = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if said.starts_with("AP-STA-CONNECTED") || is(&["IEEE 802.11: associated", "IEEE 802.1X: authenticated"])
    {
        flow::did(event, Action::NacDecision, true);
    } else if is(&[
        "authentication failed",
        "POSSIBLE-PSK-MISMATCH",
        "EAP-FAILURE",
        "did not acknowledge authentication",
        "denied",
        "unauthorizing port",
        "deauthenticated due to local deauth request after 4-way",
        "invalid MIC in msg 2/4",
    ]) {
        flow::did(event, Action::NacDecision, false);
    } else if said.starts_with("AP-STA-DISCONNECTED") || is(&["disassociated", "deauthenticated"]) {
        flow::did(event, Action::SessionClose, true);
        if let Some((_, reason)) = said.split_once(" due to ") {
            event.field("reason", reason);
        }
    } else if is(&["AP-ENABLED", "AP-DISABLED"]) {
        flow::link(event, is(&["AP-ENABLED"]));
    } else if is(&["MAC address replayed", "TKIP countermeasures"]) {
        event.action(Action::IntrusionDetected);
        event.outcome(Outcome::Unknown);
    } else {
        event.action(Action::ApplicationEvent);
    }
    if let Some((_, method)) = said.split_once("EAP type: ") {
        event.field("auth_method", method);
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a station associates",
        text: "<30>Mar 16 09:12:44 ap-biblio hostapd[2341]: ath0: STA 00:00:5e:00:53:22 IEEE 802.11: associated (aid 1)",
        expect: &[
            ("event_action", "nac_decision"),
            ("event_outcome", "success"),
            ("source_mac", "00:00:5e:00:53:22"),
            ("observer_ingress", "ath0"),
            ("process_pid", "2341"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a wrong pre-shared key",
        text: "Mar 16 09:12:44 ap-biblio hostapd: wlan0: AP-STA-POSSIBLE-PSK-MISMATCH 00:00:5e:00:53:22",
        expect: &[
            ("event_action", "nac_decision"),
            ("event_outcome", "failure"),
            ("source_mac", "00:00:5e:00:53:22"),
        ],
        absent: &[],
    },
    Sample {
        about: "a station is dropped for silence",
        text: "Mar 16 09:12:44 ap-biblio hostapd: wlan0: STA 00:00:5e:00:53:22 IEEE 802.11: deauthenticated due to inactivity (timer DEAUTH/REMOVE)",
        expect: &[("event_action", "session_close"), ("fields.reason", "inactivity (timer DEAUTH/REMOVE)")],
        absent: &[],
    },
    Sample {
        about: "truncated: a line cut in the address",
        text: "Mar 16 09:12:44 ap-biblio hostapd: wlan0: STA 00:00:5e:00",
        expect: &[("event_action", "application_event"), ("format", "hostapd")],
        absent: &["source_mac", "event_outcome"],
    },
    Sample {
        about: "hostile: an identity that imitates a station moves no field",
        text: "Mar 16 09:12:44 ap-biblio hostapd: wlan0: STA 00:00:5e:00:53:22 IEEE 802.1X: STA identity 'x STA 00:00:5e:00:53:99 IEEE'",
        expect: &[("event_action", "application_event"), ("source_mac", "00:00:5e:00:53:22")],
        absent: &["event_outcome"],
    },
];
