//! How received bytes become frames: what files and sockets share.
//!
//! A [`Framer`] cuts a stream into lines, [`Entries`] cuts one of a systemd journal, a [`Gather`] takes messages that are whole. All
//! answer a [`Cut`].

mod cut;
pub(crate) mod directives;
pub(crate) mod entries;
mod gather;
pub(crate) mod json;
pub(crate) mod octets;
mod stream;
pub(crate) mod utf8;

pub use cut::Cut;
pub use entries::Entries;
pub use gather::Gather;
pub use stream::Framer;

/// Cuts a stream into frames as its bytes arrive.
pub trait Cuts: Send {
    /// Where received bytes are appended.
    fn buffer(&mut self) -> &mut Vec<u8>;

    /// Cuts what was added. `is_last`: the stream ended, so that what has no end is a frame too.
    fn cut(&mut self, is_last: bool);

    /// Takes the frames that were cut, if any.
    fn take(&mut self) -> Option<Cut>;

    /// How often something was no frame since it was last asked.
    fn take_malformed(&mut self) -> u64 {
        0
    }
}
