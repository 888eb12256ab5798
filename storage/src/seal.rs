//! The originals: every journalled frame as it was received, packed, hashed, chained and signed. `docs/originals-format.md` draws
//! the bytes.
//!
//! ```text
//! add ─► seal: pieces into objects (sync) ─► one signed record into the chain (sync) ─► the journal may forget
//! ```
//!
//! Promises: each frame is in one record's pieces, once, whatever crashes; a record counts only when all that it names is durable;
//! no file is written to by a later run; nothing that counts can be changed, left out or put in between without
//! [`Originals::verify`] naming it. Must not know: formats, rules, sources, the lake's table.

mod chain;
mod hash;
mod likeness;
mod merkle;
mod originals;
mod piece;
mod record;
mod sealer;
mod signer;
mod verify;

pub use hash::{Hash, hex};
pub use merkle::climb;
pub use originals::{Original, Originals};
pub use record::{PieceEntry, Record, Signed};
pub use sealer::{Sealer, is_begun};
pub use signer::{PublicKey, Signer};
pub use verify::{Fault, Verified};
