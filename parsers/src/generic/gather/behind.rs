//! Pairs that stand behind text somebody chose, where no quote says how far it reached: a name, a path, a browser's.
//!
//! Promises: what stood before such a text keeps its value; of sources behind it the last counts, since a program writes
//! what it knows behind what it was sent, and none when more such text follows. Must not know: signs of pairs.

use schema::Column;

use super::super::INNER;
use super::super::kinds::{address, spelled};
use super::super::names::Meaning;
use super::super::words::{self, Parts};
use super::{Gathered, NOTHING};

use Column as C;

/// What is known of the pairs that were read of a text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Behind {
    /// Words told of accounts or access before them.
    is_told: bool,
    /// Text that somebody chose stood before them.
    is_behind: bool,
    /// Sources behind it differed.
    is_contested: bool,
    /// More such text stood behind the last source.
    is_open: bool,
}

impl<'a> Gathered<'a> {
    /// The pairs of another text begin, behind words that play those parts.
    pub(in crate::generic) fn begin_pairs(&mut self, before: Parts) {
        let is_behind = before.is_any(words::USER.and(words::FOR));
        self.behind = Behind { is_told: before.is_any(words::TELLING), is_behind, ..Behind::default() };
    }

    /// They end: a source that may be somebody's invention is none.
    pub(in crate::generic) fn end_pairs(&mut self) {
        if self.behind.is_contested && self.behind.is_open {
            self.place(C::SourceIp, NOTHING);
            self.place(C::SourcePort, NOTHING);
        }
        self.behind = Behind::default();
    }

    /// Takes the value of a pair.
    pub(in crate::generic) fn put_pair(&mut self, meaning: Meaning, rank: u8, value: &'a str) {
        match meaning {
            Meaning::Source if self.behind.is_behind => self.put_source(rank, value),
            // It contradicts no words: those may be the program's, it is not.
            Meaning::Result if self.behind.is_behind || self.behind.is_told => {
                self.put(meaning, rank.saturating_add(INNER), value)
            }
            _ => self.put(meaning, rank, value),
        }
    }

    /// Notes that a value of that meaning, or of none, was text that somebody may have chosen.
    #[inline]
    pub(in crate::generic) fn pass(&mut self, meaning: Option<Meaning>, value: &str) {
        if !is_chosen(meaning, value) {
            return;
        }
        if !self.behind.is_behind {
            self.behind.is_behind = true;
            self.shut();
        }
        self.behind.is_open = true;
    }

    fn put_source(&mut self, rank: u8, value: &'a str) {
        let known = self.found(C::SourceIp);
        let one = address(value).or_else(|| spelled(value));
        let Some((ip, _)) = one.filter(|_| self.closed & (1 << C::SourceIp.index()) == 0) else {
            return;
        };
        if known.rank < u8::MAX && known.text != ip {
            self.behind.is_contested = true;
            self.place(C::SourceIp, NOTHING);
            self.place(C::SourcePort, NOTHING);
        }
        self.behind.is_open = false;
        self.put(Meaning::Source, rank.min(known.rank), value);
    }
}

/// True for text that comes from whoever is at the other end; under a name nobody knows, for all but numbers.
fn is_chosen(meaning: Option<Meaning>, value: &str) -> bool {
    match meaning {
        None => value.bytes().any(|byte| byte.is_ascii_alphabetic() || byte >= 0x80),
        Some(Meaning::Prose | Meaning::Url | Meaning::Path | Meaning::Request | Meaning::UserId) => true,
        Some(Meaning::Is(column)) => matches!(
            column,
            C::UserName
                | C::UserTargetName
                | C::UserAgentOriginal
                | C::UrlQuery
                | C::UrlDomain
                | C::HttpRequestReferrer
                | C::EmailFrom
                | C::EmailTo
                | C::EmailSubject
                | C::EmailMessageId
                | C::FilePath
                | C::ProcessCommandLine
                | C::DbStatement
        ),
        Some(_) => false,
    }
}
