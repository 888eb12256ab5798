//! One mail an alert, through a server of the town's.
//!
//! Promises: a mail leaves this machine only over TLS; no line of a log is in it, only where it is; a repeated mail has the same
//! `Message-ID`. Must not know: alerts' log, retries.

mod message;
mod smtp;

use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::time::Duration;

use super::{ToldAlert, Undelivered};
use message::message;

pub use smtp::SmtpServer;

/// How long the server has for all of it. Some let a stranger wait before they greet him.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(60);

/// Mail to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailing {
    /// Who takes it.
    pub server: SmtpServer,
    /// How this machine makes itself known to it, when it must.
    pub login: Option<Login>,
    /// Whom it is from.
    pub from: MailAddress,
    /// Whom it is for.
    pub to: Vec<MailAddress>,
    /// What it is written in.
    pub language: Language,
}

impl fmt::Display for Mailing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.server)?;
        self.to.iter().try_for_each(|to| write!(out, " {to}"))
    }
}

/// Name and password at a server of mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Login({}, ...)", self.user)
    }
}

/// A language of mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Italiano.
    Italian,
    /// English.
    English,
}

impl Language {
    fn pick<T>(self, english: T, italian: T) -> T {
        match self {
            Language::English => english,
            Language::Italian => italian,
        }
    }
}

/// A mail address, as `nome@comune.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress(String);

impl MailAddress {
    fn as_str(&self) -> &str {
        &self.0
    }

    fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl FromStr for MailAddress {
    type Err = ();

    /// Plain addresses only: nothing that could end a header or a command.
    fn from_str(text: &str) -> Result<MailAddress, ()> {
        let (name, domain) = text.split_once('@').ok_or(())?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        let is_domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let is_right = !name.is_empty() && !domain.is_empty() && text.len() <= 254;
        (is_right && name.chars().all(is_name) && domain.chars().all(is_domain))
            .then(|| MailAddress(text.to_owned()))
            .ok_or(())
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Sends an alert.
pub async fn send(mailing: &Mailing, told: &ToldAlert) -> Result<(), Undelivered> {
    let message = message(mailing, told);
    within(ANSWER_TIME_MAX, smtp::send(mailing, &message, smtp::native_roots)).await
}

/// Gives up after so long.
async fn within(
    time_max: Duration,
    sent: impl Future<Output = Result<(), Undelivered>>,
) -> Result<(), Undelivered> {
    let late = |_| Undelivered::ForNow(format!("the server did not answer within {time_max:?}"));
    tokio::time::timeout(time_max, sent).await.map_err(late)?
}

#[cfg(test)]
mod tests;
