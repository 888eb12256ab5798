//! The exercise with the fictional comune: its days pass before a service of its own, and what was planted is compared with what
//! the service found.

pub mod evaluation;
mod installation;
pub mod labels;
pub mod result;
mod sender;
pub mod stage;
