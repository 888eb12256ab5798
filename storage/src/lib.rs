//! What is kept: the journal, which makes an acknowledgement true, the lake, the table that is asked, and the originals, which
//! prove what was received; and the state, which is what changes.
//!
//! Promises: what was acknowledged is read back once, in order, byte for byte, after a crash at any instant; damage is
//! named and never skipped silently; a full disk corrupts nothing; each journalled frame is in the lake once, and in the originals.
//! Must not know: formats, rules, sources.

pub mod disk;
mod error;
pub mod journal;
pub mod kill_point;
pub mod lake;
pub mod seal;
pub mod state;

pub use disk::{Disk, DiskFile, Folder};
pub use error::Error;
pub use journal::{Journal, Settings};
pub use lake::{LakeSettings, Retention};
pub use state::{State, StateReader};
