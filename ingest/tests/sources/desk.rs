//! A stand-in for the journal: it takes deliveries, and answers as the test says.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ingest::sources::Port;
use ingest::{Book, BookPage, Deliveries, Intake, Limits, Receipt, ReceiveClock, intake};
use schema::{Flaw, FrameBatch, Origin};
use tokio_util::sync::CancellationToken;

/// Longest frame, unless a test says otherwise.
pub const LINE_BYTES_MAX: usize = 64 * 1024;
/// A test that waits so long hangs.
const HANGS_AFTER: Duration = Duration::from_secs(300);

/// One frame, as delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub text: String,
    pub peer: Option<String>,
    pub flaws: Vec<Flaw>,
    /// Header lines in force.
    pub directives: Option<String>,
}

pub struct Desk {
    pub port: Port,
    deliveries: Deliveries,
    next_seq: u64,
    ready: std::collections::VecDeque<Received>,
}

impl Desk {
    pub fn new() -> Desk {
        Desk::with_room(64 * 1024 * 1024)
    }

    pub fn with_room(room_bytes: usize) -> Desk {
        let (intake, deliveries) = intake(room_bytes);
        Desk { port: port(intake), deliveries, next_seq: 1, ready: std::collections::VecDeque::new() }
    }

    /// The next delivery, not answered.
    pub async fn delivery(&mut self) -> (Vec<Received>, Receipt) {
        let delivery = soon(self.deliveries.next()).await.expect("a delivery");
        (frames_of(&delivery.frames), delivery.receipt)
    }

    /// The same with all that the batch says.
    pub async fn raw_delivery(&mut self) -> (FrameBatch, Receipt) {
        let delivery = soon(self.deliveries.next()).await.expect("a delivery");
        (delivery.frames, delivery.receipt)
    }

    /// Whose the next delivery is. It is answered as stored.
    pub async fn batch_origin(&mut self) -> Arc<Origin> {
        let delivery = soon(self.deliveries.next()).await.expect("a delivery");
        delivery.receipt.stored(1..=1);
        delivery.frames.origin
    }

    /// Answers all deliveries as stored from now on, until the source is gone. Answers their texts.
    pub fn keep_storing(mut self) -> tokio::task::JoinHandle<Vec<String>> {
        let (closed, _) = intake(1);
        self.port.intake = closed;
        tokio::spawn(async move { self.store_all().await })
    }

    async fn store_all(&mut self) -> Vec<String> {
        let mut texts: Vec<String> = self.ready.drain(..).map(|frame| frame.text).collect();
        while let Some(delivery) = self.deliveries.next().await {
            let frames = frames_of(&delivery.frames);
            delivery.receipt.stored(self.next_seq..=self.next_seq + frames.len() as u64 - 1);
            self.next_seq += frames.len() as u64;
            texts.extend(frames.into_iter().map(|frame| frame.text));
        }
        texts
    }

    /// The next frame; its batch is answered as stored.
    pub async fn frame(&mut self) -> Received {
        while self.ready.is_empty() {
            let (frames, receipt) = self.delivery().await;
            let seqs = self.next_seq..=self.next_seq + frames.len() as u64 - 1;
            self.next_seq = seqs.end() + 1;
            receipt.stored(seqs);
            self.ready.extend(frames);
        }
        self.ready.pop_front().expect("a frame")
    }

    /// The texts of the next frames.
    pub async fn texts(&mut self, count: usize) -> Vec<String> {
        let mut texts = Vec::new();
        for _ in 0..count {
            texts.push(self.frame().await.text);
        }
        texts
    }

    /// Everything delivered until the sources are gone and nobody holds the intake any more.
    pub async fn rest(mut self) -> (Vec<String>, BookPage) {
        let book = Arc::clone(&self.port.book);
        let (closed, _) = intake(1);
        self.port.intake = closed;
        (soon(self.store_all()).await, book.page())
    }

    pub fn page(&self) -> BookPage {
        self.port.book.page()
    }
}

/// What a source admits.
pub fn limits(line_bytes_max: usize, rate_max: Option<u32>, allow: &[&str]) -> Arc<Limits> {
    let allow = allow.iter().map(|network| network.parse().unwrap()).collect();
    Arc::new(Limits::new(line_bytes_max, rate_max, allow))
}

/// What a source admits that has no patience with frames that do not end.
pub fn impatient() -> Arc<Limits> {
    let allow = vec!["127.0.0.0/8".parse().unwrap()];
    Arc::new(Limits::new(LINE_BYTES_MAX, None, allow).with_unfinished_max(Duration::from_millis(50)))
}

fn port(intake: Intake) -> Port {
    let origin = Origin { collector: "prova".into(), source: "rete".into(), tenant: "default".into() };
    Port {
        origin: Arc::new(origin),
        intake,
        book: Arc::new(Book::default()),
        clock: Arc::new(ReceiveClock::default()),
        limits: limits(LINE_BYTES_MAX, None, &["127.0.0.0/8", "::1"]),
        stop: CancellationToken::new(),
    }
}

fn frames_of(batch: &FrameBatch) -> Vec<Received> {
    let text = std::str::from_utf8(batch.text()).expect("a batch is UTF-8");
    let peer = batch.context.peer.as_deref().map(str::to_owned);
    let directives = batch.context.directives.as_deref().map(str::to_owned);
    let mut frames: Vec<Received> = batch
        .frames()
        .iter()
        .map(|frame| Received {
            text: text.get(frame.start as usize..frame.end as usize).expect("between characters").to_owned(),
            peer: peer.clone(),
            flaws: Vec::new(),
            directives: directives.clone(),
        })
        .collect();
    for (index, flaw) in batch.flaws() {
        frames[*index as usize].flaws.push(*flaw);
    }
    frames
}

/// Fails a test that would hang.
pub async fn soon<F: Future>(awaited: F) -> F::Output {
    tokio::time::timeout(HANGS_AFTER, awaited).await.expect("it never came")
}

/// Waits for what other tasks will have done.
pub async fn until(mut is_so: impl FnMut() -> bool) {
    soon(async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
