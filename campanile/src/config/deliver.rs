//! Where alerts go: `[[deliver]]`.

use std::path::PathBuf;

use access::delivery::{Language, Login, MailAddress, Mailing, SmtpServer, SyslogAddress, Target};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::settings::{MinSeverity, Secret};
use crate::exit::{Failure, Result};
use crate::suggest;

const KINDS: [&str; 4] = ["webhook", "syslog", "email", "file"];

/// Where alerts go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// Kind of delivery: `webhook`, `syslog`, `email` or `file`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where to: an http:// or https:// address, udp:// or tcp:// host and port, a path; for e-mail the server that takes it,
    /// smtps://host:465 (TLS) or smtp://host:587 (STARTTLS; in the clear only to this machine itself).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Least severity delivered.
    #[serde(default = "Delivery::default_min_severity")]
    pub min_severity: MinSeverity,
    /// Secret shown to the receiver, from a file or the environment: a webhook's bearer token, the password of `user`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// E-mail: the address that mails are from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// E-mail: the addresses of whom they are for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// E-mail: the name by which the server knows this machine, when it asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// E-mail: the language that mails are written in.
    #[serde(default, skip_serializing_if = "MailLanguage::is_default")]
    pub language: MailLanguage,
}

/// A language of mails, as written in the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MailLanguage {
    /// Italiano.
    #[default]
    It,
    /// English.
    En,
}

impl MailLanguage {
    fn is_default(&self) -> bool {
        *self == MailLanguage::default()
    }
}

/// What is wrong with a delivery: the value it is about, the fault, the mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// As it stands in the file.
    pub value: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Delivery {
    fn default_min_severity() -> MinSeverity {
        MinSeverity::Medium
    }

    /// Where its alerts go; its secret is read.
    pub fn target(&self) -> Result<Target> {
        let told = |wrong: Wrong| Failure::usage_text(wrong.message, wrong.help);
        let secret = || self.secret.as_ref().map(Secret::reveal).transpose();
        Ok(match self.place().map_err(told)? {
            Target::Webhook { url, .. } => Target::Webhook { url, token: secret()? },
            Target::Email(mailing) => {
                let login = self.user.clone().zip(secret()?).map(|(user, password)| Login { user, password });
                Target::Email(Mailing { login, ..mailing })
            }
            other => other,
        })
    }

    /// Where its alerts go, without its secret.
    pub fn place(&self) -> std::result::Result<Target, Wrong> {
        let url = self.url.as_deref().unwrap_or_default();
        if self.kind != "email" && (self.from.is_some() || !self.to.is_empty() || self.user.is_some()) {
            let message = format!("`from`, `to` and `user` are of e-mails, and this is a {}", self.kind);
            return Err(wrong(&self.kind, message, "write type = \"email\", or leave them out"));
        }
        match self.kind.as_str() {
            "webhook" if ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) => {
                Ok(Target::Webhook { url: url.to_owned(), token: None })
            }
            "webhook" => Err(self.unfit("write url = \"https://...\" or \"http://...\"")),
            "syslog" => match url.parse::<SyslogAddress>() {
                Ok(address) => Ok(Target::Syslog(address)),
                Err(()) => Err(self.unfit("write url = \"udp://host:514\" or \"tcp://host:601\"")),
            },
            "email" => self.mailing().map(Target::Email),
            "file" if !url.is_empty() => Ok(Target::File(PathBuf::from(url))),
            "file" => Err(self.unfit("write the file's path as url")),
            other => {
                Err(wrong(other, format!("unknown type of delivery `{other}`"), suggest::hint(other, KINDS)))
            }
        }
    }

    fn mailing(&self) -> std::result::Result<Mailing, Wrong> {
        let server = self.url.as_deref().unwrap_or_default().parse::<SmtpServer>();
        let server =
            server.map_err(|()| self.unfit("write url = \"smtps://host:465\" or \"smtp://host:587\""))?;
        let address = |text: &String| {
            let help = "write it as nome@comune.example, without a name beside it";
            text.parse::<MailAddress>()
                .map_err(|()| wrong(text, format!("`{text}` is no mail address"), help))
        };
        let missing = |key: &str| {
            let help = format!("add {key} to the delivery");
            wrong(&self.kind, format!("an e-mail needs `{key}`"), help)
        };
        if self.user.is_some() != self.secret.is_some() {
            return Err(missing(if self.user.is_some() { "secret" } else { "user" }));
        }
        let from = self.from.as_ref().ok_or_else(|| missing("from"))?;
        if self.to.is_empty() {
            return Err(missing("to"));
        }
        Ok(Mailing {
            server,
            login: None,
            from: address(from)?,
            to: self.to.iter().map(address).collect::<std::result::Result<_, _>>()?,
            language: match self.language {
                MailLanguage::It => Language::Italian,
                MailLanguage::En => Language::English,
            },
        })
    }

    fn unfit(&self, help: &str) -> Wrong {
        let url = self.url.as_deref().unwrap_or_default();
        let value = if url.is_empty() { &self.kind } else { url };
        wrong(value, format!("alerts cannot be delivered by {} to `{url}`", self.kind), help)
    }
}

fn wrong(value: &str, message: String, help: impl Into<String>) -> Wrong {
    Wrong { value: value.to_owned(), message, help: help.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(toml: &str) -> Delivery {
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn every_kind_says_where_to() {
        for (toml, place) in [
            ("type = \"webhook\"\nurl = \"https://a.example/x\"", "https://a.example/x"),
            ("type = \"syslog\"\nurl = \"tcp://a.example:601\"", "tcp://a.example:601"),
            ("type = \"file\"\nurl = \"/var/log/alerts\"", "/var/log/alerts"),
            (
                "type = \"email\"\nurl = \"smtps://posta.example:465\"\nfrom = \"c@e.example\"\nto = [\"a@e.example\"]",
                "smtps://posta.example:465 a@e.example",
            ),
        ] {
            assert_eq!(delivery(toml).place().unwrap().place(), place);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_the_mend() {
        let email = "type = \"email\"\nurl = \"smtp://posta.example:587\"\n";
        for (toml, value, help) in [
            ("type = \"webook\"".to_owned(), "webook", "did you mean `webhook`?"),
            ("type = \"webhook\"\nurl = \"a.example\"".to_owned(), "a.example", "https://"),
            ("type = \"file\"".to_owned(), "file", "path"),
            ("type = \"file\"\nurl = \"/x\"\nto = [\"a@b\"]".to_owned(), "file", "leave them out"),
            ("type = \"email\"\nurl = \"posta.example\"".to_owned(), "posta.example", "smtps://host:465"),
            (format!("{email}to = [\"a@b\"]"), "email", "add from"),
            (format!("{email}from = \"a@b\""), "email", "add to"),
            (format!("{email}from = \"a@b\"\nto = [\"Nome <a@b>\"]"), "Nome <a@b>", "nome@comune.example"),
            (format!("{email}from = \"a@b\"\nto = [\"a@b\"]\nuser = \"c\""), "email", "add secret"),
        ] {
            let wrong = delivery(&toml).place().unwrap_err();
            assert_eq!(wrong.value, value, "{toml}");
            assert!(wrong.help.contains(help), "{toml}: {}", wrong.help);
        }
    }
}
