//! Who works in the town hall, and who plays which part in a planted story.
//!
//! Promises: every attack, twin and oddity has a person and outside addresses of its own, so that
//! no two stories share an entity, whatever else is planted. Must not know: hosts, lines.

use std::net::{IpAddr, Ipv4Addr};

use crate::rng::Rng;
use crate::words::{FIRST_NAMES, SURNAMES};

/// Highest attack number that has a person of its own.
pub const ATTACKS_MAX: u8 = 50;
/// Highest oddity number that has a person of its own.
pub const ODDITIES_MAX: u8 = 35;
const EXTRAS: usize = 25;
/// First number of the nuisances' outside addresses.
const NUISANCES: u64 = 1_100;

/// An office of the town hall.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Office {
    /// Population register, civil status, elections.
    #[default]
    Register,
    /// Local taxes.
    Taxes,
    /// Accounting.
    Accounting,
    /// Protocol, archives, secretariat.
    Secretariat,
    /// Public works, building permits.
    Technical,
    /// Local police.
    Police,
    /// Social services.
    Social,
    /// Front desk.
    FrontDesk,
    /// The one or two people of IT.
    Informatics,
}

/// Offices that ordinary staff is spread over.
const OFFICES: [Office; 8] = [
    Office::Register,
    Office::Taxes,
    Office::Accounting,
    Office::Secretariat,
    Office::Technical,
    Office::Police,
    Office::Social,
    Office::FrontDesk,
];

impl Office {
    /// Short code used in host names.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Register => "ANAG",
            Self::Taxes => "TRIB",
            Self::Accounting => "RAG",
            Self::Secretariat => "SEG",
            Self::Technical => "TEC",
            Self::Police => "PL",
            Self::Social => "SOC",
            Self::FrontDesk => "URP",
            Self::Informatics => "CED",
        }
    }
}

/// A part in a story that needs people and outside addresses of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Attack number N of the registry.
    Attack(u8),
    /// The below-threshold twin of attack number N.
    Twin(u8),
    /// Benign oddity number N.
    Oddity(u8),
}

impl Part {
    /// Place in the list of people, unique per part.
    fn slot(self) -> usize {
        let attacks = usize::from(ATTACKS_MAX);
        match self {
            Self::Attack(number) => usize::from(number) - usize::from(number > 0),
            Self::Twin(number) => attacks + usize::from(number) - usize::from(number > 0),
            Self::Oddity(number) => 2 * attacks + usize::from(number) - usize::from(number > 0),
        }
    }
}

/// One employee with an account and a PC.
#[derive(Debug, Clone)]
pub struct Person {
    /// Account name, lower case.
    pub login: String,
    /// Office.
    pub office: Office,
    /// Name of the PC, without domain.
    pub pc: String,
    /// Address of the PC.
    pub ip: Ipv4Addr,
    /// Hardware address of the PC.
    pub mac: [u8; 6],
    /// Address at home, for telework.
    pub home: Ipv4Addr,
    /// Relative id of the Windows account.
    pub rid: u32,
}

/// Everybody.
#[derive(Debug, Clone)]
pub struct Staff {
    people: Vec<Person>,
    /// Places in `people` of each office.
    offices: Vec<(Office, Vec<usize>)>,
    /// The PCs' own accounts, one per person.
    computers: Vec<Person>,
    nobody: Person,
    outside: (u64, u64),
}

impl Staff {
    /// Hires everybody. `net` is the second octet of the internal network, `offices` the parts
    /// whose person must sit in a given office.
    #[must_use]
    pub fn hire(seed: u64, net: u8, offices: &[(Part, Office)]) -> Self {
        let mut rng = Rng::named(seed, "staff", 0);
        let style = rng.below(4);
        let count = 2 * usize::from(ATTACKS_MAX) + usize::from(ODDITIES_MAX) + EXTRAS;
        let mut people: Vec<Person> = Vec::with_capacity(count);
        for slot in 0..count {
            // Each person has a substream, so that one more attack renames nobody.
            let mut rng = Rng::named(seed, "person", slot as u64);
            let demanded = offices.iter().find(|(part, _)| part.slot() == slot);
            let drawn = rng.pick(&OFFICES);
            let office = demanded.map_or(drawn, |(_, office)| *office);
            let mut login = login(&mut rng, style);
            while people.iter().any(|person| person.login == login) {
                login.push(char::from(b'1' + rng.octet(0, 8)));
            }
            people.push(person(&mut rng, slot, net, office, login));
        }
        let nobody = person(&mut rng, 0, net, Office::FrontDesk, "sportello".to_owned());
        let members = |office: Office| {
            let places = people.iter().enumerate().filter(|(_, person)| person.office == office);
            (office, places.map(|(place, _)| place).collect())
        };
        let computers = people
            .iter()
            .map(|person| Person { login: format!("{}$", person.pc), ..person.clone() })
            .collect();
        let outside = (rng.below(1024) * 2 + 1, rng.below(2048));
        Self { offices: OFFICES.map(members).to_vec(), computers, people, nobody, outside }
    }

    /// Everybody, in a fixed order.
    #[must_use]
    pub fn all(&self) -> &[Person] {
        &self.people
    }

    /// The person who plays a part.
    #[must_use]
    pub fn person(&self, part: Part) -> &Person {
        self.people.get(part.slot()).unwrap_or(&self.nobody)
    }

    /// Anybody.
    pub fn anybody(&self, rng: &mut Rng) -> &Person {
        let at = usize::try_from(rng.below(self.people.len() as u64)).unwrap_or(0);
        self.people.get(at).unwrap_or(&self.nobody)
    }

    /// Somebody of an office (the first of the list when it is empty).
    pub fn somebody(&self, rng: &mut Rng, office: Office) -> &Person {
        let places = self.offices.iter().find(|(of, _)| *of == office).map_or(&[][..], |(_, places)| places);
        self.people.get(rng.pick(places)).unwrap_or(&self.nobody)
    }

    /// A PC's own account (`PC-ANAG-01$`), with the PC's address.
    pub fn computer(&self, rng: &mut Rng) -> &Person {
        let at = usize::try_from(rng.below(self.computers.len() as u64)).unwrap_or(0);
        self.computers.get(at).unwrap_or(&self.nobody)
    }

    /// Outside address number `index` (0 to 5) of a part: nobody else uses it.
    #[must_use]
    pub fn outsider(&self, part: Part, index: u8) -> IpAddr {
        self.outside_address(part.slot() as u64 * 6 + u64::from(index.min(5)))
    }

    /// Address of a background nuisance (scanner, guesser), one of 900.
    pub fn nuisance(&self, rng: &mut Rng) -> IpAddr {
        self.outside_address(NUISANCES + rng.below(900))
    }

    /// Address of the nuisance that is number `turn` to come by: all others come before it is back.
    #[must_use]
    pub fn passer_by(&self, turn: i64) -> IpAddr {
        self.outside_address(NUISANCES + turn.rem_euclid(900).unsigned_abs())
    }

    /// Distinct numbers below 2,048 give distinct addresses of the documentation and benchmark ranges.
    fn outside_address(&self, number: u64) -> IpAddr {
        let (factor, shift) = self.outside;
        let place = (number * factor + shift) % 2048;
        let last = u8::try_from(place % 250 + 1).unwrap_or(1);
        let address = match place / 250 {
            0 => Ipv4Addr::new(198, 51, 100, last),
            1 => Ipv4Addr::new(203, 0, 113, last),
            block => Ipv4Addr::new(198, 19, u8::try_from(block).unwrap_or(9), last),
        };
        IpAddr::V4(address)
    }
}

fn login(rng: &mut Rng, style: u64) -> String {
    let (first, last) = (rng.pick(&FIRST_NAMES), rng.pick(&SURNAMES));
    let initial: String = first.chars().take(1).collect();
    match style {
        0 => format!("{initial}{last}"),
        1 => format!("{initial}.{last}"),
        2 => format!("{first}.{last}"),
        _ => format!("{last}.{initial}"),
    }
}

fn person(rng: &mut Rng, slot: usize, net: u8, office: Office, login: String) -> Person {
    let host = u8::try_from(slot % 120).unwrap_or(0) + 21;
    let vlan = if slot < 120 { 4 } else { 5 };
    let [.., a, b, c] = rng.next_u64().to_be_bytes();
    Person {
        login,
        office,
        pc: format!("PC-{}-{:02}", office.code(), slot + 1),
        ip: Ipv4Addr::new(10, net, vlan, host),
        mac: [0x3c, 0x52, 0x82, a, b, c],
        home: Ipv4Addr::new(198, 18, rng.octet(0, 120), rng.octet(2, 250)),
        rid: 1_100 + u32::try_from(slot).unwrap_or(0) * 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn parts() -> Vec<Part> {
        let stories = (1..=ATTACKS_MAX).flat_map(|number| [Part::Attack(number), Part::Twin(number)]);
        stories.chain((1..=ODDITIES_MAX).map(Part::Oddity)).collect()
    }

    #[test]
    fn every_part_has_its_own_person_and_its_own_outside_addresses() {
        let staff = Staff::hire(5, 20, &[]);
        let logins: BTreeSet<&str> = parts().iter().map(|part| staff.person(*part).login.as_str()).collect();
        assert_eq!(logins.len(), parts().len());
        let outside: BTreeSet<IpAddr> =
            parts().iter().flat_map(|part| (0..6).map(|index| staff.outsider(*part, index))).collect();
        assert_eq!(outside.len(), 6 * parts().len());
        let mut rng = Rng::named(5, "test", 0);
        assert!((0..500).all(|_| !outside.contains(&staff.nuisance(&mut rng))));
    }

    #[test]
    fn who_comes_by_is_not_back_before_all_others_came() {
        let staff = Staff::hire(5, 20, &[]);
        let addresses: BTreeSet<IpAddr> =
            (29_500_000..29_500_900).map(|turn| staff.passer_by(turn)).collect();
        assert_eq!(addresses.len(), 900);
    }

    #[test]
    fn an_office_asked_for_by_one_part_moves_nobody_else() {
        let plain = Staff::hire(5, 20, &[]);
        let moved = Staff::hire(5, 20, &[(Part::Attack(21), Office::Police)]);
        assert_eq!(moved.person(Part::Attack(21)).office, Office::Police);
        for part in parts().into_iter().filter(|part| *part != Part::Attack(21)) {
            assert_eq!(plain.person(part).login, moved.person(part).login);
            assert_eq!(plain.person(part).pc, moved.person(part).pc);
        }
    }
}
