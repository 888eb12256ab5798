//! Reception of log bytes: where they come from, and how they are cut into frames.
//!
//! Promises: memory is bounded whatever the input; broken input is a reported problem or a flaw of one frame,
//! and the rest is still delivered. Must not know: what a payload means, formats, rules.

pub mod files;
pub mod framing;
pub mod sources;

mod book;
mod clock;
mod hop;
mod intake;
mod limits;
mod positions;
mod upstream;

pub use book::{Book, BookPage, Connected, Refusal};
pub use clock::ReceiveClock;
pub use intake::{Answer, Deliveries, Delivery, Intake, Receipt, Refused, intake};
pub use limits::{CONNECTIONS_MAX, Limits, UNFINISHED_MAX};
pub use positions::Positions;
pub use upstream::{Answers, ClientKeys, Link, LinkError, Message, Sender, Upstream};
