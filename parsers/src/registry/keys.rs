//! Keys without one of which an object is none of some format's: what has none of them need not be shown to it.
//!
//! A path that a format looks up begins with the first part of a key at the top (`{"a":{"b":1}}` and `{"a.b":1}` are
//! one), so that one pass over those tells which formats may recognise the object.
//!
//! Promises: a format that would recognise an object is asked, in the registry's order. Must not know: what a format
//! reads beyond that.

use std::iter;

use rustc_hash::FxHashMap;

use super::FormatIndex;
use crate::format::Format;
use crate::json::Json;

/// Formats, and the keys of which an object needs one; a format of objects that is not in the list is always asked.
const NEEDS: &[(&str, &[&str])] = &[
    ("aws_cloudfront", &["sc-status"]),
    ("aws_cloudtrail", &["eventVersion"]),
    ("azure_activity", &["operationName"]),
    ("azure_windows", &["category"]),
    ("caddy", &["logger"]),
    ("checkpoint", &["loguid"]),
    ("cloudflare_dns", &["QueryName"]),
    ("cowrie", &["eventid"]),
    ("ecs_json", &["ecs"]),
    ("elastic_audit", &["audit_category", "type"]),
    ("entra_signin", &["createdDateTime", "activityDateTime", "riskEventType", "resourceId"]),
    ("envoy", &["response_flags"]),
    ("eset_json", &["source_uuid"]),
    ("gcp_audit", &["protoPayload"]),
    ("github_audit", &["_document_id"]),
    ("gitlab", &["controller", "route", "entity_path"]),
    ("google_workspace", &["kind", "events"]),
    ("govway_json", &["transactionId"]),
    ("keycloak", &["log", "loggerName", "logger"]),
    ("m365_audit", &["Workload"]),
    ("mimecast", &["processingId"]),
    ("modsecurity_json", &["transaction"]),
    ("mongodb", &["ctx", "atype"]),
    ("mssql_audit_json", &["action_id"]),
    ("mysql_audit", &["audit_record", "connection_id", "category"]),
    (
        "netflow_json",
        &[
            "sourceIPv4Address",
            "sourceIPv6Address",
            "IPV4_SRC_ADDR",
            "IPV6_SRC_ADDR",
            "ipv4_src_addr",
            "ipv6_src_addr",
            "source_ipv4_address",
            "src4_addr",
            "src6_addr",
            "ip_src",
            "SrcAddr",
            "src_addr",
            "netflow",
        ],
    ),
    ("nextcloud_json", &["reqId"]),
    ("nginx_json", &["remote_addr"]),
    // Of a cut object the module's name, which comes last, is missing.
    ("nxlog", &["SourceModuleName", "SourceModuleType", "EventTime"]),
    ("ocsf_json", &["class_uid"]),
    ("okta", &["published"]),
    ("otel_json", &["body", "Body"]),
    ("paloalto", &["DeviceSN", "LogSourceID"]),
    ("pdnd_json", &["purposeId"]),
    ("postgresql_json", &["error_severity"]),
    ("proofpoint_pod", &["guid", "pps"]),
    ("restic", &["message_type", "levelname"]),
    ("retarus", &["rmxId"]),
    ("sftpgo", &["sender"]),
    ("snort", &["rule"]),
    ("sophos_central_json", &["type"]),
    ("spid_sp", &["resp_issuer"]),
    ("suricata_eve", &["event_type"]),
    ("tomcat", &["statusCode"]),
    (
        "traefik",
        &[
            "RequestPath",
            "entryPointName",
            "routerName",
            "serviceName",
            "middlewareName",
            "middlewareType",
            "providerName",
            "tlsStoreName",
            "traefikVersion",
        ],
    ),
    ("trend_email", &["mailID"]),
    ("vade_m365", &["remediation_type"]),
    ("windows_json", &["Event", "EventID"]),
    ("winlogbeat", &["winlog"]),
    ("zabbix", &["eventid"]),
    ("zeek_json", &["ts"]),
];

/// A set of formats of objects: a bit for the place of each.
type Places = u128;

/// Which formats an object may be of, by its keys.
pub(super) struct Keys {
    /// The formats that claim objects, in the registry's order.
    formats: Vec<FormatIndex>,
    by_key: FxHashMap<&'static str, Places>,
    /// Formats that need no key.
    always: Places,
}

impl Keys {
    /// Of all formats, in the registry's order.
    pub(super) fn of(all: &[&Format]) -> Keys {
        let mut keys = Keys { formats: Vec::new(), by_key: FxHashMap::default(), always: 0 };
        for (index, format) in all.iter().enumerate().filter(|(_, format)| format.starts.contains(&b'{')) {
            let place: Places = 1 << keys.formats.len();
            keys.formats.push(index);
            match NEEDS.iter().find(|(name, _)| *name == format.name) {
                Some((_, needs)) => {
                    needs.iter().for_each(|key| *keys.by_key.entry(key).or_default() |= place)
                }
                None => keys.always |= place,
            }
        }
        keys
    }

    /// The formats that may recognise an object, in order.
    pub(super) fn formats(&self, json: Json<'_>) -> impl Iterator<Item = FormatIndex> {
        let mut places = json.members().fold(self.always, |places, member| {
            let first = member.key().split('.').next().unwrap_or_default();
            places | self.by_key.get(first).copied().unwrap_or_default()
        });
        iter::from_fn(move || {
            let place = places.trailing_zeros();
            places &= places.wrapping_sub(1);
            self.formats.get(place as usize).copied()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::ALL;
    use crate::json::Scratch;

    fn names(text: &str) -> Vec<&'static str> {
        let mut scratch = Scratch::default();
        let json = scratch.read(text).unwrap();
        Keys::of(ALL).formats(json).map(|index| ALL[index].name).collect()
    }

    #[test]
    fn every_name_is_of_a_format_of_objects_and_all_have_a_bit() {
        for (name, keys) in NEEDS {
            assert!(ALL.iter().any(|format| format.name == *name && format.starts.contains(&b'{')), "{name}");
            assert!(!keys.is_empty() && keys.iter().all(|key| !key.contains('.')), "{name}");
        }
        assert!(Keys::of(ALL).formats.len() <= Places::BITS as usize);
    }

    #[test]
    fn formats_are_asked_by_the_first_part_of_a_key_in_order() {
        assert_eq!(names(r#"{"a":1}"#), [""; 0]);
        assert_eq!(names(r#"{"ecs.version":"8","winlog":{}}"#), ["winlogbeat", "ecs_json"]);
        assert_eq!(names(r#"{"winlog":1,"ecs":{},"winlog":2}"#), ["winlogbeat", "ecs_json"]);
    }
}
