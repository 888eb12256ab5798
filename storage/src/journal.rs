//! The write-ahead journal: append-only segments of blocks. `docs/journal-format.md` draws the bytes.
//!
//! Promises: a seq that [`Journal::sync`] has named is read back once and in order after a crash at any instant; what it
//! had not named is read back whole or not at all; a torn tail is cut, damage is named and kept.
//! Must not know: who asks, what a frame means.

mod block;
mod layout;
mod passed;
mod reader;
mod recovery;
mod segment;
mod writer;

pub use layout::VERSION;
pub use reader::{Read, Reader};
pub use recovery::{Damage, Recovered};
pub use segment::EXTENSION;
pub use writer::{Journal, Settings};
