//! What requests look like when they carry an attack: the decoding, and one file a family.
//!
//! | file | what it holds |
//! |---|---|
//! | `decoding` | the layers a text was wrapped in, taken off in one place |
//! | `family` | how traits become a score |
//! | `sqli`, `xss`, `traversal`, `inclusion`, `command`, `code`, `template`, `ldap`, `protocol` | the families |
//! | `agent` | clients that say what they are: scanners and attack tools |
//!
//! Promises: every score lies between 0 and 1, in time linear in the text. Must not know: events, rules, SQL.

mod agent;
mod code;
mod command;
mod decoding;
mod family;
mod inclusion;
mod ldap;
mod protocol;
mod sqli;
mod template;
mod traversal;
mod xss;

pub(super) use agent::attack_tool;
pub(super) use code::score as code_score;
pub(super) use command::score as command_score;
pub(super) use inclusion::score as inclusion_score;
pub(super) use ldap::score as ldap_score;
pub(super) use protocol::score as protocol_score;
pub(super) use sqli::score as sqli_score;
pub(super) use template::score as template_score;
pub(super) use traversal::score as traversal_score;
pub(super) use xss::score as xss_score;
