//! Whose events they are: comuni, the territorial cyber centres (COSC) above them, the nation above those.
//!
//! Promises: which COSC a comune belongs to is data (`cosc.csv`), by region and, in Sicily, by province.
//! Must not know: who may see what; that is decided where a query session is made.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A comune or other body whose logs are kept apart from all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// Its word in the `tenant` column.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// ISTAT code of the comune, six digits.
    pub istat: String,
    /// Code of its COSC, empty when not known.
    pub cosc: String,
    /// IANA name of the zone its devices write in when they write none.
    pub timezone: String,
}

impl Tenant {
    /// The tenant of files that nobody configured.
    pub fn unnamed() -> Tenant {
        Tenant {
            id: "default".to_owned(),
            name: "Comune".to_owned(),
            istat: "999999".to_owned(),
            cosc: String::new(),
            timezone: "Europe/Rome".to_owned(),
        }
    }
}

/// How far one may look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Territory {
    /// One comune, by tenant id.
    Comune(String),
    /// All comuni of a COSC, by its code.
    Cosc(String),
    /// All comuni.
    National,
}

impl Territory {
    /// True when the events of `tenant` lie in the territory.
    pub fn holds(&self, tenant: &Tenant) -> bool {
        match self {
            Territory::Comune(id) => *id == tenant.id,
            Territory::Cosc(code) => *code == tenant.cosc,
            Territory::National => true,
        }
    }
}

/// A Centro Operativo per la Sicurezza Cibernetica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosc {
    /// Our short code.
    pub code: &'static str,
    /// The territory it serves.
    pub name: &'static str,
    /// The town it sits in.
    pub seat: &'static str,
    /// ISTAT codes of its regions, two digits.
    pub regions: Vec<&'static str>,
    /// Its provinces, where a region is shared; empty when it serves whole regions.
    pub provinces: Vec<&'static str>,
}

static COSC: LazyLock<Vec<Cosc>> =
    LazyLock::new(|| include_str!("cosc.csv").lines().skip(1).filter_map(row).collect());

/// Every COSC.
pub fn all_cosc() -> &'static [Cosc] {
    &COSC
}

/// The COSC of that code.
pub fn cosc(code: &str) -> Option<&'static Cosc> {
    COSC.iter().find(|cosc| cosc.code == code)
}

/// The COSC that serves a province (its plate letters) of a region (its ISTAT code, two digits).
pub fn cosc_of(region: &str, province: &str) -> Option<&'static Cosc> {
    COSC.iter().find(|cosc| {
        cosc.regions.contains(&region) && (cosc.provinces.is_empty() || cosc.provinces.contains(&province))
    })
}

/// One row of `cosc.csv`; only the name may be quoted.
fn row(line: &'static str) -> Option<Cosc> {
    let (code, rest) = line.split_once(',')?;
    let (name, rest) = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\",")?,
        None => rest.split_once(',')?,
    };
    let mut cells = rest.split(',');
    let mut next = || cells.next();
    let (seat, regions, provinces) = (next()?, next()?, next()?);
    Some(Cosc {
        code,
        name,
        seat,
        regions: regions.split_whitespace().collect(),
        provinces: provinces.split_whitespace().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_eighteen_and_every_region_has_one() {
        assert_eq!(all_cosc().len(), 18);
        for region in 1..=20 {
            let region = format!("{region:02}");
            let province = if region == "19" { "PA" } else { "" };
            assert!(cosc_of(&region, province).is_some(), "{region}");
        }
    }

    #[test]
    fn sicily_is_shared_by_province() {
        assert_eq!(cosc_of("19", "TP").map(|cosc| cosc.seat), Some("Palermo"));
        assert_eq!(cosc_of("19", "ME").map(|cosc| cosc.seat), Some("Catania"));
        assert_eq!(cosc("NA").map(|cosc| cosc.name), Some("Campania, Basilicata e Molise"));
    }

    #[test]
    fn a_territory_holds_its_own_comuni_only() {
        let tenant = Tenant { cosc: "MI".to_owned(), ..Tenant::unnamed() };
        assert!(Territory::National.holds(&tenant));
        assert!(Territory::Cosc("MI".to_owned()).holds(&tenant));
        assert!(!Territory::Cosc("RM".to_owned()).holds(&tenant));
        assert!(!Territory::Comune("other".to_owned()).holds(&tenant));
    }
}
