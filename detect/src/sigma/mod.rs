//! Sigma: rules as YAML, compiled to formulas over shared atoms and evaluated a batch at a time.
//!
//! A rule becomes its routes (which events it sees) and a formula over atoms (a field and a question). Rules
//! of one route are evaluated over its rows. One look at a value of a field says which atoms of all
//! rules may hold for it; a rule is entered only when an atom that it cannot match without is among them.
//!
//! Promises: what matches is what Sigma means, never more nor less because of how a batch was cut or which
//! other rules are loaded. Must not know: files, alerts, SQL.
//!
//! ```
//! use detect::sigma::{RuleText, SigmaSet};
//!
//! let text = "title: A tool\nlogsource: {product: windows, category: process_creation}\n\
//!             detection: {selection: {Image|endswith: '\\tool.exe'}, condition: selection}\n";
//! let rule = RuleText { path: "tool.yml".into(), text: text.to_owned() };
//! let (set, problems) = SigmaSet::compile([rule]);
//! assert!(problems.is_empty());
//! assert_eq!(set.rules().len(), 1);
//! ```

mod atoms;
mod clue;
mod convert;
mod describe;
#[cfg(test)]
mod differential;
mod encode;
mod evaluate;
mod expression;
mod fields;
mod formula;
mod index;
mod item;
mod load;
mod matcher;
mod modifiers;
mod necessary;
mod pairs;
mod panel;
mod pattern;
mod problem;
mod regex_dialect;
mod routes;
mod rows;
mod rule;
mod scope;
mod search;
mod set;

pub use convert::{Conversion, Unsayable};
pub use load::RuleText;
pub use problem::{Problem, ProblemKind};
pub use routes::format_families;
pub use rule::Rule;
pub use set::{Explanation, RuleMatches, SigmaSet};
