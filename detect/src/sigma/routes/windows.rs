//! Sigma's log sources of product `windows`: channels and event ids.
//!
//! As pySigma's Sysmon pipeline has them, with two choices of SigmaHQ's own regression mapping: the event
//! type tells registry_add from registry_delete, and file_delete is Sysmon's event 23 alone.
//! Registry rules see no Security 4657, network rules no 5156. `file_access` and `file_rename` come from a
//! kernel trace provider and have no event log.

use super::Route;
use crate::sigma::fields::View;

const SYSMON: &[&str] = &["Microsoft-Windows-Sysmon/Operational"];
const SECURITY: &[&str] = &["Security"];
const POWERSHELL: &[&str] = &["Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"];
const POWERSHELL_CLASSIC: &[&str] = &["Windows PowerShell"];

/// Category, channels, event ids, event types.
type Category = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const CATEGORIES: &[Category] = &[
    ("process_creation", SYSMON, &["1"], &[]),
    ("file_change", SYSMON, &["2"], &[]),
    ("network_connection", SYSMON, &["3"], &[]),
    ("sysmon_status", SYSMON, &["4", "16"], &[]),
    ("process_termination", SYSMON, &["5"], &[]),
    ("driver_load", SYSMON, &["6"], &[]),
    ("image_load", SYSMON, &["7"], &[]),
    ("create_remote_thread", SYSMON, &["8"], &[]),
    ("raw_access_thread", SYSMON, &["9"], &[]),
    ("process_access", SYSMON, &["10"], &[]),
    ("file_event", SYSMON, &["11"], &[]),
    ("registry_event", SYSMON, &["12", "13", "14"], &[]),
    ("registry_add", SYSMON, &["12"], &["CreateKey"]),
    ("registry_delete", SYSMON, &["12"], &["DeleteKey", "DeleteValue"]),
    ("registry_set", SYSMON, &["13"], &[]),
    ("registry_rename", SYSMON, &["14"], &[]),
    ("create_stream_hash", SYSMON, &["15"], &[]),
    ("pipe_created", SYSMON, &["17", "18"], &[]),
    ("wmi_event", SYSMON, &["19", "20", "21"], &[]),
    ("dns_query", SYSMON, &["22"], &[]),
    ("file_delete", SYSMON, &["23"], &[]),
    ("clipboard_capture", SYSMON, &["24"], &[]),
    ("process_tampering", SYSMON, &["25"], &[]),
    ("file_delete_detected", SYSMON, &["26"], &[]),
    ("file_block_executable", SYSMON, &["27"], &[]),
    ("file_block_shredding", SYSMON, &["28"], &[]),
    ("file_executable_detected", SYSMON, &["29"], &[]),
    ("sysmon_error", SYSMON, &["255"], &[]),
    ("ps_module", POWERSHELL, &["4103"], &[]),
    ("ps_script", POWERSHELL, &["4104"], &[]),
    ("ps_classic_start", POWERSHELL_CLASSIC, &["400"], &[]),
    ("ps_classic_provider_start", POWERSHELL_CLASSIC, &["600"], &[]),
    ("ps_classic_script", POWERSHELL_CLASSIC, &["800"], &[]),
];

const SERVICES: &[(&str, &[&str])] = &[
    ("application", &["Application"]),
    ("security", SECURITY),
    ("system", &["System"]),
    ("sysmon", SYSMON),
    ("powershell", POWERSHELL),
    ("powershell-classic", POWERSHELL_CLASSIC),
    ("taskscheduler", &["Microsoft-Windows-TaskScheduler/Operational"]),
    ("wmi", &["Microsoft-Windows-WMI-Activity/Operational"]),
    ("dns-server", &["DNS Server"]),
    ("dns-server-analytic", &["Microsoft-Windows-DNS-Server/Analytical"]),
    ("dhcp", &["Microsoft-Windows-DHCP-Server/Operational"]),
    ("ntlm", &["Microsoft-Windows-NTLM/Operational"]),
    ("driver-framework", &["Microsoft-Windows-DriverFrameworks-UserMode/Operational"]),
    ("printservice-admin", &["Microsoft-Windows-PrintService/Admin"]),
    ("printservice-operational", &["Microsoft-Windows-PrintService/Operational"]),
    ("smbclient-security", &["Microsoft-Windows-SmbClient/Security"]),
    ("smbclient-connectivity", &["Microsoft-Windows-SmbClient/Connectivity"]),
    ("smbserver-connectivity", &["Microsoft-Windows-SMBServer/Connectivity"]),
    (
        "terminalservices-localsessionmanager",
        &["Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"],
    ),
    ("codeintegrity-operational", &["Microsoft-Windows-CodeIntegrity/Operational"]),
    (
        "applocker",
        &[
            "Microsoft-Windows-AppLocker/MSI and Script",
            "Microsoft-Windows-AppLocker/EXE and DLL",
            "Microsoft-Windows-AppLocker/Packaged app-Deployment",
            "Microsoft-Windows-AppLocker/Packaged app-Execution",
        ],
    ),
    ("msexchange-management", &["MSExchange Management"]),
    ("windefend", &["Microsoft-Windows-Windows Defender/Operational"]),
    ("firewall-as", &["Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"]),
    ("bits-client", &["Microsoft-Windows-Bits-Client/Operational"]),
    (
        "security-mitigations",
        &[
            "Microsoft-Windows-Security-Mitigations/Kernel Mode",
            "Microsoft-Windows-Security-Mitigations/User Mode",
        ],
    ),
    ("diagnosis-scripted", &["Microsoft-Windows-Diagnosis-Scripted/Operational"]),
    ("shell-core", &["Microsoft-Windows-Shell-Core/Operational"]),
    ("openssh", &["OpenSSH/Operational"]),
    ("ldap", &["Microsoft-Windows-LDAP-Client/Debug"]),
    ("bitlocker", &["Microsoft-Windows-BitLocker/BitLocker Management"]),
    ("vhdmp", &["Microsoft-Windows-VHDMP/Operational"]),
    ("appxdeployment-server", &["Microsoft-Windows-AppXDeploymentServer/Operational"]),
    ("lsa-server", &["Microsoft-Windows-LSA/Operational"]),
    ("appxpackaging-om", &["Microsoft-Windows-AppxPackaging/Operational"]),
    ("dns-client", &["Microsoft-Windows-DNS Client Events/Operational"]),
    ("appmodel-runtime", &["Microsoft-Windows-AppModel-Runtime/Admin"]),
    ("capi2", &["Microsoft-Windows-CAPI2/Operational"]),
    (
        "certificateservicesclient-lifecycle-system",
        &["Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational"],
    ),
    (
        "kernel-shimengine",
        &[
            "Microsoft-Windows-Kernel-ShimEngine/Operational",
            "Microsoft-Windows-Kernel-ShimEngine/Diagnostic",
        ],
    ),
    (
        "application-experience",
        &[
            "Microsoft-Windows-Application-Experience/Program-Telemetry",
            "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant",
        ],
    ),
    ("ntfs", &["Microsoft-Windows-Ntfs/Operational"]),
    ("hyper-v-worker", &["Microsoft-Windows-Hyper-V-Worker"]),
    ("kernel-event-tracing", &["Microsoft-Windows-Kernel-EventTracing"]),
    ("sense", &["Microsoft-Windows-SENSE/Operational"]),
    (
        "microsoft-servicebus-client",
        &["Microsoft-ServiceBus-Client/Admin", "Microsoft-ServiceBus-Client/Operational"],
    ),
    ("iis-configuration", &["Microsoft-IIS-Configuration/Operational"]),
];

/// The routes of a category and a service; both when both are given.
pub(super) fn routes(category: Option<&str>, service: Option<&str>) -> Vec<Route> {
    let of_service = service.map(|service| SERVICES.iter().find(|(name, _)| *name == service));
    let channels: &'static [&'static str] = match of_service {
        Some(Some((_, channels))) => channels,
        Some(None) => return Vec::new(),
        None => &[],
    };
    let Some(category) = category else {
        return vec![Route::Windows { channels, event_ids: &[], event_types: &[], view: View::Windows }];
    };
    let found = CATEGORIES.iter().filter(|(name, ..)| *name == category);
    let mut routes: Vec<Route> = found
        .filter(|(_, of_category, ..)| channels.is_empty() || channels == *of_category)
        .map(|(_, channels, event_ids, event_types)| Route::Windows {
            channels,
            event_ids,
            event_types,
            view: View::Windows,
        })
        .collect();
    if category == "process_creation" && (channels.is_empty() || channels == SECURITY) {
        routes.push(Route::Windows {
            channels: SECURITY,
            event_ids: &["4688"],
            event_types: &[],
            view: View::Security4688,
        });
    }
    routes
}
