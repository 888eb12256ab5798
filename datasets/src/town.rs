//! The fictional comune: its invented name and code, its people, its network, its machines.
//!
//! Promises: everything from the seed; nothing real (reserved names below `.example`, addresses of
//! documentation and benchmark ranges, an ISTAT-like code starting with 9, which no region has).
//! Must not know: lines, attacks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use crate::clock::LocalClock;
use crate::hosts::{Hosts, LogFile};
use crate::installation::Builder;
use crate::people::{Office, Part, Person, Staff};
use crate::rng::Rng;
use crate::words::{NAME_ENDS, NAME_MIDDLES, NAME_STARTS, OUTSIDE_SERVICES};

/// A supplier with a VPN account.
#[derive(Debug, Clone)]
pub struct Supplier {
    /// VPN account.
    pub login: String,
    /// Fixed address of its office.
    pub address: IpAddr,
    /// Address it gets inside, always the same.
    pub tunnel: Ipv4Addr,
}

impl Supplier {
    fn new(name: &str, number: u8, net: u8) -> Self {
        Self {
            login: format!("{name}{number}"),
            address: IpAddr::V4(Ipv4Addr::new(198, 18, 125, 10 * number + 3)),
            tunnel: Ipv4Addr::new(10, net, 99, 1 + number),
        }
    }
}

const SUPPLIER_NAMES: [&str; 4] = ["fornitore", "ext-ditta", "manut", "assist."];
const FORMER_TECHNICIANS: [&str; 5] = ["tecnico.old", "ced.vecchio", "sistemi2", "t.sistemista", "rete.ced"];

/// A fictional town hall.
#[derive(Debug, Clone)]
pub struct Town {
    /// Seed it was made from.
    pub seed: u64,
    /// Invented name.
    pub name: String,
    /// ISTAT-like code, `9` and five digits.
    pub istat: String,
    /// Inhabitants.
    pub inhabitants: u64,
    /// Patron saint's day as (month, day).
    pub patron: (i8, i8),
    /// Domain of web and mail.
    pub domain: String,
    /// Windows domain, full name.
    pub forest: String,
    /// Windows domain, short name.
    pub netbios: String,
    /// Second octet of the internal network `10.N.0.0/16`.
    pub net: u8,
    /// Who works there.
    pub staff: Staff,
    /// Suppliers with remote access.
    pub suppliers: Vec<Supplier>,
    /// A supplier whose contract has ended; nobody took its account away.
    pub former_supplier: Supplier,
    /// Account of a technician who was sent away; it still works.
    pub former_technician: &'static str,
    /// The administrators' accounts (one or two people of IT), with their PC.
    pub administrators: [Person; 2],
    /// Account the nightly backups run as.
    pub backup_account: String,
    /// Account the payroll batch runs as.
    pub payroll_account: &'static str,
    /// Where the nightly copy goes outside.
    pub copy_site: Ipv4Addr,
    /// Addresses many people share: the library's guests, a tax assistance centre.
    pub shared_nat: [IpAddr; 2],
    /// Addresses that scan with leave: the inventory server, the security rating company.
    pub known_scanners: [IpAddr; 2],
    /// The machines.
    pub hosts: Hosts,
    /// Every log file, by `FileId`.
    pub files: Vec<LogFile>,
    /// Wall clock of the generated days.
    pub clock: Arc<LocalClock>,
    /// Windows domain SID, without the last part.
    pub sid: String,
}

impl Town {
    /// Builds the town of a seed; `offices` are the parts whose person must sit in an office.
    #[must_use]
    pub fn build(seed: u64, clock: LocalClock, offices: &[(Part, Office)]) -> Self {
        let mut rng = Rng::named(seed, "town", 0);
        let name = format!("{}{}{}", rng.pick(&NAME_STARTS), rng.pick(&NAME_MIDDLES), rng.pick(&NAME_ENDS));
        let slug = name.to_lowercase();
        let domain = format!("comune.{slug}.example");
        let forest = rng.pick(&["comune.local", "intranet.local", "ad.local"]).replace("comune", &slug);
        let netbios = if rng.chance(0.5) { "COMUNE".to_owned() } else { slug.to_uppercase() };
        let net = rng.octet(16, 120);
        let initials: String = slug.chars().take(2).collect();
        let mut builder = Builder::new(seed, net, &initials, &domain, &forest);
        let hosts = builder.hosts();
        let staff = Staff::hire(seed, net, offices);
        let administrators = administrators(&mut rng, net);
        let mut former = Rng::named(seed, "former", 0);
        Self {
            seed,
            istat: format!("9{:05}", rng.below(100_000)),
            inhabitants: rng.size(13_000, 20_000),
            patron: (i8::try_from(rng.size(1, 12)).unwrap_or(1), i8::try_from(rng.size(1, 28)).unwrap_or(1)),
            suppliers: suppliers(&mut rng, net),
            former_supplier: Supplier::new(former.pick(&SUPPLIER_NAMES), former.octet(6, 9), net),
            former_technician: former.pick(&FORMER_TECHNICIANS),
            administrators,
            backup_account: rng.pick(&["svc_backup", "srv_backup", "bkp_notte", "svc.veeam"]).to_owned(),
            payroll_account: "svc_stipendi",
            copy_site: Ipv4Addr::new(198, 19, 62, 10),
            shared_nat: [Ipv4Addr::new(192, 0, 2, 130), Ipv4Addr::new(198, 18, 124, net)].map(IpAddr::V4),
            known_scanners: [Ipv4Addr::new(10, net, 2, 60), Ipv4Addr::new(198, 18, 124, 200)].map(IpAddr::V4),
            sid: format!(
                "S-1-5-21-{}-{}-{}",
                rng.size(1 << 28, 1 << 31),
                rng.size(1 << 28, 1 << 31),
                rng.size(1 << 28, 1 << 31)
            ),
            name,
            domain,
            forest,
            netbios,
            net,
            staff,
            hosts,
            files: builder.files,
            clock: Arc::new(clock),
        }
    }

    /// Accounts no person uses: applications and batches.
    #[must_use]
    pub fn service_accounts(&self) -> Vec<&str> {
        let servers = [&self.hosts.registry, &self.hosts.web_db, &self.hosts.protocol_db];
        servers.into_iter().map(|server| server.app_user.as_str()).chain([self.payroll_account]).collect()
    }

    /// Network of the suppliers' tunnels: those who work from home get addresses above it.
    #[must_use]
    pub fn supplier_pool(&self) -> String {
        format!("{}/28", self.inside(99, 0))
    }

    /// Those who have given notice, as the personnel office tells it.
    #[must_use]
    pub fn leavers(&self) -> [&Person; 2] {
        [Part::Attack(24), Part::Twin(24)].map(|part| self.staff.person(part))
    }

    /// Address of the internal network.
    #[must_use]
    pub fn inside(&self, vlan: u8, host: u8) -> Ipv4Addr {
        Ipv4Addr::new(10, self.net, vlan, host)
    }

    /// Full computer name of somebody's PC.
    #[must_use]
    pub fn pc_of(&self, person: &Person) -> String {
        format!("{}.{}", person.pc, self.forest)
    }

    /// Full computer names of `count` PCs, each once.
    pub fn some_pcs(&self, rng: &mut Rng, count: usize) -> Vec<String> {
        let mut people: Vec<&Person> = self.staff.all().iter().collect();
        rng.shuffle(&mut people);
        people.into_iter().take(count).map(|person| self.pc_of(person)).collect()
    }

    /// A citizen's address; one in twelve has IPv6.
    pub fn citizen(&self, rng: &mut Rng) -> IpAddr {
        if rng.chance(0.08) {
            let block = rng.port(1, 400);
            IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, block, 0, rng.port(1, 0xffff), 0, 0, rng.port(1, 0xff)))
        } else {
            IpAddr::V4(Ipv4Addr::new(198, 18, rng.octet(0, 127), rng.octet(1, 254)))
        }
    }

    /// Name and address of an outside web service the offices use.
    pub fn outside_service(&self, rng: &mut Rng) -> (&'static str, Ipv4Addr) {
        let name = rng.pick(&OUTSIDE_SERVICES);
        let place = u8::try_from(name.len() * 7 % 200).unwrap_or(0);
        (name, Ipv4Addr::new(198, 19, 20 + place % 40, 10 + rng.octet(0, 5)))
    }
}

fn administrators(rng: &mut Rng, net: u8) -> [Person; 2] {
    let prefix = rng.pick(&["adm.", "admin.", "a-", "ced."]);
    let mut names = ["gio", "ale", "mara", "rob", "tina", "ser"];
    rng.shuffle(&mut names);
    let [first, second, ..] = names;
    [(first, 11_u8), (second, 12)].map(|(name, host)| Person {
        login: format!("{prefix}{name}"),
        office: Office::Informatics,
        pc: format!("PC-CED-{host}"),
        ip: Ipv4Addr::new(10, net, 4, host),
        mac: [0x3c, 0x52, 0x82, 0xfe, net, host],
        home: Ipv4Addr::new(198, 18, 126, host),
        rid: 500 + u32::from(host),
    })
}

fn suppliers(rng: &mut Rng, net: u8) -> Vec<Supplier> {
    let name = rng.pick(&SUPPLIER_NAMES);
    (1..=rng.octet(3, 5)).map(|number| Supplier::new(name, number, net)).collect()
}
