//! Detections: rule files, the engine that runs them over batches of events, and what comes of it.
//!
//! How a scan uses it:
//!
//! ```no_run
//! # fn batches() -> Vec<schema::EventBatch> { Vec::new() }
//! use detect::sigma::SigmaSet;
//! use detect::{Context, Engine, Options};
//!
//! let (rules, problems) = detect::pack::builtin();
//! let (mut engine, broken) = Engine::new(rules, SigmaSet::default(), &Context::default(), Options::default());
//! for batch in batches() {
//!     let hits = engine.evaluate(&batch)?; // or `engine.evaluator()`, which threads share
//!     for matched in hits.matches() { /* `scan --matches` */ }
//!     engine.absorb(hits)?; // in any order
//! }
//! let findings = engine.finish()?; // alerts in order, incidents, which rules were fed
//! # Ok::<(), detect::Error>(())
//! ```
//!
//! Invariant: rules over batches and over a registered `events` table; no parser, no lake, no clock.
//!
//! | module | what it holds |
//! |---|---|
//! | [`rule`], [`pack`], [`problem`] | rule files and what is wrong with them |
//! | [`lint`], [`testing`] | checks of a rule beyond its grammar; running the tests it carries |
//! | [`context`] | what rules know of the town |
//! | [`functions`] | SQL functions, one file each, and a read-only session with them |
//! | [`sql`] | from SQL text to what the engine runs; `rules explain` |
//! | [`engine`] | evaluation, exact trailing windows, alerts |
//! | [`incident`], [`attack`] | alerts of one story, and chains of them; where in an attack a technique stands |
//! | [`coverage`] | which rules could not have seen anything |
//! | [`learning`] | what events say about a town's lists |
//! | [`templates`] | which messages are one sentence with other values |
//! | [`anomalies`] | what departs from normal days, learnt without rules |

pub mod anomalies;
pub mod attack;
mod clues;
pub mod context;
pub mod coverage;
pub mod engine;
mod error;
pub mod functions;
mod header;
pub mod incident;
pub mod learning;
pub mod lint;
pub mod pack;
pub mod problem;
pub mod rule;
pub mod sigma;
pub mod span;
pub mod sql;
pub mod templates;
pub mod testing;

pub use context::Context;
pub use engine::{
    BatchHits, Engine, Evaluator, Findings, Live, LiveAlert, LiveOptions, Options, Standing, punctual,
};
pub use error::Error;
pub use problem::Problem;
pub use rule::Rule;
