//! How received bytes become frames: what files and sockets share.
//!
//! A [`Framer`] cuts a stream, a [`Gather`] takes messages that are whole. Both answer a [`Cut`].

mod cut;
pub(crate) mod directives;
mod gather;
pub(crate) mod json;
pub(crate) mod octets;
mod stream;
pub(crate) mod utf8;

pub use cut::Cut;
pub use gather::Gather;
pub use stream::Framer;
