//! What the targets share: text to frames, frames to events, and what holds of every event.
//!
//! Must not know: any format.

mod frames;
mod read;
mod sound;

pub use frames::{FRAME_END, alone, frames};
pub use read::{Events, assert_alone_is_among_others, read, zone};
