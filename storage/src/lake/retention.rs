//! How long events are kept: a closed set of classes, fixed when an event is written, so that expiry drops whole files.
//!
//! Promises: a name never changes its meaning. Must not know: tenants' lists; who chooses is given in the settings.

use std::sync::Arc;

/// A retention class, the second partition of the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Retention {
    /// Everything that no other class claims.
    Standard,
    /// What administrators did, and changes of configuration.
    Administration,
    /// Logins by a national identity (SPID, CIE).
    Federation,
    /// Outgoing web use of staff.
    Browsing,
    /// Mail metadata of staff.
    Mail,
    /// Alerts, incidents and the audit of Campanile itself.
    Audit,
}

impl Retention {
    /// Every class.
    pub const ALL: [Retention; 6] = [
        Retention::Standard,
        Retention::Administration,
        Retention::Federation,
        Retention::Browsing,
        Retention::Mail,
        Retention::Audit,
    ];

    /// Its word in the `retention` column.
    pub const fn name(self) -> &'static str {
        match self {
            Retention::Standard => "standard",
            Retention::Administration => "administration",
            Retention::Federation => "federation",
            Retention::Browsing => "browsing",
            Retention::Mail => "mail",
            Retention::Audit => "audit",
        }
    }

    /// The class of that word.
    pub fn by_name(name: &str) -> Option<Retention> {
        Retention::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Days that the class is kept when nobody says otherwise.
    pub const fn days(self) -> u32 {
        match self {
            Retention::Standard => 180,
            Retention::Administration => 400,
            Retention::Federation => 730,
            Retention::Browsing => 30,
            Retention::Mail => 21,
            Retention::Audit => 5 * 366,
        }
    }
}

/// Chooses the class of an event from its tenant, its `class` and its `event_action`. Asked once for a run of equal events.
pub type RetentionOf = Arc<dyn Fn(&str, &str, Option<&str>) -> Retention + Send + Sync>;

/// The choice when a tenant has no lists: everything is [`Retention::Standard`].
pub fn standard() -> RetentionOf {
    Arc::new(|_, _, _| Retention::Standard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_class() {
        for class in Retention::ALL {
            assert_eq!(Retention::by_name(class.name()), Some(class));
        }
        assert_eq!(Retention::by_name("for ever"), None);
    }
}
