//! AWS CloudTrail: one record of an API call or a console sign-in, as JSON.
//!
//! Promises: linear; the event's name decides the action, an error code the outcome, never a request's text.
//! Must not know: the envelope, files, other formats.
//! Source: AWS, CloudTrail record contents; service authorization reference.

use schema::{Action, Column, EventBuilder, Outcome};

use super::cloud;
use crate::format::{Format, Payload, Sample, Unreadable};
use crate::json::Json;

/// See the module.
pub static FORMAT: Format = Format {
    name: "aws_cloudtrail",
    title: "AWS CloudTrail (JSON, one record)",
    reference: "AWS CloudTrail User Guide, CloudTrail record contents",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["eventVersion"],
    recognise: |payload| {
        payload
            .json
            .is_some_and(|json| json.has_all(&["eventVersion", "eventSource", "eventName", "eventTime"]))
    },
    parse,
    samples: SAMPLES,
};

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = *payload.json.ok_or(Unreadable("expected a JSON object"))?;
    let name = json.scalar("eventName").ok_or(Unreadable("expected an eventName"))?;
    cloud::time(json, &["eventTime"], payload, event)?;
    cloud::set(
        json,
        &[
            (Column::SourceIp, &["sourceIPAddress"]),
            (Column::UserAgentOriginal, &["userAgent"]),
            (Column::ServiceName, &["eventSource"]),
            (Column::EventProvider, &["eventSource"]),
            (Column::TlsVersion, &["tlsDetails.tlsVersion"]),
            (Column::DestinationDomain, &["tlsDetails.clientProvidedHostHeader"]),
        ],
        event,
    );
    event.text(Column::EventCode, name);
    event.text_if_said(Column::UserName, user(json));
    target(json, name, event);
    let action = action(name, json.scalar("readOnly"));
    event.action(action);
    if action == Action::ApplicationEvent {
        event.field("action", name);
    }
    event.outcome(Outcome::of(has_succeeded(json, name)));
    cloud::fields(
        json,
        &[
            ("reason", &["errorMessage", "errorCode"]),
            ("region", &["awsRegion"]),
            ("cloud_account", &["recipientAccountId", "userIdentity.accountId"]),
            ("user_type", &["userIdentity.type"]),
            (
                "mfa",
                &["additionalEventData.MFAUsed", "userIdentity.sessionContext.attributes.mfaAuthenticated"],
            ),
        ],
        event,
    );
    crate::generic::complete(payload, event);
    Ok(())
}

/// A user's own name, else the role's session (`arn:aws:sts::1:assumed-role/ROLE/SESSION`), else the role, the
/// service or the root of the account.
fn user<'a>(json: Json<'a>) -> &'a str {
    if let Some(name) = json.first(&["userIdentity.userName", "userIdentity.onBehalfOf.userName"]) {
        return name;
    }
    let arn = json.scalar("userIdentity.arn").unwrap_or_default();
    if arn.contains(":assumed-role/")
        && let Some((_, session)) = arn.rsplit_once('/')
    {
        return session;
    }
    if json.scalar("userIdentity.type") == Some("Root") {
        return "root";
    }
    json.first(&["userIdentity.sessionContext.sessionIssuer.userName", "userIdentity.invokedBy"])
        .unwrap_or_default()
}

/// The account, role or object a call is about.
fn target(json: Json<'_>, name: &str, event: &mut EventBuilder<'_>) {
    let get = |path: &str| json.scalar(path).unwrap_or_default();
    if name != "ConsoleLogin" {
        event.text_if_said(Column::UserTargetName, get("requestParameters.userName"));
    }
    event.text_if_said(
        Column::GroupName,
        json.first(&["requestParameters.groupName", "requestParameters.roleName"]).unwrap_or_default(),
    );
    if let Some(bucket) = json.scalar("requestParameters.bucketName") {
        event.field("bucket", bucket);
        event.text_if_said(Column::FilePath, get("requestParameters.key"));
    }
}

fn has_succeeded(json: Json<'_>, name: &str) -> bool {
    if name == "ConsoleLogin" {
        return json.scalar("responseElements.ConsoleLogin") == Some("Success");
    }
    json.scalar("errorCode").is_none() && json.scalar("errorMessage").is_none()
}

/// By the call's name; what only reads of a store is a read.
fn action(name: &str, read_only: Option<&str>) -> Action {
    match name {
        "ConsoleLogin" | "UserAuthentication" | "CredentialVerification" => Action::Login,
        "AssumeRoleWithSAML" | "AssumeRoleWithWebIdentity" | "Federate" | "GetFederationToken" => {
            Action::FederatedLogin
        }
        "CredentialChallenge" => Action::MfaChallenge,
        "Logout" => Action::Logout,
        "AssumeRole" | "SwitchRole" | "AssumeRoot" => Action::PrivilegeUse,
        "CreateUser" => Action::AccountCreate,
        "DeleteUser" => Action::AccountDelete,
        "UpdateUser" | "TagUser" | "DeactivateMFADevice" | "DeleteVirtualMFADevice" | "EnableMFADevice" => {
            Action::AccountModify
        }
        "ChangePassword" => Action::PasswordChange,
        "CreateLoginProfile"
        | "UpdateLoginProfile"
        | "PasswordRecoveryRequested"
        | "PasswordRecoveryCompleted" => Action::PasswordReset,
        "CreateGroup" | "CreateRole" => Action::GroupCreate,
        "AddUserToGroup" | "AddRoleToInstanceProfile" => Action::GroupAdd,
        "RemoveUserFromGroup" | "RemoveRoleFromInstanceProfile" => Action::GroupRemove,
        "CreateAccessKey" | "CreateServiceSpecificCredential" => Action::AppConsent,
        "AttachUserPolicy"
        | "AttachGroupPolicy"
        | "AttachRolePolicy"
        | "PutUserPolicy"
        | "PutGroupPolicy"
        | "PutRolePolicy"
        | "PutBucketAcl"
        | "PutObjectAcl"
        | "ModifyImageAttribute"
        | "ModifySnapshotAttribute"
        | "AddPermission"
        | "UpdateAssumeRolePolicy" => Action::PermissionGrant,
        "DetachUserPolicy" | "DetachGroupPolicy" | "DetachRolePolicy" | "DeleteUserPolicy"
        | "DeleteGroupPolicy" | "DeleteRolePolicy" | "RemovePermission" => Action::PermissionRevoke,
        "StopLogging"
        | "DeleteTrail"
        | "UpdateTrail"
        | "PutEventSelectors"
        | "DeleteFlowLogs"
        | "DeleteDetector"
        | "StopConfigurationRecorder"
        | "DeleteConfigurationRecorder"
        | "DeleteDeliveryChannel" => Action::AuditDisable,
        "DeleteLogGroup" | "DeleteLogStream" => Action::LogCleared,
        "AuthorizeSecurityGroupIngress"
        | "AuthorizeSecurityGroupEgress"
        | "RevokeSecurityGroupIngress"
        | "RevokeSecurityGroupEgress"
        | "CreateSecurityGroup"
        | "DeleteSecurityGroup"
        | "PutBucketPolicy"
        | "DeleteBucketPolicy"
        | "PutBucketPublicAccessBlock"
        | "DeletePublicAccessBlock"
        | "CreatePolicyVersion"
        | "CreatePolicy"
        | "SetDefaultPolicyVersion"
        | "CreateNetworkAclEntry"
        | "ReplaceNetworkAclEntry"
        | "UpdateAccountPasswordPolicy" => Action::PolicyChange,
        "GetObject" => Action::FileRead,
        "PutObject" | "CompleteMultipartUpload" | "CopyObject" | "UploadPart" => Action::FileCreate,
        "DeleteObject" | "DeleteObjects" | "DeleteBucket" => Action::FileDelete,
        "RunInstances" | "StartInstances" => Action::VmPowerOn,
        "StopInstances" | "RebootInstances" => Action::VmPowerOff,
        "TerminateInstances" => Action::VmDelete,
        "DeleteSnapshot" | "DeleteDBSnapshot" | "DeleteDBClusterSnapshot" => Action::SnapshotDelete,
        "DeleteBackupVault" | "DeleteRecoveryPoint" => Action::BackupDelete,
        "StartRestoreJob" | "RestoreDBInstanceFromDBSnapshot" => Action::Restore,
        "SendCommand" | "StartSession" | "ExecuteCommand" => Action::ProcessStart,
        _ if read_only == Some("false") => Action::ConfigChange,
        _ => Action::ApplicationEvent,
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        about: "an object is read",
        text: r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","accountId":"111122223333","userName":"deploy"},"eventTime":"2026-03-16T08:12:44Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-south-1","sourceIPAddress":"198.51.100.23","userAgent":"aws-cli/2","requestParameters":{"bucketName":"albo","key":"atti/2026.pdf"},"readOnly":true}"#,
        expect: &[
            ("event_action", "file_read"),
            ("event_outcome", "success"),
            ("user_name", "deploy"),
            ("source_ip", "198.51.100.23"),
            ("file_path", "atti/2026.pdf"),
            ("fields.bucket", "albo"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["parse_error", "user_target_name"],
    },
    Sample {
        about: "a console sign-in is refused",
        text: r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","accountId":"111122223333","userName":"verdi"},"eventTime":"2026-03-16T08:13:44Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"Mozilla/5.0","errorMessage":"Failed authentication","responseElements":{"ConsoleLogin":"Failure"},"additionalEventData":{"MFAUsed":"No"}}"#,
        expect: &[
            ("event_action", "login"),
            ("event_outcome", "failure"),
            ("user_name", "verdi"),
            ("fields.reason", "Failed authentication"),
            ("fields.mfa", "No"),
        ],
        absent: &["parse_error"],
    },
    Sample {
        about: "a role's session is denied a change; the service calls from no address",
        text: r#"{"eventVersion":"1.09","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/ops/neri@borgo.example","sessionContext":{"sessionIssuer":{"userName":"ops"}}},"eventTime":"2026-03-16T08:14:44Z","eventSource":"iam.amazonaws.com","eventName":"AttachUserPolicy","sourceIPAddress":"cloudformation.amazonaws.com","errorCode":"AccessDenied","requestParameters":{"userName":"verdi","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}}"#,
        expect: &[
            ("event_action", "permission_grant"),
            ("event_outcome", "failure"),
            ("user_name", "neri@borgo.example"),
            ("user_target_name", "verdi"),
            ("fields.reason", "AccessDenied"),
        ],
        absent: &["source_ip", "parse_error"],
    },
    Sample {
        about: "logging is stopped by the root of the account",
        text: r#"{"eventVersion":"1.08","userIdentity":{"type":"Root","arn":"arn:aws:iam::111122223333:root"},"eventTime":"2026-03-16T08:15:44Z","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","sourceIPAddress":"2001:db8::9","requestParameters":{"name":"main"}}"#,
        expect: &[("event_action", "audit_disable"), ("user_name", "root"), ("source_ip", "2001:db8::9")],
        absent: &["parse_error"],
    },
    Sample {
        about: "a time that is cut",
        text: r#"{"eventVersion":"1.08","eventTime":"2026-03-1","eventSource":"s3.amazonaws.com","eventName":"GetObject"}"#,
        expect: &[("parse_error", "expected a time")],
        absent: &["event_outcome", "user_name"],
    },
    Sample {
        about: "truncated: cut before its client",
        text: r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","accountId":"111122223333","userName":"deploy"},"eventTime":"2026-03-16T08:12:44Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","aw"#,
        expect: &[
            ("parse_error", "the object ends too early"),
            ("event_action", "file_read"),
            ("event_outcome", "success"),
            ("user_name", "deploy"),
            ("timestamp", "2026-03-16T08:12:44.000000Z"),
        ],
        absent: &["source_ip", "file_path", "fields.bucket"],
    },
    Sample {
        about: "hostile: an agent that imitates members moves no field",
        text: r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","userName":"verdi"},"eventTime":"2026-03-16T08:16:44Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","sourceIPAddress":"203.0.113.9","userAgent":"x\",\"responseElements\":{\"ConsoleLogin\":\"Success\"},\"a\":\"","responseElements":{"ConsoleLogin":"Failure"}}"#,
        expect: &[("event_outcome", "failure"), ("source_ip", "203.0.113.9"), ("user_name", "verdi")],
        absent: &["parse_error"],
    },
];
