//! Types of vSphere events and what they mean.
//!
//! Must not know: sentences, but where a type holds several things. Source: vSphere Web Services API, Event subtypes.

use schema::{Action, Outcome};

use Outcome::{Failure, Success};

/// What a type means; none when only its sentence can tell.
pub(super) fn of(kind: &str, sentence: &str) -> Option<(Action, Option<Outcome>)> {
    let (action, outcome) = match kind {
        "UserLoginSessionEvent" => (Action::Login, Success),
        "BadUsernameSessionEvent" | "NoAccessUserEvent" | "AlreadyAuthenticatedSessionEvent" => {
            (Action::Login, Failure)
        }
        "UserLogoutSessionEvent" => (Action::Logout, Success),
        "SessionTerminatedEvent" => (Action::SessionClose, Success),
        "UserPasswordChanged" | "AccountPasswordChangedEvent" => (Action::PasswordChange, Success),
        "com.vmware.sso.LoginSuccess" => (Action::Login, Success),
        "com.vmware.sso.LoginFailure" => (Action::Login, Failure),
        "com.vmware.sso.Logout" => (Action::Logout, Success),
        "VmPoweredOnEvent"
        | "DrsVmPoweredOnEvent"
        | "VmStartingEvent"
        | "VmResumingEvent"
        | "VmPoweringOnWithCustomizedDVPortEvent" => (Action::VmPowerOn, Success),
        "VmFailedToPowerOnEvent" | "VmFailedStartingSecondaryEvent" => (Action::VmPowerOn, Failure),
        "VmPoweredOffEvent"
        | "VmSuspendedEvent"
        | "VmResettingEvent"
        | "VmStoppingEvent"
        | "VmSuspendingEvent"
        | "VmGuestShutdownEvent"
        | "VmGuestRebootEvent"
        | "VmGuestStandbyEvent"
        | "VmGuestOSCrashedEvent" => (Action::VmPowerOff, Success),
        "VmFailedToPowerOffEvent"
        | "VmFailedToResetEvent"
        | "VmFailedToSuspendEvent"
        | "VmFailedToShutdownGuestEvent"
        | "VmFailedToRebootGuestEvent" => (Action::VmPowerOff, Failure),
        "VmRemovedEvent" => (Action::VmDelete, Success),
        "VmDisconnectedEvent"
        | "VmOrphanedEvent"
        | "HostConnectionLostEvent"
        | "HostDisconnectedEvent"
        | "HostNotRespondingEvent"
        | "HostCnxFailedNoConnectionEvent"
        | "DatastoreIORMReconfiguredEvent" => (Action::HealthChange, Failure),
        "HostConnectedEvent" | "VmConnectedEvent" => (Action::HealthChange, Success),
        "HostShutdownEvent" => (Action::SystemStop, Success),
        "PermissionAddedEvent" | "PermissionUpdatedEvent" => (Action::PermissionGrant, Success),
        "PermissionRemovedEvent" => (Action::PermissionRevoke, Success),
        "RoleAddedEvent" | "RoleRemovedEvent" | "RoleUpdatedEvent" => (Action::PolicyChange, Success),
        "AccountCreatedEvent" => (Action::AccountCreate, Success),
        "AccountRemovedEvent" => (Action::AccountDelete, Success),
        "AccountUpdatedEvent" => (Action::AccountModify, Success),
        "ScheduledTaskCreatedEvent" | "ScheduledTaskReconfiguredEvent" => (Action::TaskCreate, Success),
        "ServerStartedSessionEvent" => (Action::ServiceStart, Success),
        "AlarmStatusChangedEvent" => return Some((Action::HealthChange, None)),
        "TaskEvent" => return task(sentence),
        "VmReconfiguredEvent"
        | "VmCreatedEvent"
        | "VmClonedEvent"
        | "VmDeployedEvent"
        | "VmRegisteredEvent"
        | "VmRenamedEvent"
        | "HostAddedEvent"
        | "HostRemovedEvent"
        | "EnteredMaintenanceModeEvent"
        | "ExitMaintenanceModeEvent"
        | "GlobalMessageChangedEvent"
        | "CustomFieldDefAddedEvent" => (Action::ConfigChange, Success),
        _ if kind.ends_with("ReconfiguredEvent")
            || kind.ends_with("CreatedEvent")
            || kind.ends_with("DestroyedEvent")
            || kind.ends_with("RenamedEvent")
            || kind.ends_with("DeletedEvent")
            || kind.ends_with("RemovedEvent") =>
        {
            (Action::ConfigChange, Success)
        }
        _ => return None,
    };
    Some((action, Some(outcome)))
}

/// Tasks that no event of their own reports.
fn task(sentence: &str) -> Option<(Action, Option<Outcome>)> {
    let name = sentence.strip_prefix("Task: ").unwrap_or(sentence);
    let action = match name {
        _ if name.starts_with("Remove snapshot")
            || name.starts_with("Remove all snapshots")
            || name.starts_with("Delete all snapshots") =>
        {
            Action::SnapshotDelete
        }
        _ if name.starts_with("Delete virtual machine") || name.starts_with("Unregister virtual machine") => {
            Action::VmDelete
        }
        _ => return None,
    };
    Some((action, None))
}
