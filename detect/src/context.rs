//! What rules and functions know of the town beside its events.
//!
//! Promises: fixed while an engine or a session lives. Must not know: where it was read from.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use schema::{Calendar, Lists};

/// The tenant's calendar and lists.
#[derive(Debug, Default)]
pub struct Town {
    /// Office hours and holidays.
    pub calendar: Calendar,
    /// Lists by name.
    pub lists: Lists,
}

/// A shared [`Town`]; two contexts are equal when they are the same one.
#[derive(Debug, Clone, Default)]
pub struct Context(Arc<Town>);

impl Context {
    /// A context of this town.
    pub fn new(calendar: Calendar, lists: Lists) -> Context {
        Context(Arc::new(Town { calendar, lists }))
    }
}

impl Deref for Context {
    type Target = Town;

    fn deref(&self) -> &Town {
        &self.0
    }
}

impl PartialEq for Context {
    fn eq(&self, other: &Context) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Context {}

impl Hash for Context {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).addr().hash(state);
    }
}
