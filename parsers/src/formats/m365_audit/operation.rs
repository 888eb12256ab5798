//! What an operation of the unified audit log means, and the columns its action asks for.
//!
//! Promises: an operation that is not known is an application event.
//! Must not know: who acted, when, from where.

use schema::{Action, Column, EventBuilder};

use super::alert::url;
use super::named;
use crate::json::Json;

/// Operations by action (Microsoft, "Audit log activities").
const OPERATIONS: &[(Action, &[&str])] = &[
    (
        Action::Login,
        &[
            "UserLoggedIn",
            "UserLoginFailed",
            "MailboxLogin",
            "ForeignRealmIndexLogonInitialAuthUsingADFSFederatedToken",
        ],
    ),
    (Action::Logout, &["UserLoggedOff", "UserSignedOut"]),
    (
        Action::MailRuleCreate,
        &[
            "New-InboxRule",
            "Set-InboxRule",
            "Enable-InboxRule",
            "UpdateInboxRules",
            "New-TransportRule",
            "Set-TransportRule",
            "Set-Mailbox",
            "New-RemoteDomain",
            "Set-RemoteDomain",
        ],
    ),
    (Action::MailRead, &["MailItemsAccessed", "MessageBind"]),
    (Action::MailSent, &["Send", "SendAs", "SendOnBehalf"]),
    (
        Action::FileRead,
        &[
            "FileDownloaded",
            "FileAccessed",
            "FileAccessedExtended",
            "FilePreviewed",
            "FileSyncDownloadedFull",
            "FileCopied",
        ],
    ),
    (Action::FileCreate, &["FileUploaded", "FileSyncUploadedFull", "FolderCreated"]),
    (Action::FileWrite, &["FileModified", "FileModifiedExtended", "FileCheckedIn"]),
    (Action::FileRename, &["FileRenamed", "FileMoved", "FolderRenamed", "FolderMoved"]),
    (
        Action::FileDelete,
        &[
            "FileDeleted",
            "FileRecycled",
            "FileDeletedFirstStageRecycleBin",
            "FileDeletedSecondStageRecycleBin",
            "FolderDeleted",
            "FolderRecycled",
        ],
    ),
    (
        Action::PermissionGrant,
        &[
            "Add-MailboxPermission",
            "AddFolderPermissions",
            "Add-RecipientPermission",
            "SharingSet",
            "SharingInvitationCreated",
            "AnonymousLinkCreated",
            "AddedToSecureLink",
            "SecureLinkCreated",
            "CompanyLinkCreated",
            "SiteCollectionAdminAdded",
            "Add delegated permission grant.",
            "Add app role assignment to service principal.",
        ],
    ),
    (
        Action::PermissionRevoke,
        &[
            "Remove-MailboxPermission",
            "RemoveFolderPermissions",
            "Remove-RecipientPermission",
            "SharingRevoked",
        ],
    ),
    (Action::AccountCreate, &["Add user.", "New-Mailbox"]),
    (Action::AccountDelete, &["Delete user.", "Remove-Mailbox"]),
    (Action::AccountEnable, &["Enable account."]),
    (Action::AccountDisable, &["Disable account."]),
    (
        Action::AccountModify,
        &[
            "Update user.",
            "Update StsRefreshTokenValidFrom Timestamp.",
            "Set license properties.",
            "Change user license.",
        ],
    ),
    (Action::PasswordChange, &["Change user password."]),
    (Action::PasswordReset, &["Reset user password.", "Set force change user password."]),
    (Action::GroupCreate, &["Add group."]),
    (
        Action::GroupAdd,
        &[
            "Add member to role.",
            "Add eligible member to role.",
            "Add member to group.",
            "MemberAdded",
            "Add-RoleGroupMember",
        ],
    ),
    (
        Action::GroupRemove,
        &["Remove member from role.", "Remove member from group.", "MemberRemoved", "Remove-RoleGroupMember"],
    ),
    (
        Action::AppConsent,
        &[
            "Consent to application.",
            "Add service principal credentials.",
            "Add application.",
            "Add service principal.",
            "Update application \u{2013} Certificates and secrets management ",
            "Add OAuth2PermissionGrant.",
        ],
    ),
    (
        Action::PolicyChange,
        &[
            "Add policy.",
            "Update policy.",
            "Delete policy.",
            "Add conditional access policy",
            "Update conditional access policy",
            "Delete conditional access policy",
        ],
    ),
    (Action::AuditDisable, &["Set-AdminAuditLogConfig", "Set-MailboxAuditBypassAssociation"]),
    (
        Action::ProtectionDisabled,
        &[
            "Disable-AntiPhishRule",
            "Remove-AntiPhishPolicy",
            "Disable-SafeLinksRule",
            "Disable-SafeAttachmentRule",
            "Set-MalwareFilterPolicy",
        ],
    ),
];

/// The action of an operation.
pub(super) fn action(operation: &str) -> Action {
    OPERATIONS
        .iter()
        .find(|(_, names)| names.contains(&operation))
        .map_or(Action::ApplicationEvent, |(action, _)| *action)
}

/// Columns that the action asks for.
pub(super) fn details(action: Action, json: Json<'_>, event: &mut EventBuilder<'_>) {
    match action {
        Action::Login => login(json, event),
        Action::MailRuleCreate => mail_rule(json, event),
        Action::MailRead => event.text_if_said(Column::EmailTo, json.scalar("MailboxOwnerUPN").unwrap_or("")),
        Action::FileRead | Action::FileCreate | Action::FileWrite | Action::FileDelete => file(json, event),
        Action::FileRename => {
            file(json, event);
            if let Some(name) = json.first(&["DestinationFileName", "DestinationRelativeUrl"]) {
                event.field("new_path", name);
            }
        }
        Action::GroupAdd | Action::GroupRemove => group(json, event),
        Action::AppConsent => {
            if let Some(app) = json.first(&["Target.1.ID", "ObjectId"]) {
                event.field("app", app);
            }
        }
        Action::PermissionGrant | Action::PermissionRevoke => {
            let target = json.first(&["TargetUserOrGroupName"]).or_else(|| named(json, "Parameters", "User"));
            event.text_if_said(Column::UserTargetName, target.unwrap_or(""));
            if let Some(rights) = named(json, "Parameters", "AccessRights") {
                event.field("permission", rights);
            }
            file(json, event);
        }
        Action::AccountCreate
        | Action::AccountDelete
        | Action::AccountEnable
        | Action::AccountDisable
        | Action::AccountModify
        | Action::PasswordChange
        | Action::PasswordReset => {
            event.text_if_said(Column::UserTargetName, json.scalar("ObjectId").unwrap_or(""));
        }
        _ => {}
    }
    message(json, event);
}

fn login(json: Json<'_>, event: &mut EventBuilder<'_>) {
    if let Some(reason) = json.first(&["LogonError"]) {
        event.field("reason", reason);
    }
    if let Some(code) = json.first(&["ErrorNumber"]).filter(|code| *code != "0") {
        event.text(Column::EventCode, code);
    }
}

/// Where a rule sends mail, and its words: all parameters as received.
fn mail_rule(json: Json<'_>, event: &mut EventBuilder<'_>) {
    const FORWARDS: &[&str] = &[
        "ForwardTo",
        "RedirectTo",
        "ForwardAsAttachmentTo",
        "ForwardingSmtpAddress",
        "ForwardingAddress",
        "BlindCopyTo",
        "RedirectMessageTo",
    ];
    if let Some(target) = FORWARDS.iter().find_map(|name| named(json, "Parameters", name)) {
        let address = target.strip_prefix("smtp:").or_else(|| target.strip_prefix("SMTP:")).unwrap_or(target);
        event.text_if_said(Column::EmailTo, address);
    }
    if let Some(name) = named(json, "Parameters", "Name") {
        event.text(Column::RuleName, name);
    }
    if let Some(parameters) = json.get("Parameters") {
        event.field("rule", parameters.raw());
    }
}

/// The object of SharePoint and OneDrive is a URL.
fn file(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let object = json.first(&["ObjectId", "SourceRelativeUrl"]).unwrap_or("");
    event.text_if_said(Column::FilePath, object);
    if object.starts_with("https://") {
        url(object, event);
    }
}

/// The member is the object; the group's or role's name is among the changes, in quotes of its own.
fn group(json: Json<'_>, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::UserTargetName, json.first(&["ObjectId"]).unwrap_or(""));
    let Some(changes) = json.get("ModifiedProperties") else { return };
    for change in changes.members() {
        if matches!(change.scalar_at("Name"), Some("Role.DisplayName" | "Group.DisplayName")) {
            let value = change.scalar_at("NewValue").filter(|value| !value.trim_matches('"').is_empty());
            let value = value.or_else(|| change.scalar_at("OldValue")).unwrap_or("");
            event.text_if_said(Column::GroupName, value.trim_matches('"'));
        }
    }
}

/// Subject and id of the one message a record is about.
fn message(json: Json<'_>, event: &mut EventBuilder<'_>) {
    let affected = json.get("AffectedItems").and_then(|items| items.members().next());
    let item = json.get("Item").or(affected);
    let Some(item) = item else { return };
    event.text_if_said(Column::EmailSubject, item.scalar_at("Subject").unwrap_or(""));
    event.text_if_said(
        Column::EmailMessageId,
        item.scalar_at("InternetMessageId").unwrap_or("").trim_matches(['<', '>']),
    );
}
