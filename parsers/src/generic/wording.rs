//! Whether words tell of a login and how it ended, in English and Italian.
//!
//! A word of access and a word of failure (or success) must stand near each other; a failure beats a success,
//! and what tells of a password being changed tells of no login.
//!
//! Promises: linear; no allocation. Must not know: products.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use schema::Outcome;

use super::signs;
use super::tokens::Token;

/// What words say, gathered over all prose of one payload.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wording {
    failed: bool,
    succeeded: bool,
}

/// How far apart two words may stand, in words.
const NEAR: usize = 5;
/// Longest word that is looked at.
const WORD_BYTES_MAX: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Access,
    Person,
    Failure,
    /// Failure only right behind a word of access (`LOGIN_ERROR`).
    Error,
    Success,
    Not,
    In,
    Logged,
    Found,
    /// Something else is done to an account.
    Change,
    Other,
}

/// The words that count, and their kinds.
const WORDS: &[(Kind, &str)] = &[
    (
        Kind::Access,
        "login logins logon logons signin sign authentication authenticate auth authorisation authn \
         password passwords passwd passcode credential credentials pin autenticazione credenziali \
         authenticating",
    ),
    (Kind::Logged, "logged signed authenticated"),
    (Kind::Person, "user username account utente userid users"),
    (
        Kind::Failure,
        "failed failure failures fail fails failing invalid denied incorrect wrong bad rejected refused \
         unauthorized unsuccessful nonexistent unsuccessfully fallito fallita errata errate errato negato \
         negata respinto respinta mismatch illegal authfail loginfail",
    ),
    (Kind::Error, "unknown existent error errors errore"),
    (
        Kind::Success,
        "success successful successfully succeeded accepted granted riuscito riuscita effettuato \
         effettuata successo ok",
    ),
    (Kind::Not, "not non no never cannot"),
    (Kind::In, "in"),
    (Kind::Found, "found exist exists"),
    (
        Kind::Change,
        "change changed changing reset update updated create created policy cambiata modificata modifica \
         expired expires set delete deleted add added remove removed logout logoff session",
    ),
];

/// The same by word, and for each first letter the lengths of its words, one bit each: most words are passed over by
/// these alone.
struct Lexicon {
    lengths: [u32; 26],
    kinds: FxHashMap<&'static [u8], Kind>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon { lengths: [0; 26], kinds: FxHashMap::default() };
    for (kind, words) in WORDS {
        for word in words.split_ascii_whitespace() {
            lexicon.kinds.insert(word.as_bytes(), *kind);
            let first = word.bytes().next().and_then(|first| lexicon.lengths.get_mut(letter(first)));
            if let Some(lengths) = first {
                *lengths |= 1 << word.len();
            }
        }
    }
    lexicon
});

/// The place of a small letter in the alphabet.
#[inline]
fn letter(byte: u8) -> usize {
    usize::from(byte.wrapping_sub(b'a'))
}

impl Lexicon {
    /// The kind of a word in small letters.
    #[inline]
    fn kind(&self, word: &[u8]) -> Kind {
        let lengths = word.first().and_then(|first| self.lengths.get(letter(*first)));
        match lengths {
            Some(lengths) if word.len() <= WORD_BYTES_MAX && (lengths >> word.len()) & 1 != 0 => {
                self.kinds.get(word).copied().unwrap_or(Kind::Other)
            }
            _ => Kind::Other,
        }
    }
}

impl Wording {
    /// Something other than words says that a login was refused.
    pub(super) fn refuse(&mut self) {
        self.failed = true;
    }

    /// How a login ended, when words told of one.
    pub(super) fn login(self) -> Option<Outcome> {
        if self.failed {
            Some(Outcome::Failure)
        } else if self.succeeded {
            Some(Outcome::Success)
        } else {
            None
        }
    }

    /// Reads prose, or a name of several words (`LOGIN_ERROR`, `user.loginFailed`).
    pub(super) fn read(&mut self, text: &str) {
        let mut reader = Reader::new(*self);
        reader.text(text);
        *self = reader.said;
    }

    /// Reads a sentence by its words; those in quotes are somebody else's.
    pub(super) fn read_tokens(&mut self, tokens: &[Token<'_>]) {
        let mut reader = Reader::new(*self);
        for token in tokens.iter().filter(|token| !token.is_quoted) {
            if token.signs.is_only(signs::SMALL) {
                reader.letters(Some(token.text.as_bytes()));
            } else if token.signs.is_any(signs::LETTER.and(signs::POINT).and(signs::OTHER)) {
                reader.text(token.text);
            }
        }
        *self = reader.said;
    }
}

struct Reader {
    lexicon: &'static Lexicon,
    at: usize,
    access: Option<usize>,
    person: Option<usize>,
    failure: Option<usize>,
    not: Option<usize>,
    logged: Option<usize>,
    success: Option<usize>,
    change: Option<usize>,
    said: Wording,
}

impl Reader {
    fn new(said: Wording) -> Reader {
        Reader {
            lexicon: &LEXICON,
            at: 0,
            access: None,
            person: None,
            failure: None,
            not: None,
            logged: None,
            success: None,
            change: None,
            said,
        }
    }

    /// Words are runs of letters; a capital behind a small letter begins a new one.
    fn text(&mut self, text: &str) {
        let mut word = [0_u8; WORD_BYTES_MAX];
        let mut length = 0;
        let mut previous = b' ';
        for byte in text.bytes() {
            let small = byte | 0x20;
            let is_letter = small.is_ascii_lowercase();
            let starts_inner = byte.is_ascii_uppercase() && previous.is_ascii_lowercase();
            if length > 0 && (!is_letter || starts_inner) {
                self.letters(word.get(..length));
                length = 0;
            }
            if is_letter {
                if let Some(place) = word.get_mut(length) {
                    *place = small;
                    length += 1;
                }
            } else if matches!(byte, b'.' | b';' | b'!' | b'?') {
                // A sentence ends: what follows is further away.
                self.at += 2;
            }
            previous = byte;
        }
        if length > 0 {
            self.letters(word.get(..length));
        }
    }

    fn letters(&mut self, word: Option<&[u8]>) {
        self.word(self.lexicon.kind(word.unwrap_or_default()));
    }

    fn near(&self, place: Option<usize>, words: usize) -> bool {
        place.is_some_and(|place| self.at - place <= words)
    }

    fn fail(&mut self) {
        if !self.near(self.change, NEAR) {
            self.said.failed = true;
        }
    }

    fn succeed(&mut self) {
        if self.near(self.not, 3) {
            self.fail();
        } else if !self.near(self.change, NEAR) {
            self.said.succeeded = true;
        }
    }

    fn word(&mut self, kind: Kind) {
        self.at += 1;
        match kind {
            Kind::Access => {
                self.access = Some(self.at);
                if self.near(self.failure, NEAR) {
                    self.fail();
                } else if self.near(self.success, 4) {
                    self.succeed();
                }
            }
            Kind::Person => {
                if self.near(self.failure, 1) {
                    self.fail();
                }
                self.person = Some(self.at);
            }
            Kind::Failure => {
                self.failure = Some(self.at);
                if self.near(self.access, NEAR) || self.near(self.logged, 2) {
                    self.fail();
                }
            }
            Kind::Error => {
                if self.near(self.access, 1) {
                    self.fail();
                }
                self.failure = Some(self.at);
            }
            Kind::Success => {
                self.success = Some(self.at);
                if self.near(self.access, 4) || self.near(self.logged, 3) {
                    self.succeed();
                }
            }
            Kind::Not => self.not = Some(self.at),
            Kind::Found => {
                if self.near(self.not, 1) && (self.near(self.person, 3)) {
                    self.fail();
                }
            }
            Kind::Logged => self.logged = Some(self.at),
            Kind::In => {
                if self.near(self.logged, 1) {
                    self.succeed();
                }
            }
            Kind::Change => self.change = Some(self.at),
            Kind::Other => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(text: &str) -> Option<Outcome> {
        let mut wording = Wording::default();
        wording.read(text);
        wording.login()
    }

    #[test]
    fn refused_logins_are_failures() {
        for text in [
            "Login failed for user x",
            "Failed login attempt for x",
            "FAILED LOGIN for x",
            "Username or password is incorrect",
            "authentication failure; rhost=192.0.2.1",
            "Login attempt with invalid credentials",
            "supplied wrong password for user x",
            "type=LOGIN_ERROR",
            "user.loginFailed",
            "user x not found",
            "invalid user x",
            "The login was not successful",
            "Autenticazione fallita per l'utente x",
            "accesso: credenziali errate",
            "x failed to log in: bad password",
        ] {
            assert_eq!(login(text), Some(Outcome::Failure), "{text}");
        }
    }

    #[test]
    fn accepted_logins_are_successes() {
        for text in [
            "Login successful",
            "Successful Login",
            "User x logged in",
            "Authentication: SUCCEEDED",
            "autenticazione riuscita",
            "Accepted password for x",
        ] {
            assert_eq!(login(text), Some(Outcome::Success), "{text}");
        }
    }

    #[test]
    fn other_news_of_accounts_is_no_login() {
        for text in [
            "Password changed successfully",
            "failed to open file",
            "password policy updated",
            "user x logged out",
            "backup failed",
            "session closed for user x",
            "Password reset failed",
            "connection refused",
        ] {
            assert_eq!(login(text), None, "{text}");
        }
    }
}
