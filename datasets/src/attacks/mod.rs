//! Planted attacks: one file each, and the registry.
//!
//! To add one: write `at_NN.rs` with a unit struct that implements [`Attack`], and add its module
//! and its line to `ALL` below. Promises: an attack and its twin draw from substreams of their
//! own, so a new one leaves the others byte for byte as they were (but for the offices it asks for).
//! Must not know: how anything is detected; the expected detections are names in a label.

mod at_01;
mod at_02;
mod at_03;
mod at_04;
mod at_05;
mod at_06;
mod at_07;
mod at_08;
mod at_09;
mod at_10;
mod at_11;
mod at_12;
mod at_14;
mod at_15;
mod at_16;
mod at_17;
mod at_18;
mod at_19;
mod at_21;
mod at_22;
mod at_23;
mod at_24;
mod at_26;
mod at_27;
mod at_28;
mod at_29;
mod at_30;
mod at_31;
mod at_32;
mod at_33;
mod at_35;
mod at_36;
mod at_37;
mod at_40;
mod at_41;
mod at_42;
mod at_43;
mod at_45;
mod at_47;
mod at_48;
mod at_49;
mod at_50;

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::GenerateError;
use crate::people::{Office, Part};
use crate::story::Stage;

/// Every attack the generator knows.
pub(crate) const ALL: &[&dyn Attack] = &[
    &at_01::GuessedVpn,
    &at_02::HypervisorRansom,
    &at_03::PortalFlood,
    &at_04::LineFlood,
    &at_05::SlowRequests,
    &at_06::SabotagedBackups,
    &at_07::ZoneFlood,
    &at_08::LeaseStarvation,
    &at_09::DismissedTechnician,
    &at_10::SpamFromMailbox,
    &at_11::DefacedSite,
    &at_12::WebShellMiner,
    &at_14::TollFraud,
    &at_15::StoppedRansom,
    &at_16::SilencedLogs,
    &at_17::ClockMovedBack,
    &at_18::CutLine,
    &at_19::FullDisk,
    &at_21::MassLookUps,
    &at_22::SqlInjection,
    &at_23::RegisterDump,
    &at_24::LeavingEmployee,
    &at_26::IdentitiesInSeries,
    &at_27::StolenKey,
    &at_28::CuriousTechnician,
    &at_29::FormerSupplier,
    &at_30::CancelledFines,
    &at_31::CredentialStuffing,
    &at_32::Kerberoasting,
    &at_33::InvoiceFraud,
    &at_35::ApplicationsByNumber,
    &at_36::StagedDocuments,
    &at_37::StorageTaken,
    &at_40::AlteredVoters,
    &at_41::NeighbouringTowns,
    &at_42::TestKey,
    &at_43::DnsExfiltration,
    &at_45::CredentialFanOut,
    &at_47::NewSuperuser,
    &at_48::ForgottenBackup,
    &at_49::PortalRoot,
    &at_50::ForgottenDesktop,
];

/// Number of a scenario, written `AT-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttackId(pub u8);

impl Display for AttackId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AT-{:02}", self.0)
    }
}

impl FromStr for AttackId {
    type Err = GenerateError;

    /// Reads `AT-03`, in any case; the attack must be in the registry.
    fn from_str(text: &str) -> Result<Self, GenerateError> {
        let upper = text.to_ascii_uppercase();
        let number = upper.strip_prefix("AT-").and_then(|digits| digits.parse().ok());
        let known = number.filter(|number| ALL.iter().any(|attack| attack.facts().number == *number));
        known.map(Self).ok_or_else(|| GenerateError::UnknownAttack {
            asked: text.to_owned(),
            known: ids().iter().map(Self::to_string).collect::<Vec<_>>().join(", "),
        })
    }
}

/// The attacks that can be planted, in order.
#[must_use]
pub fn ids() -> Vec<AttackId> {
    let mut ids: Vec<AttackId> = ALL.iter().map(|attack| AttackId(attack.facts().number)).collect();
    ids.sort_unstable();
    ids
}

/// What an attack is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Continuity of the services.
    Continuity,
    /// Sensitive databases.
    Database,
}

/// What is always true of an attack.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Number in the table of scenarios.
    pub number: u8,
    /// What it is aimed at.
    pub family: Family,
    /// English title.
    pub title_en: &'static str,
    /// Italian title.
    pub title_it: &'static str,
    /// Office of the person who plays it (and of the twin's), when it matters.
    pub office: Option<Office>,
}

/// Values an alert may name, by column of the event table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entity(pub BTreeMap<&'static str, Vec<String>>);

impl Entity {
    /// Adds a value of a column; a column may have several.
    #[must_use]
    pub fn with(mut self, column: &'static str, value: impl Display) -> Self {
        self.0.entry(column).or_default().push(value.to_string());
        self
    }
}

/// What was planted.
#[derive(Debug, Clone)]
pub struct Planted {
    /// Values an alert may name.
    pub entity: Entity,
    /// Detections any of which should ring.
    pub detections: Vec<&'static str>,
}

/// A scenario that can be planted.
pub(crate) trait Attack: Sync {
    /// What is always true of it.
    fn facts(&self) -> Facts;

    /// Writes its lines on the stage. Every line written is labelled: what is ordinary life stays out.
    fn plant(&self, stage: &mut Stage<'_>) -> Planted;

    /// Writes its look-alike below every threshold, with another person and other addresses.
    fn twin(&self, stage: &mut Stage<'_>) -> Entity;
}

/// The parts whose person must sit in an office.
pub(crate) fn offices() -> Vec<(Part, Office)> {
    let demands = ALL.iter().filter_map(|attack| {
        let facts = attack.facts();
        facts.office.map(|office| (facts.number, office))
    });
    demands
        .flat_map(|(number, office)| [(Part::Attack(number), office), (Part::Twin(number), office)])
        .collect()
}
