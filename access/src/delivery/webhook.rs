//! One `POST` an alert.

use std::time::Duration;

use reqwest::StatusCode;

use super::Undelivered;

/// How long the receiver has to answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(15);

/// Posts a JSON object. Whatever answers 2xx has it; 4xx will never take it, but for those that ask to wait.
pub async fn post(url: &str, token: Option<&str>, body: &str) -> Result<(), Undelivered> {
    let for_now = |error: reqwest::Error| Undelivered::ForNow(error.without_url().to_string());
    let client = reqwest::Client::builder().timeout(ANSWER_TIME_MAX).build().map_err(for_now)?;
    let mut request = client.post(url).header("content-type", "application/json").body(body.to_owned());
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let status = request.send().await.map_err(for_now)?.status();
    let waits = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    match status {
        ok if ok.is_success() => Ok(()),
        refused if refused.is_client_error() && !waits.contains(&refused) => {
            Err(Undelivered::ForGood(format!("the receiver answered {refused}")))
        }
        other => Err(Undelivered::ForNow(format!("the receiver answered {other}"))),
    }
}
