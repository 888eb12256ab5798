//! Benign oddities: ordinary things that look like attacks, one file each, and the registry.
//!
//! To add one: write `bn_NN.rs` with a unit struct that implements [`Oddity`], and add its module
//! and its line to `ALL`. Promises: an oddity of a day depends on the seed and the date only.
//! Must not know: which attacks are planted.

mod bn_02;
mod bn_03;
mod bn_05;
mod bn_06;
mod bn_07;
mod bn_08;
mod bn_14;
mod bn_23;
mod bn_24;
mod bn_27;
mod bn_30;
mod bn_34;

use crate::calendar::Day;
use crate::rng::Rng;
use crate::story::Stage;

/// Every oddity the generator knows.
pub(crate) const ALL: [&dyn Oddity; 12] = [
    &bn_02::NightBackup,
    &bn_03::ForgottenPassword,
    &bn_05::ClickDay,
    &bn_06::TaxNotices,
    &bn_07::PatchTuesday,
    &bn_08::Payroll,
    &bn_14::PowerCut,
    &bn_23::CertificateRenewal,
    &bn_24::LogRotation,
    &bn_27::PrinterPassword,
    &bn_30::Newsletter,
    &bn_34::RepeatedBan,
];

/// Something harmless that looks like an attack.
pub(crate) trait Oddity: Sync {
    /// Number in the table of oddities.
    fn number(&self) -> u8;

    /// Whether it happens on a day; `luck` is a substream of this oddity and date.
    fn happens(&self, day: &Day, luck: &mut Rng) -> bool;

    /// Writes its lines of a day.
    fn plant(&self, stage: &mut Stage<'_>, day: &Day);
}
