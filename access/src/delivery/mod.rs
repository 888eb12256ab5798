//! Alerts out: each target reads the log of alerts at its own pace, and remembers how far it is.
//!
//! What is delivered is the alert with which an incident begins, the one that makes it more serious, and the one without which there
//! is none: not every alert of a story.
//!
//! Promises: what is to be delivered reaches a target at least once, also over restarts, in the order in which it was told; a target
//! that does not answer holds up no other; what it refuses for good is kept in a dead-letter file, with the reason.
//! Must not know: rules.

mod cursor;
mod email;
mod file;
mod syslog;
mod webhook;

use std::path::{Path, PathBuf};
use std::time::Duration;

use schema::{Alert, Severity, ToldIncident};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use cursor::Cursor;
pub use email::{Language, Login, MailAddress, Mailing, SmtpServer};
pub use syslog::SyslogAddress;

/// Waits between attempts double from the first up to the last.
const RETRY_WAIT_FIRST: Duration = Duration::from_secs(1);
const RETRY_WAIT_LAST: Duration = Duration::from_secs(60);
/// An alert that could not be delivered for so many attempts, about a day, is given up.
const ATTEMPTS_MAX: u32 = 1_440;

/// Where alerts go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `POST` of one JSON object, with a bearer token where there is one.
    Webhook {
        /// Where to.
        url: String,
        /// Shown to the receiver.
        token: Option<String>,
    },
    /// RFC 5424 with the JSON object as message.
    Syslog(SyslogAddress),
    /// A mail each.
    Email(Mailing),
    /// A file that is added to.
    File(PathBuf),
}

impl Target {
    /// Where it is, for people and for the name of its cursor.
    pub fn place(&self) -> String {
        match self {
            Target::Webhook { url, .. } => url.clone(),
            Target::Syslog(address) => address.to_string(),
            Target::Email(mailing) => mailing.to_string(),
            Target::File(path) => path.display().to_string(),
        }
    }

    /// The same for the log, where no secret may stand: whoever knows the path of a webhook may post to it.
    fn shown(&self) -> String {
        match self {
            Target::Webhook { url, .. } => reqwest::Url::parse(url)
                .map_or_else(|_| "a webhook".to_owned(), |url| url.origin().ascii_serialization()),
            _ => self.place(),
        }
    }
}

/// An alert as it is told: one line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToldAlert {
    /// `provisional`, `final` or `withdrawn`.
    pub standing: String,
    /// Id of a provisional alert that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// When it was told, µs since 1970 UTC.
    pub told_us: i64,
    /// What rang.
    #[serde(flatten)]
    pub alert: Alert,
    /// What is new of its incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<ToldIncident>,
}

impl ToldAlert {
    /// How serious it is for those who are told: as its incident.
    pub fn severity(&self) -> Severity {
        self.story.as_ref().map_or(self.alert.severity, |story| story.incident.severity)
    }

    /// True when people are to be told.
    fn is_told(&self) -> bool {
        match &self.story {
            Some(story) => story.news.is_told(),
            // An earlier version knew no incidents, and told every alert.
            None => self.alert.incident.is_none(),
        }
    }
}

/// An alert that was given up.
#[derive(Debug, Serialize)]
struct DeadLetter<'a> {
    /// Why, in the target's words.
    undelivered: String,
    #[serde(flatten)]
    told: &'a ToldAlert,
}

/// Why an attempt came to nothing.
#[derive(Debug, thiserror::Error)]
enum Undelivered {
    /// Another attempt may succeed.
    #[error("{0}")]
    ForNow(String),
    /// The target will never take it.
    #[error("{0}")]
    ForGood(String),
}

/// One target's way out of the log.
pub struct Delivery {
    target: Target,
    least: Severity,
    cursor: Cursor,
    dead_letters: PathBuf,
}

impl Delivery {
    /// The delivery to `target` of incidents of at least that severity, from `log` on. Its cursor is kept in `folder`; a target
    /// that has none yet begins with the next alert.
    pub fn open(target: Target, least: Severity, log: &Path, folder: &Path) -> std::io::Result<Delivery> {
        let name = cursor::name(&target.place());
        let cursor = Cursor::open(log, &folder.join(format!("{name}.cursor")))?;
        Ok(Delivery { target, least, cursor, dead_letters: folder.join(format!("{name}.dead.ndjson")) })
    }

    /// Delivers until told to stop. `grown` changes whenever the log has grown.
    pub async fn run(mut self, mut grown: watch::Receiver<u64>, stop: CancellationToken) {
        loop {
            match self.cursor.next() {
                Ok(Some(line)) => {
                    if !self.deliver(&line, &stop).await {
                        return;
                    }
                }
                Ok(None) => {
                    tokio::select! {
                        changed = grown.changed() => if changed.is_err() { return },
                        () = stop.cancelled() => return,
                    }
                }
                Err(error) => {
                    tracing::error!(target = self.target.shown(), %error, "alerts cannot be read");
                    if stopped_within(RETRY_WAIT_LAST, &stop).await {
                        return;
                    }
                }
            }
        }
    }

    /// Delivers a line, however often it takes. False when told to stop before.
    async fn deliver(&mut self, line: &str, stop: &CancellationToken) -> bool {
        // What is no alert of this version is nobody's.
        let told: Option<ToldAlert> = serde_json::from_str(line).ok();
        let wanted = told.as_ref().filter(|told| told.is_told() && told.severity() >= self.least);
        if let Some(told) = wanted {
            let mut wait = RETRY_WAIT_FIRST;
            for attempt in 1.. {
                let attempted = tokio::select! {
                    // What can be done at once is.
                    biased;
                    attempted = self.attempt(line, told) => attempted,
                    () = stop.cancelled() => return false,
                };
                let Err(why) = attempted else { break };
                tracing::warn!(target = self.target.shown(), alert = told.alert.id, attempt, %why, "not delivered");
                if matches!(why, Undelivered::ForGood(_)) || attempt >= ATTEMPTS_MAX {
                    self.give_up(told, &why);
                    break;
                }
                if stopped_within(wait, stop).await {
                    return false;
                }
                wait = (wait * 2).min(RETRY_WAIT_LAST);
            }
        }
        if let Err(error) = self.cursor.advance() {
            tracing::error!(target = self.target.shown(), %error, "how far it is cannot be kept");
        }
        true
    }

    fn give_up(&self, told: &ToldAlert, why: &Undelivered) {
        let letter = serde_json::to_string(&DeadLetter { undelivered: why.to_string(), told });
        let kept =
            letter.map_err(std::io::Error::from).and_then(|letter| file::append(&self.dead_letters, &letter));
        if let Err(error) = kept {
            tracing::error!(alert = told.alert.id, %error, "a dead letter cannot be kept");
        }
    }

    async fn attempt(&self, line: &str, told: &ToldAlert) -> Result<(), Undelivered> {
        match &self.target {
            Target::Webhook { url, token } => webhook::post(url, token.as_deref(), line).await,
            Target::Syslog(address) => syslog::send(address, line, told).await,
            Target::Email(mailing) => email::send(mailing, told).await,
            Target::File(path) => file::append(path, line).map_err(|e| Undelivered::ForNow(e.to_string())),
        }
    }
}

async fn stopped_within(wait: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = sleep(wait) => false,
        () = stop.cancelled() => true,
    }
}

#[cfg(test)]
mod tests;
