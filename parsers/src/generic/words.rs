//! The words that sentences are read by, with the parts each may play, all told by one look at a word.
//!
//! Promises: any case; a word that no reader asks about plays no part; no allocation. Must not know: sentences.

use std::sync::LazyLock;

use super::signs::eight;

/// The parts a word may play, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Parts(u32);

impl Parts {
    /// No part.
    pub(super) const NONE: Parts = Parts(0);

    /// True when it plays one of those parts.
    #[inline]
    pub(super) const fn is_any(self, parts: Parts) -> bool {
        self.0 & parts.0 != 0
    }

    /// True when it plays all of those parts.
    #[inline]
    pub(super) const fn is_all(self, parts: Parts) -> bool {
        self.0 & parts.0 == parts.0
    }

    /// Both.
    #[inline]
    pub(super) const fn and(self, other: Parts) -> Parts {
        Parts(self.0 | other.0)
    }
}

/// Tells of access.
pub(super) const ACCESS: Parts = Parts(1);
/// Somebody has got in, when `in` follows.
pub(super) const LOGGED: Parts = Parts(1 << 1);
/// An account.
pub(super) const PERSON: Parts = Parts(1 << 2);
/// A failure.
pub(super) const FAILURE: Parts = Parts(1 << 3);
/// A failure only right behind a word of access (`LOGIN_ERROR`).
pub(super) const ERROR: Parts = Parts(1 << 4);
/// A success.
pub(super) const SUCCESS: Parts = Parts(1 << 5);
/// Turns what follows around.
pub(super) const NOT: Parts = Parts(1 << 6);
/// `in`.
pub(super) const IN: Parts = Parts(1 << 7);
/// Something is there.
pub(super) const FOUND: Parts = Parts(1 << 8);
/// Something else is done to an account.
pub(super) const CHANGE: Parts = Parts(1 << 9);
/// Leads to an account.
pub(super) const USER: Parts = Parts(1 << 10);
/// May stand between such a word and the account.
pub(super) const USER_FILLER: Parts = Parts(1 << 11);
/// Follows `user` and is no account.
pub(super) const NO_USER: Parts = Parts(1 << 12);
/// Follows an account.
pub(super) const AFTER_USER: Parts = Parts(1 << 13);
/// Leads to an account in news of a login.
pub(super) const FOR: Parts = Parts(1 << 14);
/// `port`.
pub(super) const PORT: Parts = Parts(1 << 15);
/// Leads to the address of a source.
pub(super) const SOURCE: Parts = Parts(1 << 16);
/// Leads to the address of a destination.
pub(super) const DESTINATION: Parts = Parts(1 << 17);
/// May stand between such a word and the address.
pub(super) const ADDRESS_FILLER: Parts = Parts(1 << 18);
/// Leads to a number that looks like an address, or to one that is of neither end.
pub(super) const VERSION: Parts = Parts(1 << 19);

/// News of accounts and of access have one of these.
pub(super) const TELLING: Parts = ACCESS.and(LOGGED).and(PERSON);
/// How access may end: what a word in a name may add to such news.
pub(super) const ENDS: Parts = FAILURE.and(ERROR).and(SUCCESS).and(NOT).and(IN).and(FOUND);

/// Every word, by its parts.
const WORDS: &[(Parts, &str)] = &[
    (
        ACCESS,
        "login logins logon logons signin sign authentication authenticate auth authorisation authn password passwords \
         passwd passcode credential credentials pin autenticazione credenziali authenticating accesso accessi",
    ),
    (LOGGED, "logged signed authenticated"),
    (PERSON, "user username account utente userid users usr"),
    (
        FAILURE,
        "failed failure failures fail fails failing invalid denied incorrect wrong bad rejected refused unauthorized \
         unsuccessful nonexistent unsuccessfully fallito fallita errata errate errato negato negata respinto respinta \
         mismatch illegal authfail loginfail",
    ),
    (ERROR, "unknown existent error errors errore"),
    (
        SUCCESS,
        "success successful successfully succeeded accepted granted riuscito riuscita effettuato effettuata successo ok",
    ),
    (NOT, "not non no never cannot"),
    (IN, "in"),
    (FOUND, "found exist exists"),
    (
        CHANGE,
        "change changed changing reset update updated create created policy cambiata modificata modifica expired \
         expires set delete deleted add added remove removed logout logoff session",
    ),
    (USER, "user username utente account usr"),
    (USER_FILLER, "name id input named invalid unknown"),
    (
        NO_USER,
        "temporarily here too not does is was has name unknown found authentication account login logged id in with from \
         and or the no a an agent to of on at for failed failure error password credentials session tried attempt by \
         via access profile group input database exists accounts who which details could successfully authenticated \
         disconnected connected locked list data only this that did doesn't don't non disabled enabled been root's \
         interface mode space ip ok denied rejected invalid using request lookup creation created deleted limit \
         certificate management role service information context email e accepted granted initiated requested activity settings \
         details timeout changed opened closed started ended removed modified sconosciuto inesistente errato bloccato \
         disabilitato abilitato creato eliminato modificato corrente autenticato è",
    ),
    (
        AFTER_USER,
        "from logged login failed at on via authentication authenticated signed with was is has does connected \
         disconnected accessing successfully not da ha non by using rejected denied to attempted in tried locked \
         details profile - dal dalla dall'indirizzo su presso",
    ),
    (FOR, "for as per by"),
    (PORT, "port"),
    (
        SOURCE,
        "from client by rhost attacker peer remote source src da dal dalla dall'indirizzo offender sender",
    ),
    (DESTINATION, "to server destination dst dest target -> upstream listening bind local verso onto"),
    (ADDRESS_FILLER, "ip address host addr ipv4 ipv6 the indirizzo ip-address user port on for"),
    (VERSION, "version release firmware build v ver versione netmask mask subnet gateway router dns"),
];

/// Longest word, in bytes.
const WORD_BYTES_MAX: usize = 16;
/// Places of the table, a power of two; less than half of them are taken.
const PLACES: usize = 1_024;

/// The bytes of a word in small letters, the first one lowest, zero behind them; zero for what is no word.
pub(super) type Key = u128;

/// The parts by word: a word stands at the place its hash says, or at the next that was free.
pub(super) struct Words {
    places: Vec<(Key, Parts)>,
    /// One bit for the hash of each word: most others are told by it alone.
    sieve: [u64; 64],
    /// One bit for the hash of the first three letters of each word without which a text tells nothing.
    telling: [u64; 64],
    /// The same of every word that has three letters.
    opening: [u64; 64],
}

static ALL: LazyLock<Words> = LazyLock::new(|| {
    let mut all =
        Words { places: vec![(0, Parts::NONE); PLACES], sieve: [0; 64], telling: [0; 64], opening: [0; 64] };
    for (parts, words) in WORDS {
        for word in words.split_ascii_whitespace() {
            let bytes = word.as_bytes();
            all.add(key(bytes, 0, word.len()), *parts);
            let three = hash_of_three(eight(bytes, 0));
            // An account may stand in front of `from`.
            if parts.is_any(TELLING) || word == "from" {
                mark(&mut all.telling, three);
            }
            mark(&mut all.opening, three);
        }
    }
    all
});

impl Words {
    /// All words.
    pub(super) fn all() -> &'static Words {
        &ALL
    }

    fn add(&mut self, key: Key, parts: Parts) {
        let hash = hash(key);
        mark(&mut self.sieve, hash);
        let (before, behind) = self.places.split_at_mut(hash % PLACES);
        if let Some((known, all)) =
            behind.iter_mut().chain(before).find(|(known, _)| *known == key || *known == 0)
        {
            *known = key;
            *all = all.and(parts);
        }
    }

    /// The parts of a word.
    pub(super) fn parts(&self, word: &str) -> Parts {
        self.at(word.as_bytes(), 0, word.len())
    }

    /// The parts of the word of `length` bytes that stands at `start`.
    #[inline]
    pub(super) fn at(&self, bytes: &[u8], start: usize, length: usize) -> Parts {
        self.of(key(bytes, start, length))
    }

    /// The parts of the word of that key.
    #[inline]
    pub(super) fn of(&self, key: Key) -> Parts {
        let hash = hash(key);
        if !is_marked(&self.sieve, hash) {
            return Parts::NONE;
        }
        let mut at = hash;
        loop {
            match self.places.get(at % PLACES) {
                Some((known, parts)) if *known == key => return *parts,
                Some((known, _)) if *known != 0 => at += 1,
                _ => return Parts::NONE,
            }
        }
    }

    /// The parts of a name that stands at `start`.
    pub(super) fn of_name(&self, bytes: &[u8], start: usize, length: usize) -> Parts {
        // Most names differ from all words in their first letters.
        let is_word = length < 3 || is_marked(&self.opening, hash_of_three(eight(bytes, start)));
        if is_word { self.at(bytes, start, length) } else { Parts::NONE }
    }

    /// True when the word that begins there may be one without which a text tells nothing.
    #[inline]
    pub(super) fn may_tell(&self, bytes: &[u8], start: usize) -> bool {
        is_marked(&self.telling, hash_of_three(eight(bytes, start)))
    }
}

fn mark(sieve: &mut [u64; 64], hash: usize) {
    sieve.get_mut(hash >> 6).into_iter().for_each(|bits| *bits |= 1 << (hash % 64));
}

#[inline]
fn is_marked(sieve: &[u64; 64], hash: usize) -> bool {
    sieve.get(hash >> 6).is_some_and(|bits| bits >> (hash % 64) & 1 != 0)
}

/// Twelve bits of the first three letters of a word, in any case.
#[inline]
fn hash_of_three(bytes: [u8; 8]) -> usize {
    let three = (u64::from_le_bytes(bytes) | 0x20_2020) as u32 & 0xff_ffff;
    (three.wrapping_mul(0x9e37_79b1) >> 20) as usize
}

/// Twelve bits of all bytes of a word.
#[inline]
fn hash(key: Key) -> usize {
    let mixed = ((key as u64) ^ ((key >> 64) as u64).rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 52) as usize
}

/// The key of the word of `length` bytes at `start`; zero when it is too long for one.
#[inline]
fn key(bytes: &[u8], start: usize, length: usize) -> Key {
    in_small_letters(sixteen(bytes, start, length))
}

/// The `length` bytes at `start`, the first one lowest, zero behind them; zero when there are more than sixteen.
#[inline]
fn sixteen(bytes: &[u8], start: usize, length: usize) -> u128 {
    let half = |at| u128::from(u64::from_le_bytes(eight(bytes, at)));
    let taken = WORD_BYTES_MAX.checked_sub(length).and_then(|left| u128::MAX.checked_shr(8 * left as u32));
    (half(start) | half(start + 8) << 64) & taken.unwrap_or(0)
}

const ONES: u128 = u128::from_le_bytes([1; 16]);
const HIGH: u128 = ONES << 7;

/// The high bit of each byte that lies between two letters or is one of them.
#[inline]
const fn between(bytes: u128, first: u8, last: u8) -> u128 {
    let seven = bytes & !HIGH;
    let from_first = seven + ONES * (0x80 - first) as u128;
    let behind_last = seven + ONES * (0x7f - last) as u128;
    from_first & !behind_last & !bytes & HIGH
}

/// The same bytes, capital letters made small.
#[inline]
const fn in_small_letters(bytes: u128) -> u128 {
    bytes | between(bytes, b'A', b'Z') >> 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The parts of a word, by asking every list.
    fn listed(word: &str) -> Parts {
        let has = |words: &str| words.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word));
        WORDS.iter().filter(|(_, words)| has(words)).fold(Parts::NONE, |all, (parts, _)| all.and(*parts))
    }

    #[test]
    fn every_word_is_found_in_any_case() {
        for word in WORDS.iter().flat_map(|(_, words)| words.split_ascii_whitespace()) {
            assert!(word.len() <= WORD_BYTES_MAX, "{word}");
            assert_eq!(Words::all().parts(word), listed(word), "{word}");
            assert_eq!(Words::all().parts(&word.to_ascii_uppercase()), listed(word), "{word}");
        }
        assert!(Words::all().places.iter().filter(|(key, _)| *key != 0).count() < PLACES / 2);
    }

    #[test]
    fn every_word_that_leads_to_an_account_tells_of_one() {
        for word in WORDS.iter().flat_map(|(_, words)| words.split_ascii_whitespace()) {
            assert!(!listed(word).is_any(USER) || listed(word).is_any(TELLING), "{word}");
            assert!(!listed(word).is_any(TELLING) || word.len() >= 3, "{word}");
        }
    }

    proptest! {
        #[test]
        fn other_words_play_no_part(
            word in "(user|Failed|authentication|[a-zA-Z@\\[`{'>-]{0,18})",
            around in "[a-z .]{0,9}",
        ) {
            prop_assert_eq!(Words::all().parts(&word), listed(&word));
            let text = format!("{around}{word}{around}");
            prop_assert_eq!(Words::all().at(text.as_bytes(), around.len(), word.len()), listed(&word));
        }
    }
}
