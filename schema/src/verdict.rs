//! What people say of alerts, once they have looked.
//!
//! Promises: one word for each verdict, the same in files, tables and on the command line. Must not know: where it is kept.

/// Whether an alert was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// What it says happened, and nobody had announced it.
    True,
    /// What it says did not happen: a false alarm, which counts against the budget of its rule.
    False,
    /// It happened and was meant to: maintenance, a test.
    Expected,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Verdict; 3] = [Verdict::True, Verdict::False, Verdict::Expected];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::True => "true",
            Verdict::False => "false",
            Verdict::Expected => "expected",
        }
    }

    /// The verdict of that word.
    pub fn named(word: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.name() == word)
    }
}

/// A verdict, and who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The alert.
    pub alert: String,
    /// What is said of it.
    pub verdict: Verdict,
    /// Who says so.
    pub judged_by: String,
    /// When, µs since 1970 UTC.
    pub judged_us: i64,
    /// Why.
    pub note: Option<String>,
}
