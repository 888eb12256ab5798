//! Serving HTTP/1.1 and HTTP/2 on connections: one way for the service's own port and for ports of sources.
//!
//! Promises: so many connections at once, one too many waits until another has ended; a connection on which no request comes to
//! be, whatever is sent, is given up and counted; when told to stop, requests under way are answered first, within a time. Must not know: what is asked.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::{error, io};

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::connection::{Connection, HttpBook, HttpLimits};
use crate::sources::Error;
use crate::sources::connections::STOP_MAX;

/// When the system has no descriptors left, asking again at once would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves any router within limits until told to stop, and counts connections in `book`. Requests hold the addresses of
/// their clients (`ConnectInfo<SocketAddr>`).
pub async fn serve_http(
    listener: TcpListener,
    router: Router,
    limits: HttpLimits,
    book: Arc<HttpBook>,
    stop: CancellationToken,
) -> Result<(), Error> {
    let places = Arc::new(Semaphore::new(limits.connections_max.clamp(1, Semaphore::MAX_PERMITS)));
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = async {
                // Nobody closes the semaphore.
                let place = Arc::clone(&places).acquire_owned().await.ok();
                (place, listener.accept().await)
            } => accepted,
            () = stop.cancelled() => break,
        };
        while open.try_join_next().is_some() {}
        let (place, Ok((stream, address))) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        stream.set_nodelay(true).ok();
        let stream = Connection::new(stream, limits.silence_max, Arc::clone(&book));
        let (router, book, stop) = (router.clone(), Arc::clone(&book), stop.clone());
        open.spawn(async move {
            if hold(stream, router, ConnectInfo(address), limits, &stop).await == Held::GivenUp {
                book.given_up.fetch_add(1, Ordering::Relaxed);
            }
            drop(place);
        });
    }
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    tokio::time::timeout(STOP_MAX, all).await.ok();
    Ok(())
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// As its client liked, or because the listener stopped.
    Ended,
    /// Its client took too long.
    GivenUp,
}

/// Serves one connection; every request of it holds `caller`. When told to stop, requests under way are answered first.
pub(super) async fn hold<S, C>(
    stream: S,
    router: Router,
    caller: C,
    limits: HttpLimits,
    stop: &CancellationToken,
) -> Held
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    C: Clone + Send + Sync + 'static,
{
    let router = TowerToHyperService::new(router);
    let under_way = watch::Sender::new(0_usize);
    let mut requests = under_way.subscribe();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(caller.clone());
        let under_way = under_way.clone();
        under_way.send_modify(|requests| *requests += 1);
        let answer = router.call(request);
        async move {
            let answer = answer.await;
            under_way.send_modify(|requests| *requests -= 1);
            answer
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.header_max);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = idle(&mut requests, limits.header_max) => {
            // The last answer may still be on its way.
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(limits.header_max, connection).await.ok();
            return Held::GivenUp;
        }
    };
    match ended {
        Err(error) if is_given_up(&*error) => Held::GivenUp,
        // A connection that broke has ended.
        _ => Held::Ended,
    }
}

/// Returns when no request has been under way for so long, whatever else was said: before its version is known, and in HTTP/2, a
/// connection is not idle to those who read it.
async fn idle(requests: &mut watch::Receiver<usize>, idle_max: Duration) {
    loop {
        let is_under_way = *requests.borrow_and_update() > 0;
        let changed = requests.changed();
        if is_under_way {
            if changed.await.is_err() {
                return std::future::pending().await;
            }
        } else if tokio::time::timeout(idle_max, changed).await.is_err() {
            return;
        }
    }
}

/// True when a connection ended because its client took too long.
fn is_given_up(error: &(dyn error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    causes.any(|cause| {
        cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_timeout)
            || cause.downcast_ref::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::TimedOut)
    })
}
