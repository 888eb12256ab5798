//! Whether words tell of a login and how it ended, in English and Italian.
//!
//! A word of access and a word of failure (or success) must stand near each other; a failure beats a success,
//! and what tells of a password being changed tells of no login.
//!
//! Promises: linear; no allocation. Must not know: products.

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

fn kind(word: &[u8]) -> Kind {
    match word {
        b"login" | b"logins" | b"logon" | b"logons" | b"signin" | b"sign" | b"authentication"
        | b"authenticate" | b"auth" | b"authorisation" | b"authn" | b"password" | b"passwords"
        | b"passwd" | b"passcode" | b"credential" | b"credentials" | b"pin" | b"autenticazione"
        | b"credenziali" | b"authenticating" => Kind::Access,
        b"logged" | b"signed" | b"authenticated" => Kind::Logged,
        b"user" | b"username" | b"account" | b"utente" | b"userid" | b"users" => Kind::Person,
        b"failed" | b"failure" | b"failures" | b"fail" | b"fails" | b"failing" | b"invalid" | b"denied"
        | b"incorrect" | b"wrong" | b"bad" | b"rejected" | b"refused" | b"unauthorized" | b"unsuccessful"
        | b"nonexistent" | b"unsuccessfully" | b"fallito" | b"fallita" | b"errata" | b"errate"
        | b"errato" | b"negato" | b"negata" | b"respinto" | b"respinta" | b"mismatch" | b"illegal"
        | b"authfail" | b"loginfail" => Kind::Failure,
        b"unknown" | b"existent" | b"error" | b"errors" | b"errore" => Kind::Error,
        b"success" | b"successful" | b"successfully" | b"succeeded" | b"accepted" | b"granted"
        | b"riuscito" | b"riuscita" | b"effettuato" | b"effettuata" | b"successo" | b"ok" => Kind::Success,
        b"not" | b"non" | b"no" | b"never" | b"cannot" => Kind::Not,
        b"in" => Kind::In,
        b"found" | b"exist" | b"exists" => Kind::Found,
        b"change" | b"changed" | b"changing" | b"reset" | b"update" | b"updated" | b"create" | b"created"
        | b"policy" | b"cambiata" | b"modificata" | b"modifica" | b"expired" | b"expires" | b"set"
        | b"delete" | b"deleted" | b"add" | b"added" | b"remove" | b"removed" | b"logout" | b"logoff"
        | b"session" => Kind::Change,
        _ => Kind::Other,
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
        let mut reader = Reader { said: *self, ..Reader::default() };
        reader.text(text);
        *self = reader.said;
    }

    /// Reads a sentence by its words; those in quotes are somebody else's.
    pub(super) fn read_tokens(&mut self, tokens: &[Token<'_>]) {
        let mut reader = Reader { said: *self, ..Reader::default() };
        for token in tokens.iter().filter(|token| !token.is_quoted) {
            if token.signs.is_only(signs::SMALL) {
                reader.word(kind(token.text.as_bytes()));
            } else if token.signs.is_any(signs::LETTER.and(signs::POINT).and(signs::OTHER)) {
                reader.text(token.text);
            }
        }
        *self = reader.said;
    }
}

#[derive(Default)]
struct Reader {
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
    /// Words are runs of letters; a capital behind a small letter begins a new one.
    fn text(&mut self, text: &str) {
        let mut word = [0_u8; WORD_BYTES_MAX];
        let mut length = 0;
        let mut previous = b' ';
        for byte in text.bytes().chain([b' ']) {
            let starts_inner = byte.is_ascii_uppercase() && previous.is_ascii_lowercase();
            if length > 0 && (!byte.is_ascii_alphabetic() || starts_inner) {
                self.word(kind(word.get(..length).unwrap_or_default()));
                length = 0;
            }
            if matches!(byte, b'.' | b';' | b'!' | b'?') {
                // A sentence ends: what follows is further away.
                self.at += 2;
            }
            if byte.is_ascii_alphabetic()
                && let Some(place) = word.get_mut(length)
            {
                *place = byte.to_ascii_lowercase();
                length += 1;
            }
            previous = byte;
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
