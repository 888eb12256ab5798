//! Installs the machines of a town: names in its own habit, addresses, log files, vendor layouts.
//!
//! Promises: another seed gives other names and another mix of layouts; all three Windows shapes and
//! both file-writing web servers are always there. Must not know: what the machines will log.

use std::net::Ipv4Addr;

use crate::hosts::{
    Appliance, BranchMaker, Hosts, Linux, LogFile, NasMaker, Postgres, PostgresLayout, Site, SyslogLayout,
    WebLayout, Windows, WindowsShape, Wire,
};
use crate::lines::FileId;
use crate::rng::Rng;

/// Builds hosts and numbers their files.
pub(crate) struct Builder {
    pub(crate) files: Vec<LogFile>,
    rng: Rng,
    net: u8,
    style: u64,
    initials: String,
    domain: String,
    forest: String,
}

impl Builder {
    pub(crate) fn new(seed: u64, net: u8, initials: &str, domain: &str, forest: &str) -> Self {
        let mut rng = Rng::named(seed, "hosts", 0);
        let style = rng.below(3);
        Self {
            files: Vec::new(),
            rng,
            net,
            style,
            initials: initials.to_owned(),
            domain: domain.to_owned(),
            forest: forest.to_owned(),
        }
    }

    /// The town hall's machines.
    pub(crate) fn hosts(&mut self) -> Hosts {
        let mut shapes = [WindowsShape::Winlogbeat, WindowsShape::Nxlog, WindowsShape::Flat];
        self.rng.shuffle(&mut shapes);
        let [first, second, third] = shapes;
        let (suite_shape, collector_shape) = (self.rng.pick(&shapes), self.rng.pick(&shapes));
        let mut web = [WebLayout::Nginx, WebLayout::Apache];
        self.rng.shuffle(&mut web);
        let [albo_layout, site_layout] = web;
        let audited = [PostgresLayout::Csv, PostgresLayout::Json];
        let (registry_layout, web_layout) = (self.rng.pick(&audited), self.rng.pick(&audited));
        let serial = format!("FGT60FTK{:08}", self.rng.below(100_000_000));
        let branch_maker = self.rng.pick(&[BranchMaker::Pfsense, BranchMaker::Mikrotik]);
        let nas_maker = self.rng.pick(&[NasMaker::Synology, NasMaker::Qnap]);
        Hosts {
            firewall: self.appliance("FGT", 1, 1, Wire::AsIs),
            firewall_serial: serial,
            branch: self.appliance("fw-sede", 1, 5, Wire::AsIs),
            branch_maker,
            gateway: self.linux("gw", 1, 6),
            switch: self.appliance("SW-CORE", 1, 3, Wire::AsIs),
            floor_switches: ["SW-PT", "SW-P1", "SW-P2", "SW-ANAG", "SW-PL", "SW-BIBL"]
                .map(|role| self.name(role)),
            controllers: [self.windows("DC", 10, first), self.windows("DC", 11, second)],
            terminal: self.windows("TS", 14, third),
            suite: self.windows("APP", 15, suite_shape),
            iis: self.plain("iis-suite.log", "suite", "w3svc"),
            collector: self.windows("WEC", 16, collector_shape),
            files: self.linux("srv-file", 2, 20),
            portal: self.site("portale", WebLayout::NginxSyslog, 4, 10),
            portal_host: self.linux("portale", 20, 4),
            albo: self.site("albo", albo_layout, 5, 12),
            albo_host: self.linux("web2", 20, 5),
            site: self.site("www", site_layout, 5, 12),
            registry: self.postgres("registry", "anagrafe", registry_layout, 15),
            web_db: self.postgres("web", "albo", web_layout, 5),
            protocol_db: self.postgres("protocol", "protocollo", PostgresLayout::Stderr, 15),
            db_host: self.linux("db1", 2, 30),
            mail: self.linux("mx", 2, 9),
            resolver: self.linux("ns1", 2, 2),
            network: self.linux("srv-net", 2, 3),
            backup: self.linux("bck", 2, 40),
            veeam: self.appliance("VEEAM", 2, 41, Wire::AsIs),
            hypervisors: [
                self.appliance("esx1", 1, 21, Wire::AsIs),
                self.appliance("esx2", 1, 22, Wire::AsIs),
            ],
            nas: self.appliance("NAS", 2, 50, Wire::AsIs),
            nas_maker,
            fail2ban: self.plain("fail2ban.log", "portale", "fail2ban"),
            spid: self.plain("spid-sp.ndjson", "portale", "spid-sp"),
            govway: self.plain("govway.ndjson", "govway", "govway"),
            suite_audit: self.plain("suite-audit.ndjson", "suite", "suite"),
            pec: self.plain("pec-eventi.ndjson", "pec", "pec"),
            gates: self.plain("varchi-ztl.csv", "varchi", "varchi"),
            exchange: self.linux("centralino", 7, 5),
            m365: self.plain("m365-audit.ndjson", "m365", "m365"),
            entra: self.plain("entra-accessi.ndjson", "entra", "entra"),
        }
    }

    fn file(&mut self, name: String, wire: Wire) -> FileId {
        let id = u16::try_from(self.files.len()).unwrap_or(u16::MAX);
        self.files.push(LogFile { name, wire });
        FileId(id)
    }

    fn plain(&mut self, name: &str, host: &str, tag: &'static str) -> FileId {
        let wire = Wire::Forwarded { priority: 134, host: host.to_owned(), tag };
        self.file(name.to_owned(), wire)
    }

    fn address(&self, vlan: u8, host: u8) -> Ipv4Addr {
        Ipv4Addr::new(10, self.net, vlan, host)
    }

    /// A name in the town's own habit: `gw`, `cb-gw`, `gw-cb`.
    fn name(&self, role: &str) -> String {
        let capitals = role.chars().any(char::is_uppercase);
        let initials = if capitals { self.initials.to_uppercase() } else { self.initials.clone() };
        match self.style {
            0 => role.to_owned(),
            1 => format!("{initials}-{role}"),
            _ => format!("{role}-{initials}"),
        }
    }

    fn appliance(&mut self, role: &str, vlan: u8, host: u8, wire: Wire) -> Appliance {
        let name = self.name(role);
        let file = self.file(format!("{}.log", name.to_lowercase()), wire);
        Appliance { ip: self.address(vlan, host), name, file }
    }

    fn linux(&mut self, role: &str, vlan: u8, host: u8) -> Linux {
        let layouts =
            [SyslogLayout::Network, SyslogLayout::File, SyslogLayout::FileIso, SyslogLayout::Rfc5424];
        let layout = self.rng.pick(&layouts);
        let wire = match layout {
            SyslogLayout::Network | SyslogLayout::Rfc5424 => Wire::AsIs,
            SyslogLayout::File | SyslogLayout::FileIso => Wire::Priority(30),
        };
        let name = self.name(role);
        let file = self.file(format!("{name}.log"), wire);
        Linux { ip: self.address(vlan, host), name, file, layout }
    }

    fn windows(&mut self, role: &str, host: u8, shape: WindowsShape) -> Windows {
        let number = if host == 11 { "02" } else { "01" };
        let name = self.name(&format!("{role}{number}"));
        let wire = Wire::Forwarded { priority: 14, host: name.clone(), tag: "eventlog" };
        let file = self.file(format!("{}-eventi.ndjson", name.to_lowercase()), wire);
        Windows { computer: format!("{name}.{}", self.forest), ip: self.address(2, host), file, shape }
    }

    fn site(&mut self, role: &str, layout: WebLayout, host: u8, public: u8) -> Site {
        let server = self.name(if role == "www" { "web2" } else { role });
        let wire = |tag| Wire::Forwarded { priority: 190, host: server.clone(), tag };
        let access_wire = if layout == WebLayout::NginxSyslog { Wire::AsIs } else { wire("access") };
        let error_wire = wire("error");
        let access = self.file(format!("{role}-access.log"), access_wire);
        let error = self.file(format!("{role}-error.log"), error_wire);
        Site {
            domain: format!("{role}.{}", self.domain),
            host: server,
            ip: self.address(20, host),
            public_ip: Ipv4Addr::new(192, 0, 2, public),
            access,
            error,
            layout,
        }
    }

    fn postgres(
        &mut self,
        role: &str,
        database: &'static str,
        layout: PostgresLayout,
        app_host: u8,
    ) -> Postgres {
        let extension = match layout {
            PostgresLayout::Stderr => "log",
            PostgresLayout::Csv => "csv",
            PostgresLayout::Json => "json",
        };
        let host = self.name("db1");
        let wire = Wire::Forwarded { priority: 134, host: host.clone(), tag: "postgres" };
        let file = self.file(format!("postgresql-{database}.{extension}"), wire);
        let prefix = self.rng.pick(&["app", "svc", "u"]);
        let app_vlan = if role == "web" { 20 } else { 2 };
        Postgres {
            host,
            ip: self.address(2, 30),
            file,
            layout,
            database,
            app_user: format!("{prefix}_{database}"),
            app_ip: self.address(app_vlan, app_host),
        }
    }
}
