//! What can happen: every `class` and `event_action` an event may have, one table for all formats.
//!
//! Promises: an action belongs to exactly one class; a failed anything is the same action with outcome failure.
//! Must not know: formats.

macro_rules! taxonomy {
    ($($class:ident $class_name:literal { $($action:ident $name:literal $meaning:literal;)* })*) => {
        /// Kind of event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Class { $(#[doc = $class_name] $class,)* }

        impl Class {
            /// Every class.
            pub const ALL: &'static [Class] = &[$(Class::$class,)*];

            /// Its word in the `class` column.
            pub const fn name(self) -> &'static str {
                match self { $(Class::$class => $class_name,)* }
            }
        }

        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[doc = $meaning] $action,)*)* }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Action] = &[$($(Action::$action,)*)*];

            /// Its word in the `event_action` column.
            pub const fn name(self) -> &'static str {
                match self { $($(Action::$action => $name,)*)* }
            }

            /// The class it belongs to.
            pub const fn class(self) -> Class {
                match self { $($(Action::$action => Class::$class,)*)* }
            }

            /// What it means.
            pub const fn meaning(self) -> &'static str {
                match self { $($(Action::$action => $meaning,)*)* }
            }
        }
    };
}

taxonomy! {
    Authentication "authentication" {
        Login "login" "someone or something tried to authenticate. Never 'login_failed': the result is event_outcome; an unknown user, wrong password, expired account are all login+failure with the reason in fields.reason";
        PamAuth "pam_auth" "what a PAM module says beside the service that called it (sshd, sudo, login...): the same attempt, so never a second login";
        Logout "logout" "a session was ended by the user or by the system";
        SessionOpen "session_open" "a session started without a new credential check (PAM session, VPN tunnel up, RDP reconnect 4778)";
        SessionClose "session_close" "a session or tunnel closed; source_bytes and destination_bytes carry its volume when known";
        SessionLock "session_lock" "workstation locked or unlocked (fields.state=locked|unlocked)";
        MfaChallenge "mfa_challenge" "a second factor was requested or answered (denied, timed out, reported as fraud = failure)";
        KerberosTicket "kerberos_ticket" "a TGT or service ticket was requested; service_name is the SPN, fields.ticket_encryption the type (0x17 = RC4), fields.preauth_type for 4768";
        ExplicitCredentials "explicit_credentials" "a process used another account's credentials (runas); user_target_name is the account used";
        AccountLockout "account_lockout" "an account was locked after too many failures";
        PrivilegeUse "privilege_use" "special rights were assigned or used: sudo, su, 4672, enable; the command is in process_command_line";
        AccessBlocked "access_blocked" "an address was put in a ban list for its behaviour";
        FederatedLogin "federated_login" "login through an identity provider (SPID, CIE, eIDAS, SAML, OIDC); fields.idp, fields.spid_level, subject_ref = pseudonymised fiscal code";
    }
    Configuration "configuration" {
        AccountCreate "account_create" "an account was created";
        AccountDelete "account_delete" "an account was deleted";
        AccountEnable "account_enable" "a disabled account was enabled";
        AccountDisable "account_disable" "an account was disabled";
        AccountModify "account_modify" "an account's attributes changed (name, SPN, delegation, expiry)";
        PasswordChange "password_change" "the owner changed a password";
        PasswordReset "password_reset" "someone else set a password";
        GroupCreate "group_create" "a group or role was created";
        GroupAdd "group_add" "a member was added to a group or role";
        GroupRemove "group_remove" "a member was removed from a group or role";
        PermissionGrant "permission_grant" "rights were given on an object: database GRANT, share ACL, mailbox delegation, profile in the municipal suite";
        PermissionRevoke "permission_revoke" "rights were taken away";
        PolicyChange "policy_change" "a security policy changed: GPO, audit policy, firewall rule set, conditional access";
        ConfigChange "config_change" "any other change of a device or application configuration; fields.cfg_path, fields.old, fields.new";
        ConfigExport "config_export" "a device's configuration or key material was downloaded or backed up by a person";
        AuditDisable "audit_disable" "logging or auditing was reduced or switched off (including PostgreSQL log_statement=none, ALTER SERVER AUDIT STATE=OFF)";
        LogCleared "log_cleared" "a log was erased or truncated; fields.channel names it";
        ClockChange "clock_change" "the system clock stepped by more than a slew; fields.offset_seconds signed";
        TaskCreate "task_create" "a scheduled task or cron line was created or changed";
        ServiceInstall "service_install" "a new service or driver was installed";
        SoftwareInstall "software_install" "software or an update was installed or removed (fields.operation=install|update|remove)";
        MailRuleCreate "mail_rule_create" "an inbox rule, transport rule or forwarding was created or changed; email_to = the forwarding target";
        AppConsent "app_consent" "an OAuth application received consent or a credential";
        CertificateIssue "certificate_issue" "a certificate was issued, renewed or revoked (fields.operation)";
        SnapshotDelete "snapshot_delete" "a virtual machine snapshot, volume snapshot or Windows shadow copy was removed";
    }
    Process "process" {
        ProcessStart "process_start" "a process started; when only a command line is known it is still process_start";
        ProcessStop "process_stop" "a process ended; abnormal end = failure";
        ProcessAccess "process_access" "a process opened another with suspicious rights (LSASS); fields.target_process";
        ProcessInject "process_inject" "a thread was created in another process or memory was tampered with";
        ScriptBlock "script_block" "text of a script that was run; message or fields.script holds it";
        ModuleLoad "module_load" "a driver or library was loaded";
    }
    Service "service" {
        ServiceStart "service_start" "a service or daemon started";
        ServiceStop "service_stop" "a service or daemon stopped in an orderly way";
        ServiceCrash "service_crash" "a service ended or restarted by itself";
        SystemStart "system_start" "a machine or device booted";
        SystemStop "system_stop" "a machine or device shut down in an orderly way; unexpected power loss found at boot = failure";
        VmPowerOn "vm_power_on" "a virtual machine was started";
        VmPowerOff "vm_power_off" "a virtual machine was stopped, suspended or reset (fields.operation)";
        VmDelete "vm_delete" "a virtual machine or its disk was removed or unregistered";
        BackupStart "backup_start" "a backup job started";
        BackupEnd "backup_end" "a backup job ended. failure = the job failed, unknown = ended with warnings; fields.job, fields.bytes, fields.duration_s. ('backup_failed' is backup_end+failure)";
        BackupDelete "backup_delete" "a backup, restore point or repository was deleted, or retention lowered";
        Restore "restore" "data was restored from a backup";
        HealthChange "health_change" "a monitored thing changed state; fields.state=ok|warning|critical, fields.metric, fields.value (disk, temperature, RAID, certificate expiry, link)";
        PowerChange "power_change" "mains lost or back, UPS on battery, battery low (fields.state=on_battery|on_mains|low_battery|bypass)";
        LinkChange "link_change" "a network link, line, tunnel or routing neighbour went up or down (fields.state=up|down)";
        SourceHealth "source_health" "written by Campanile: what a log source sent in a minute, and what became of it";
        SourceSilent "source_silent" "written by Campanile: a log source has been silent beyond its expected rate; source_resumed closes it";
        SourceResumed "source_resumed" "written by Campanile: a silent source speaks again";
    }
    Network "network" {
        ConnectionAllowed "connection_allowed" "a flow was allowed by a firewall or seen by a flow exporter; bytes at the end of the flow";
        ConnectionDenied "connection_denied" "a flow was refused or dropped";
        ConnectionClosed "connection_closed" "end of a flow reported separately from its start";
        IntrusionDetected "intrusion_detected" "a signature matched on traffic; rule_id, rule_name; blocked = failure (of the attack: fields.blocked=true)";
        DdosDetected "ddos_detected" "a flood threshold was crossed on a network device";
        DhcpLease "dhcp_lease" "a lease was granted or renewed";
        DhcpFailure "dhcp_failure" "no lease could be given (pool empty, NAK, declined)";
        VpnConnect "vpn_connect" "a site-to-site or client tunnel came up (a person's authentication is a separate login)";
        VpnDisconnect "vpn_disconnect" "a tunnel went down";
        NacDecision "nac_decision" "a port or Wi-Fi access was allowed or refused";
        MacMove "mac_move" "a MAC address moved, was spoofed, or port security acted";
        Call "call" "a telephone call or registration; fields.number masked";
    }
    Dns "dns" {
        DnsQuery "dns_query" "a name was asked";
        DnsResponse "dns_response" "an answer with its code (fields.rcode=NOERROR|NXDOMAIN|SERVFAIL|REFUSED)";
        DnsZoneTransfer "dns_zone_transfer" "a zone transfer was asked or done";
    }
    Web "web" {
        HttpRequest "http_request" "one request to a web server or through a proxy; outcome from status: <400 success, 4xx/5xx failure";
        WafBlock "waf_block" "a web application firewall matched; blocked or only detected in fields.blocked";
        WebError "web_error" "an error written by a web server or application that is not a request line";
        CmsChange "cms_change" "content, plug-in, theme or act was published, changed or removed (fields.object, fields.operation)";
    }
    Database "database" {
        DbConnect "db_connect" "a client connected or was refused (fields.client_program). Password check itself is class authentication action login";
        Query "query" "a read statement or an application-level look-up of records; db_rows = rows returned, subject_ref = the citizen when one";
        DataChange "data_change" "insert, update, delete or a record changed in the application";
        SchemaChange "schema_change" "DDL: create, alter, drop, truncate";
        Export "export" "data left in bulk: dump tool, COPY TO, data pump, 'esporta in Excel' of an application; db_rows when known";
        Import "import" "data was loaded in bulk";
        DbError "db_error" "the server refused or failed a statement; event_code = SQLSTATE or ORA-/error number";
        BatchJob "batch_job" "a batch of the municipal suite ran (payroll, TARI rolls, realignment); fields.job, db_rows";
        ApiCall "api_call" "a call to or from a national base through an API (PDND, ANPR, INPS, GovWay); service_name = e-service, fields.purpose";
    }
    File "file" {
        FileRead "file_read" "a file was opened or downloaded";
        FileCreate "file_create" "a file was created or uploaded";
        FileWrite "file_write" "a file's content changed";
        FileRename "file_rename" "a file was renamed or moved; old path in file_path, new in fields.new_path";
        FileDelete "file_delete" "a file was deleted";
        FilePermissionChange "file_permission_change" "owner or rights of a file or share changed";
        ShareAccess "share_access" "a network share was reached";
        IntegrityChange "integrity_change" "an integrity monitor found a changed file";
        MalwareDetected "malware_detected" "an antivirus or EDR found something; rule_name = threat; not cleaned = failure, cleaned or quarantined = success";
        ProtectionDisabled "protection_disabled" "antivirus, EDR or host firewall was stopped, excluded or weakened";
        RemovableMedia "removable_media" "a USB device was connected";
        Print "print" "a document was printed; title is personal data, keep fields.pages only by default";
    }
    Email "email" {
        MailSent "mail_sent" "a message left or was queued for outside";
        MailReceived "mail_received" "a message was accepted from outside";
        MailBounced "mail_bounced" "delivery failed for good or was deferred (fields.dsn)";
        MailBlocked "mail_blocked" "antispam or antivirus refused or quarantined";
        MailRead "mail_read" "mailbox items were read by someone (MailItemsAccessed)";
        PecEvent "pec_event" "a certified mail event: accettazione, consegna, mancata consegna, anomalia (fields.pec_type)";
        ProtocolRecord "protocol_record" "a document was entered in the protocollo informatico, annulled or assigned (fields.operation, fields.protocol_number)";
    }
    Other "other" {
        PhysicalAccess "physical_access" "a badge, gate or alarm event";
        CameraEvent "camera_event" "a camera, recorder or plate reader changed state, or footage was viewed or exported (fields.operation)";
        Payment "payment" "a payment step; subject_ref pseudonymised, fields.iuv, fields.amount";
        ApplicationEvent "application_event" "anything an application says that has no row here; keep its own verb in fields.action";
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was refused or went wrong.
    Failure,
    /// The text does not say, or it ended with warnings.
    Unknown,
}

impl Outcome {
    /// Its word in the `event_outcome` column.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Success => "success",
            Outcome::Failure => "failure",
            Outcome::Unknown => "unknown",
        }
    }

    /// Success when `done`, else failure.
    pub const fn of(done: bool) -> Outcome {
        if done { Outcome::Success } else { Outcome::Failure }
    }
}
