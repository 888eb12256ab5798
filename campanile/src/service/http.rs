//! The service's own port: health, metrics, status, alerts, and SQL over what is stored.
//!
//! Promises: answers while the service is busy; SQL is read-only and bounded in memory, rows, bytes and time; what is of
//! tenants is shown on this machine only, whoever may send logs to the port.
//! Must not know: how anything it shows is kept.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use detect::Context;
use futures::StreamExt;
use tokio::io::AsyncReadExt;

use super::metrics;
use super::status::Books;
use crate::exit::{Exit, Failure, Result};
use crate::output::ndjson::push_lines;
use crate::query::{self, Tables};

/// Rows of one answer.
const ROWS_MAX: usize = 100_000;
/// Bytes of one answer.
const ANSWER_BYTES_MAX: usize = 256 << 20;
/// Bytes of the log of alerts that are held at once.
const PART_BYTES: usize = 256 << 10;
/// How long a query may take.
const QUERY_TIME_MAX: Duration = Duration::from_secs(60);

/// What queries are answered from.
pub struct Shown {
    /// What SQL can ask.
    pub tables: Tables,
    /// What functions know of the town.
    pub town: Arc<RwLock<Context>>,
    /// Where told alerts are.
    pub alerts_path: std::path::PathBuf,
}

/// How any node is doing.
pub fn router(books: Arc<Books>) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/metrics", get(prometheus))
        .merge(access::local(Router::new().route("/api/status", get(status))))
        .with_state(books)
}

/// What a node with a lake answers.
pub fn queries(shown: Arc<Shown>) -> Router {
    let routes = Router::new()
        .route("/api/alerts", get(alerts))
        .route("/api/incidents", get(incidents))
        .route("/api/sql", post(sql));
    access::local(routes).with_state(shown)
}

/// `ok`, or what is wrong and 503.
async fn health(State(books): State<Arc<Books>>) -> Response {
    let status = books.status();
    let mut wrong = Vec::new();
    if status.journal.lost > 0 {
        wrong.push(format!("the journal lost {} frames", status.journal.lost));
    }
    let troubled = status.sources.iter().filter_map(|of| Some((&of.source, of.trouble.as_ref()?)));
    wrong.extend(troubled.map(|(source, trouble)| format!("source {source}: {trouble}")));
    if wrong.is_empty() {
        return "ok\n".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, wrong.join("\n") + "\n").into_response()
}

async fn prometheus(State(books): State<Arc<Books>>) -> Response {
    typed("text/plain; version=0.0.4; charset=utf-8", metrics::text(&books.status()))
}

async fn status(State(books): State<Arc<Books>>) -> Response {
    match serde_json::to_string(&books.status()) {
        Ok(text) => typed("application/json", text),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// The log of alerts, as it is, a part at a time.
async fn alerts(State(shown): State<Arc<Shown>>) -> Response {
    let log = match tokio::fs::File::open(&shown.alerts_path).await {
        Ok(log) => log,
        Err(error) => return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    };
    let parts = futures::stream::try_unfold(log, |mut log| async move {
        let mut part = Vec::with_capacity(PART_BYTES);
        let read = (&mut log).take(PART_BYTES as u64).read_to_end(&mut part).await?;
        Ok::<_, std::io::Error>((read > 0).then_some((part, log)))
    });
    typed("application/x-ndjson", Body::from_stream(parts))
}

/// The incidents there are, the latest first.
async fn incidents(State(shown): State<Arc<Shown>>) -> Response {
    rows(&shown, "SELECT * FROM incidents ORDER BY last DESC, id").await
}

/// The rows of a query as NDJSON; the body is the query.
async fn sql(State(shown): State<Arc<Shown>>, text: String) -> Response {
    rows(&shown, &text).await
}

async fn rows(shown: &Shown, text: &str) -> Response {
    match tokio::time::timeout(QUERY_TIME_MAX, answer(shown, text)).await {
        Ok(Ok(rows)) => typed("application/x-ndjson", rows),
        Ok(Err(Failure::Told(Exit::Usage, report))) => {
            let help = report.help().map(|help| format!("help: {help}\n")).unwrap_or_default();
            (StatusCode::BAD_REQUEST, format!("{report}\n{help}")).into_response()
        }
        Ok(Err(Failure::Told(_, report))) => {
            (StatusCode::INTERNAL_SERVER_ERROR, format!("{report}\n")).into_response()
        }
        Ok(Err(Failure::PipeClosed)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Err(_) => {
            let limit = format!("the query took longer than {} s\n", QUERY_TIME_MAX.as_secs());
            (StatusCode::REQUEST_TIMEOUT, limit).into_response()
        }
    }
}

async fn answer(shown: &Shown, text: &str) -> Result<Vec<u8>> {
    let town = shown.town.read().unwrap_or_else(PoisonError::into_inner).clone();
    let mut stream = query::start(text, &shown.tables, &town, query::all_cores()).await?;
    let (mut rows, mut lines) = (0, Vec::new());
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(|error| query::failure(text, &error))?;
        rows += batch.num_rows();
        if rows > ROWS_MAX {
            let help = "add a LIMIT, or query the lake with `campanile sql --lake`";
            return Err(Failure::usage_text(format!("the answer has more than {ROWS_MAX} rows"), help));
        }
        push_lines(&batch, &mut lines)?;
        if lines.len() > ANSWER_BYTES_MAX {
            let help = "select fewer columns or add a LIMIT, or query the lake with `campanile sql --lake`";
            return Err(Failure::usage_text(
                format!("the answer has more than {ANSWER_BYTES_MAX} bytes"),
                help,
            ));
        }
    }
    Ok(lines)
}

fn typed(kind: &'static str, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
