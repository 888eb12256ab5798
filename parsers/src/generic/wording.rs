//! Whether words tell of a login and how it ended, in English and Italian.
//!
//! A word of access and a word of failure (or success) must stand near each other; a failure beats a success,
//! and what tells of a password being changed tells of no login.
//!
//! Promises: linear; no allocation. Must not know: products.

use schema::Outcome;

use super::signs;
use super::tokens::Token;
use super::words::{self, Parts, Words};

/// What words say, gathered over all prose of one payload.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wording {
    failed: bool,
    succeeded: bool,
}

/// How far apart two words may stand, in words.
const NEAR: usize = 5;

/// True when a sentence of words that play those parts may tell of a login: of any other the order says nothing.
fn may_tell(parts: Parts) -> bool {
    let ends = words::FAILURE.and(words::ERROR).and(words::SUCCESS);
    parts.is_any(words::TELLING) && parts.is_any(ends)
        || parts.is_all(words::PERSON.and(words::NOT).and(words::FOUND))
        || parts.is_all(words::LOGGED.and(words::IN))
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

    /// Reads a sentence by its words, which play `parts`; those in quotes are somebody else's.
    pub(super) fn read_tokens(&mut self, tokens: &[Token<'_>], parts: Parts) {
        if !may_tell(parts) {
            return;
        }
        let mut reader = Reader::new(*self);
        for token in tokens.iter().filter(|token| !token.is_quoted) {
            if token.signs.is_only(signs::SMALL) {
                reader.word(token.parts);
            } else if token.signs.is_any(signs::LETTER.and(signs::POINT).and(signs::OTHER)) {
                reader.text(token.text);
            }
        }
        *self = reader.said;
    }
}

struct Reader {
    words: &'static Words,
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
            words: Words::all(),
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
        let bytes = text.as_bytes();
        let (mut start, mut previous) = (0, b' ');
        for (at, byte) in bytes.iter().enumerate() {
            let is_letter = byte.is_ascii_alphabetic();
            let starts_inner = byte.is_ascii_uppercase() && previous.is_ascii_lowercase();
            if start < at && (!is_letter || starts_inner) {
                self.word(self.words.at(bytes, start, at - start));
                start = at;
            }
            if !is_letter {
                start = at + 1;
            }
            if matches!(byte, b'.' | b';' | b'!' | b'?') {
                // A sentence ends: what follows is further away.
                self.at += 2;
            }
            previous = *byte;
        }
        if start < bytes.len() {
            self.word(self.words.at(bytes, start, bytes.len() - start));
        }
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

    fn word(&mut self, parts: Parts) {
        self.at += 1;
        let at = Some(self.at);
        if parts.is_any(words::ACCESS) {
            self.access = at;
            if self.near(self.failure, NEAR) {
                self.fail();
            } else if self.near(self.success, 4) {
                self.succeed();
            }
        } else if parts.is_any(words::PERSON) {
            if self.near(self.failure, 1) {
                self.fail();
            }
            self.person = at;
        } else if parts.is_any(words::FAILURE) {
            self.failure = at;
            if self.near(self.access, NEAR) || self.near(self.logged, 2) {
                self.fail();
            }
        } else if parts.is_any(words::ERROR) {
            if self.near(self.access, 1) {
                self.fail();
            }
            self.failure = at;
        } else if parts.is_any(words::SUCCESS) {
            self.success = at;
            if self.near(self.access, 4) || self.near(self.logged, 3) {
                self.succeed();
            }
        } else if parts.is_any(words::NOT) {
            self.not = at;
        } else if parts.is_any(words::FOUND) {
            if self.near(self.not, 1) && self.near(self.person, 3) {
                self.fail();
            }
        } else if parts.is_any(words::LOGGED) {
            self.logged = at;
        } else if parts.is_any(words::IN) {
            if self.near(self.logged, 1) {
                self.succeed();
            }
        } else if parts.is_any(words::CHANGE) {
            self.change = at;
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
