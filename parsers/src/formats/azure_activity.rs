//! Azure Monitor: the activity log and resource logs in the common schema, one JSON record.
//!
//! Promises: linear; the operation's name decides the action, the result type the outcome.
//! Must not know: the envelope, Entra's categories (a format of their own).
//! Source: Microsoft, Azure Monitor, common resource log schema and activity log event schema.

use schema::{Action, Column, EventBuilder, Outcome};

use super::{account, cloud, http};
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;

/// See the module.
pub static FORMAT: Format = Format {
    name: "azure_activity",
    title: "Azure activity log and resource logs (JSON)",
    reference: "Microsoft, Azure Monitor, common and service-specific schemas for resource logs",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["operationName"],
    recognise: |payload| {
        payload.json.is_some_and(|json| {
            let has_stamp = json.get("time").is_some()
                || json.get("timeStamp").is_some()
                || json.get("eventTimestamp").is_some();
            has_stamp
                && json.get("operationName").is_some()
                && (is_azure_id(json.first(&["resourceId", "resourceID", "ResourceId"]).unwrap_or_default())
                    || json.has_all(&["category", "properties", "callerIpAddress"]))
        })
    },
    parse,
    samples: SAMPLES,
};

fn is_azure_id(id: &str) -> bool {
    id.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("/subscriptions/"))
        || id.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("/tenants/"))
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    cloud::time(json, &["eventTimestamp", "time", "timeStamp"], payload, event)?;
    let operation = json.first(&["operationName.value", "operationName"]).unwrap_or_default();
    let category = json.first(&["category.value", "category"]).unwrap_or_default();
    let columns: [(Column, &[&str]); 6] = [
        (
            Column::SourceIp,
            &[
                "callerIpAddress",
                "httpRequest.clientIpAddress",
                "properties.clientIP",
                "properties.clientIp",
                "CallerIPAddress",
            ],
        ),
        (
            Column::UserAgentOriginal,
            &["properties.userAgentHeader", "properties.userAgent", "properties.clientInfo"],
        ),
        (
            Column::HttpRequestMethod,
            &["properties.httpMethod", "properties.requestMethod", "httpRequest.method"],
        ),
        (Column::LogLevel, &["level", "Level"]),
        (Column::EventProvider, &["resourceProviderName.value", "resourceProviderName"]),
        (Column::ServiceName, &["properties.serviceType", "properties.accountName"]),
    ];
    cloud::set(json, &columns, event);
    if let Some((_, port)) = json.scalar("callerIpAddress").map(account::address_and_port) {
        event.int_text(Column::SourcePort, port);
    }
    cloud::person(user(json), event);
    event.text_if_said(Column::EventCode, operation);
    let status = json
        .first(&["properties.httpStatusCode", "properties.httpStatus", "statusCode", "properties.statusCode"])
        .unwrap_or_default();
    let uri = json
        .first(&["properties.requestUri", "properties.originalRequestUriWithArgs", "uri"])
        .unwrap_or_default();
    let method = json.scalar("properties.httpMethod").unwrap_or_default();
    http::set_target(method, uri, event);
    http::set_status(status, event);
    let action = action(operation, category);
    event.action(action);
    if action == Action::ApplicationEvent {
        event.field("action", operation);
    }
    if let Some(outcome) = outcome(json) {
        event.outcome(outcome);
    }
    if let Some(text) = json.scalar("properties.msg") {
        firewall(text, event);
    }
    cloud::fields(
        json,
        &[
            ("reason", &["resultDescription", "properties.statusMessage", "statusText"]),
            ("resource", &["resourceId", "ResourceId", "resourceID"]),
        ],
        event,
    );
    crate::generic::complete(payload, event);
    Ok(())
}

/// A person by the claims of the token, else the caller.
fn user<'a>(json: Json<'a>) -> &'a str {
    json.first(&[
        "identity.claim.upn",
        "identity.claims.upn",
        "identity.claims.name",
        "identity.claim.unique_name",
        "identity.claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
        "identity.claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
        "identity.requester.upn",
        "caller",
        "properties.caller",
    ])
    .unwrap_or_default()
}

/// `Succeeded`, `Failed`, `Start`, `Accepted` and HTTP-like signatures.
fn outcome(json: Json<'_>) -> Option<Outcome> {
    let result = json
        .first(&["resultType", "status.value", "properties.status", "resultSignature", "ResultType"])
        .unwrap_or_default();
    let word = result.split('.').next().unwrap_or(result);
    let is = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is(&["success", "succeeded", "accepted", "ok", "0", "true", "200"]) {
        Some(Outcome::Success)
    } else if is(&[
        "failure",
        "failed",
        "clienterror",
        "servererror",
        "unauthorized",
        "forbidden",
        "error",
        "false",
    ]) {
        Some(Outcome::Failure)
    } else {
        None
    }
}

/// `TCP request from ADDRESS:PORT to HOST:PORT. Action: Deny. …` of Azure Firewall's first logs; the name of the host,
/// which a client asked for, holds no blank.
fn firewall(text: &str, event: &mut EventBuilder<'_>) {
    let Some((protocol, rest)) = text.split_once(" request from ") else { return };
    let Some((from, rest)) = rest.split_once(" to ") else { return };
    let (to, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    if protocol.contains(' ') || from.contains(' ') {
        return;
    }
    let (address, port) = account::address_and_port(from);
    event.ip(Column::SourceIp, address);
    event.int_text(Column::SourcePort, port);
    let (host, port) = account::address_and_port(to.trim_end_matches(['.', ',']));
    if !event.ip(Column::DestinationIp, host) {
        event.text_if_said(Column::DestinationDomain, host);
    }
    event.int_text(Column::DestinationPort, port);
    let is_transport = matches!(protocol, "TCP" | "UDP" | "ICMP");
    let column = if is_transport { Column::NetworkTransport } else { Column::NetworkProtocol };
    event.text(column, &protocol.to_ascii_lowercase());
    let is_denied = rest.starts_with("Action: Deny");
    if is_denied || rest.starts_with("Action: Allow") {
        event.action(if is_denied { Action::ConnectionDenied } else { Action::ConnectionAllowed });
        event.outcome(Outcome::of(!is_denied));
    }
}

/// By `Microsoft.PROVIDER/TYPE/VERB` of the activity log, by the category of a resource's log.
fn action(operation: &str, category: &str) -> Action {
    let ends = |end: &str| {
        operation.len() >= end.len()
            && operation.get(operation.len() - end.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    let categories: &[(&str, Action)] = &[
        ("FrontDoorAccessLog", Action::HttpRequest),
        ("ApplicationGatewayAccessLog", Action::HttpRequest),
        ("AppServiceHTTPLogs", Action::HttpRequest),
        ("FrontDoorWebApplicationFirewallLog", Action::WafBlock),
        ("ApplicationGatewayFirewallLog", Action::WafBlock),
        ("StorageRead", Action::FileRead),
        ("StorageWrite", Action::FileWrite),
        ("StorageDelete", Action::FileDelete),
    ];
    if let Some((_, action)) = categories.iter().find(|(name, _)| name.eq_ignore_ascii_case(category)) {
        return *action;
    }
    let verbs: &[(&str, Action)] = &[
        ("roleAssignments/write", Action::PermissionGrant),
        ("roleAssignments/delete", Action::PermissionRevoke),
        ("elevateAccess/action", Action::PrivilegeUse),
        ("virtualMachines/start/action", Action::VmPowerOn),
        ("virtualMachines/powerOff/action", Action::VmPowerOff),
        ("virtualMachines/deallocate/action", Action::VmPowerOff),
        ("virtualMachines/restart/action", Action::VmPowerOff),
        ("virtualMachines/delete", Action::VmDelete),
        ("virtualMachines/runCommand/action", Action::ProcessStart),
        ("snapshots/delete", Action::SnapshotDelete),
        ("diagnosticSettings/delete", Action::AuditDisable),
        ("networkSecurityGroups/write", Action::PolicyChange),
        ("securityRules/write", Action::PolicyChange),
        ("securityRules/delete", Action::PolicyChange),
        ("policyAssignments/write", Action::PolicyChange),
        ("policyAssignments/delete", Action::PolicyChange),
        ("firewallRules/write", Action::PolicyChange),
        ("listKeys/action", Action::ConfigExport),
        ("backup/action", Action::BackupStart),
        ("protectedItems/delete", Action::BackupDelete),
        ("vaults/delete", Action::BackupDelete),
        ("restore/action", Action::Restore),
        ("SecretGet", Action::FileRead),
        ("SecretSet", Action::ConfigChange),
        ("KeyDelete", Action::ConfigChange),
        ("/write", Action::ConfigChange),
        ("/delete", Action::ConfigChange),
    ];
    verbs.iter().find(|(end, _)| ends(end)).map_or(Action::ApplicationEvent, |(_, action)| *action)
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "a role is assigned",
        text: r#"{"time":"2026-03-16T08:12:44.1122331Z","resourceId":"/SUBSCRIPTIONS/S1/RESOURCEGROUPS/RG","operationName":"MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE","category":"Administrative","resultType":"Success","callerIpAddress":"198.51.100.23","identity":{"claims":{"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"averdi@borgo.example"}},"level":"Information"}"#,
        expect: &[
            ("event_action", "permission_grant"),
            ("event_outcome", "success"),
            ("user_name", "averdi@borgo.example"),
            ("user_domain", "borgo.example"),
            ("source_ip", "198.51.100.23"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a secret is refused",
        text: r#"{"time":"2026-03-16T08:13:44Z","resourceId":"/SUBSCRIPTIONS/S1/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/V","category":"AuditEvent","operationName":"SecretGet","resultType":"Failed","callerIpAddress":"203.0.113.9","identity":{"claim":{"upn":"neri@borgo.example"}},"properties":{"requestUri":"https://v.vault.example/secrets/a?api-version=7.0","httpStatusCode":403,"clientInfo":"curl/8"}}"#,
        expect: &[
            ("event_action", "file_read"),
            ("event_outcome", "failure"),
            ("http_response_status_code", "403"),
            ("url_domain", "v.vault.example"),
            ("url_path", "/secrets/a"),
            ("url_query", "api-version=7.0"),
            ("user_agent_original", "curl/8"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a file share is read; the caller has a port",
        text: r#"{"time":"2026-03-16T08:14:44Z","resourceId":"/subscriptions/s1/providers/Microsoft.Storage/storageAccounts/a","category":"StorageRead","operationName":"GetFile","statusCode":200,"statusText":"Success","callerIpAddress":"192.0.2.15:49539","uri":"https://a.file.example/atti/x.pdf"}"#,
        expect: &[
            ("event_action", "file_read"),
            ("event_outcome", "success"),
            ("source_ip", "192.0.2.15"),
            ("source_port", "49539"),
            ("url_path", "/atti/x.pdf"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a firewall refuses a connection, in a sentence",
        text: r#"{"time":"2026-03-16T08:14:54.1122331Z","resourceId":"/SUBSCRIPTIONS/S1/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.NETWORK/AZUREFIREWALLS/FW","category":"AzureFirewallNetworkRule","operationName":"AzureFirewallNetworkRuleLog","properties":{"msg":"TCP request from 192.0.2.15:49539 to 198.51.100.9:3389. Action: Deny. "}}"#,
        expect: &[
            ("event_action", "connection_denied"),
            ("event_outcome", "failure"),
            ("source_ip", "192.0.2.15"),
            ("source_port", "49539"),
            ("destination_ip", "198.51.100.9"),
            ("destination_port", "3389"),
            ("network_transport", "tcp"),
        ],
        absent: &["parse_error", "destination_domain"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"time":"2026-03-1","resourceId":"/subscriptions/s1","operationName":"a/write","category":"Administrative"}"#,
        expect: &[("parse_error", "expected a time")],
        absent: &["event_outcome"],
    },
    Sample {
        about: "truncated: cut before its user",
        text: r#"{"time":"2026-03-16T08:12:44.1122331Z","resourceId":"/SUBSCRIPTIONS/S1/RESOURCEGROUPS/RG","operationName":"MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE","category":"Administrative","resultType":"Success","callerIpAddress":"198.51.100.23","i"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "permission_grant"),
            ("event_outcome", "success"),
            ("source_ip", "198.51.100.23"),
            ("timestamp", "2026-03-16T08:12:44.112233Z"),
        ],
        absent: &["user_name", "user_domain"],
    },
    Sample {
        about: "hostile: an agent that imitates members moves no field",
        text: r#"{"time":"2026-03-16T08:15:44Z","resourceId":"/SUBSCRIPTIONS/S1","category":"FrontDoorAccessLog","operationName":"Microsoft.Cdn/Profiles/AccessLog/Write","properties":{"httpMethod":"GET","requestUri":"https://borgo.example/a","userAgent":"x\",\"clientIp\":\"203.0.113.6","clientIp":"198.51.100.23","httpStatusCode":"404"}}"#,
        expect: &[
            ("event_action", "http_request"),
            ("event_outcome", "failure"),
            ("source_ip", "198.51.100.23"),
            ("http_response_status_code", "404"),
        ],
        absent: &["parse_error"],
    },
];
