//! The machines of the town hall: what each is, where it is, which log file it writes, in which
//! vendor's layout.
//!
//! Promises: another seed gives other names, addresses and mixes of layouts.
//! Must not know: how a layout is rendered (that is `devices`), who does what.

use std::net::Ipv4Addr;

use crate::lines::FileId;

/// One log file of the town.
#[derive(Debug, Clone)]
pub struct LogFile {
    /// Name inside the output folder.
    pub name: String,
    /// What a syslog sender puts before each of its lines.
    pub wire: Wire,
}

/// How the lines of a file look when they travel as syslog.
#[derive(Debug, Clone)]
pub enum Wire {
    /// They already are syslog with a priority.
    AsIs,
    /// Only the priority is missing.
    Priority(u8),
    /// Plain lines: the forwarder adds a whole RFC 3164 header.
    Forwarded {
        /// Facility and severity.
        priority: u8,
        /// Sending host.
        host: String,
        /// Program name.
        tag: &'static str,
    },
}

/// Syslog layout of a Linux host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SyslogLayout {
    /// `<86>Mar 16 09:12:44 host prog[1]: ...`
    #[default]
    Network,
    /// `Mar 16 09:12:44 host prog[1]: ...`
    File,
    /// `2026-03-16T09:12:44.112+01:00 host prog[1]: ...`
    FileIso,
    /// `<86>1 2026-03-16T09:12:44.112+01:00 host prog 1 - - ...`
    Rfc5424,
}

/// A Linux host (or appliance) that writes syslog.
#[derive(Debug, Clone)]
pub struct Linux {
    /// Host name.
    pub name: String,
    /// Internal address.
    pub ip: Ipv4Addr,
    /// Its log.
    pub file: FileId,
    /// How it writes.
    pub layout: SyslogLayout,
}

/// JSON shape of a Windows event forwarder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WindowsShape {
    /// Winlogbeat, nested under `winlog`.
    #[default]
    Winlogbeat,
    /// NXLog `im_msvistalog` with `to_json`.
    Nxlog,
    /// Flat: every field of the event data at the top level.
    Flat,
}

/// A Windows host whose event log is forwarded.
#[derive(Debug, Clone)]
pub struct Windows {
    /// Full computer name.
    pub computer: String,
    /// Internal address.
    pub ip: Ipv4Addr,
    /// Its events.
    pub file: FileId,
    /// How the forwarder writes.
    pub shape: WindowsShape,
}

/// Log layout of a web server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WebLayout {
    /// nginx, access log over syslog.
    #[default]
    NginxSyslog,
    /// nginx, access log to a file.
    Nginx,
    /// Apache, combined log to a file.
    Apache,
}

/// A public web site.
#[derive(Debug, Clone)]
pub struct Site {
    /// Name the citizen types.
    pub domain: String,
    /// Host name of the server.
    pub host: String,
    /// Internal address of the server.
    pub ip: Ipv4Addr,
    /// Address seen from the Internet.
    pub public_ip: Ipv4Addr,
    /// Access log.
    pub access: FileId,
    /// Error log.
    pub error: FileId,
    /// Server product.
    pub layout: WebLayout,
}

/// Log layout of a PostgreSQL server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PostgresLayout {
    /// `log_destination = stderr`, prefix `%m [%p] %u@%d `.
    Stderr,
    /// `csvlog`.
    #[default]
    Csv,
    /// `jsonlog`.
    Json,
}

/// A PostgreSQL server.
#[derive(Debug, Clone)]
pub struct Postgres {
    /// Host name.
    pub host: String,
    /// Internal address.
    pub ip: Ipv4Addr,
    /// Its log.
    pub file: FileId,
    /// How it writes.
    pub layout: PostgresLayout,
    /// Main database.
    pub database: &'static str,
    /// Account of the application.
    pub app_user: String,
    /// Server the application runs on.
    pub app_ip: Ipv4Addr,
}

/// Maker of the branch office's firewall.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BranchMaker {
    /// pfSense or OPNsense filterlog.
    #[default]
    Pfsense,
    /// MikroTik RouterOS.
    Mikrotik,
}

/// Maker of the network storage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NasMaker {
    /// Synology DSM.
    #[default]
    Synology,
    /// QNAP QTS.
    Qnap,
}

/// A device known by its name, address and log only.
#[derive(Debug, Clone)]
pub struct Appliance {
    /// Host or device name.
    pub name: String,
    /// Management address.
    pub ip: Ipv4Addr,
    /// Its log.
    pub file: FileId,
}

/// Everything that logs.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// Perimeter firewall (FortiGate); `ip` is its inside address.
    pub firewall: Appliance,
    /// Its serial number.
    pub firewall_serial: String,
    /// Firewall of the branch office.
    pub branch: Appliance,
    /// Its maker.
    pub branch_maker: BranchMaker,
    /// Linux gateway of library and guests (netfilter).
    pub gateway: Linux,
    /// Core switch (Cisco IOS).
    pub switch: Appliance,
    /// Names of the floors' switches (Cisco IOS), whose messages stand in the core switch's log.
    pub floor_switches: [String; 6],
    /// Domain controllers.
    pub controllers: [Windows; 2],
    /// Terminal server, with Sysmon.
    pub terminal: Windows,
    /// Server of the .NET suite, with IIS.
    pub suite: Windows,
    /// IIS log of the suite.
    pub iis: FileId,
    /// Collector of the PCs' forwarded events.
    pub collector: Windows,
    /// Linux file server (Samba, `full_audit`).
    pub files: Linux,
    /// Citizens' portal.
    pub portal: Site,
    /// Server under the portal.
    pub portal_host: Linux,
    /// Albo pretorio and transparency.
    pub albo: Site,
    /// Server under albo and institutional site.
    pub albo_host: Linux,
    /// Institutional site.
    pub site: Site,
    /// Population register, taxes, elections: operators have accounts of their own, with pgaudit.
    pub registry: Postgres,
    /// Database behind portal and albo, with pgaudit.
    pub web_db: Postgres,
    /// Protocol database.
    pub protocol_db: Postgres,
    /// Server under the databases.
    pub db_host: Linux,
    /// Mail relay and mailboxes.
    pub mail: Linux,
    /// Resolver and own zone (BIND).
    pub resolver: Linux,
    /// DHCP, UPS monitor.
    pub network: Linux,
    /// Where dumps are made and kept.
    pub backup: Linux,
    /// Veeam server.
    pub veeam: Appliance,
    /// Virtualisation hosts.
    pub hypervisors: [Appliance; 2],
    /// Network storage.
    pub nas: Appliance,
    /// Its maker.
    pub nas_maker: NasMaker,
    /// fail2ban of the portal.
    pub fail2ban: FileId,
    /// SPID and CIE transactions.
    pub spid: FileId,
    /// `GovWay` gateway towards national bases.
    pub govway: FileId,
    /// Audit of the municipal suite.
    pub suite_audit: FileId,
    /// Certified mail events.
    pub pec: FileId,
    /// Plate readers of the limited traffic zone.
    pub gates: FileId,
    /// Telephone exchange (Asterisk).
    pub exchange: Linux,
    /// Microsoft 365 unified audit log.
    pub m365: FileId,
    /// Microsoft Entra ID sign-ins.
    pub entra: FileId,
}

impl Hosts {
    /// Names of the servers, as they call themselves in their logs.
    pub fn servers(&self) -> Vec<&str> {
        let [first, second] = &self.controllers;
        let windows = [first, second, &self.terminal, &self.suite, &self.collector];
        let linux = [
            &self.files,
            &self.portal_host,
            &self.albo_host,
            &self.db_host,
            &self.mail,
            &self.resolver,
            &self.network,
            &self.backup,
            &self.exchange,
        ];
        let windows = windows.map(|server| server.computer.as_str());
        windows.into_iter().chain(linux.map(|server| server.name.as_str())).collect()
    }
}
