//! Sigma rules against events: one test a trap, and the truth sets when they are at hand.

// `cfg(test)` tells clippy that the helpers are tests too.
#[cfg(test)]
mod conditions;
#[cfg(test)]
mod conversion;
#[cfg(test)]
mod events;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod invariance;
#[cfg(test)]
mod loading;
#[cfg(test)]
mod truth;
#[cfg(test)]
mod values;
