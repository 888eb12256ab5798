//! Asking a running service over HTTP: where it is, how it is doing, what it has stored.

use std::path::PathBuf;
use std::time::Duration;

use crate::config;
use crate::exit::{Failure, Result};
use crate::service::status::Status;

/// How long the service has to say how it is doing.
const STATUS_TIME_MAX: Duration = Duration::from_secs(5);
/// How long a query may take; the service gives up before.
const QUERY_TIME_MAX: Duration = Duration::from_secs(90);

/// The flags of every command that asks a running service.
#[derive(Debug, clap::Args)]
pub struct ServiceArgs {
    /// The service's configuration: says where it listens.
    #[arg(long, short, value_name = "FILE", conflicts_with = "url")]
    config: Option<PathBuf>,
    /// Where the service listens [default: http://127.0.0.1:8514].
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

impl ServiceArgs {
    /// Where it listens.
    pub fn service(&self) -> Result<Service> {
        let url = match (&self.url, &self.config) {
            (Some(url), _) => url.trim_end_matches('/').to_owned(),
            (None, Some(path)) => format!("http://{}", config::settings(path)?.http.listen),
            (None, None) => "http://127.0.0.1:8514".to_owned(),
        };
        Ok(Service { url })
    }
}

/// A service that runs, or should.
#[derive(Debug, Clone)]
pub struct Service {
    url: String,
}

impl Service {
    /// How it is doing.
    pub async fn status(&self) -> Result<Status> {
        let client = self.client(STATUS_TIME_MAX)?;
        let answer = client.get(format!("{}/api/status", self.url)).send().await;
        let answer =
            answer.and_then(reqwest::Response::error_for_status).map_err(|error| self.away(&error))?;
        let answer = answer.bytes().await.map_err(|error| self.away(&error))?;
        serde_json::from_slice(&answer).map_err(|error| {
            Failure::internal(format!("the service at {} answered something else: {error}", self.url))
        })
    }

    /// The rows of a query, an object a line. What is wrong with it is told in the service's words.
    pub async fn sql(&self, query: String) -> Result<String> {
        let client = self.client(QUERY_TIME_MAX)?;
        let answer = client.post(format!("{}/api/sql", self.url)).body(query).send().await;
        let answer = answer.map_err(|error| self.away(&error))?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| self.away(&error))?;
        match status {
            ok if ok.is_success() => Ok(text),
            refused if refused.is_client_error() => {
                let (message, help) = text.trim().split_once("\nhelp: ").unwrap_or((text.trim(), ""));
                Err(Failure::usage_text(message, if help.is_empty() { "mend the query" } else { help }))
            }
            _ => Err(Failure::internal(format!("the service at {} answered: {}", self.url, text.trim()))),
        }
    }

    fn client(&self, time_max: Duration) -> Result<reqwest::Client> {
        reqwest::Client::builder().timeout(time_max).build().map_err(|error| self.away(&error))
    }

    fn away(&self, error: &reqwest::Error) -> Failure {
        let mut cause: &dyn std::error::Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Failure::usage_text(
            format!("no service answers at {}: {cause}", self.url),
            "start it with `campanile serve`, or say with -c or --url where it listens",
        )
    }
}
