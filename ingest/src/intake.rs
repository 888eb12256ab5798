//! Where sources put what they received: one bounded queue towards the journal, and the answer when it is durable.
//!
//! Promises: memory is bounded in bytes, whoever sends; a sender is answered only by whoever made its frames durable; what
//! is refused is in the source's book. Must not know: the journal, sources.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use schema::FrameBatch;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::book::{Book, Refusal};

/// Weight of a batch beside its text: what its frames take in memory.
const BATCH_OVERHEAD_BYTES: usize = 256;
/// Deliveries under way, whatever their size.
const DELIVERIES_MAX: usize = 16 * 1024;

/// Why frames were not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The journal's budget is used up, or its disk failed: try again later.
    #[error("the journal cannot take more for now")]
    Full,
    /// The service is stopping.
    #[error("the service is stopping")]
    Closed,
    /// Frames of another node's journal that do not follow what is here of it.
    #[error("the frames do not follow what is here of their journal")]
    Sequence,
}

/// Frames on their way to the journal.
#[derive(Debug)]
pub struct Delivery {
    /// What was received, not yet numbered.
    pub frames: FrameBatch,
    /// Who is to be told what became of them.
    pub receipt: Receipt,
}

/// Tells the sender and the book what became of frames. Dropped without a word, it refuses them.
#[derive(Debug)]
pub struct Receipt {
    frames: u64,
    reply: Option<Reply>,
    /// None once told.
    book: Option<Arc<Book>>,
    _room: Vec<OwnedSemaphorePermit>,
}

type Reply = oneshot::Sender<Result<RangeInclusive<u64>, Refused>>;

impl Receipt {
    /// True when the sender waits for the answer, and can send again; others sent once.
    pub fn is_awaited(&self) -> bool {
        self.reply.is_some()
    }

    fn of(frames: u64, reply: Option<Reply>, book: &Arc<Book>, room: Vec<OwnedSemaphorePermit>) -> Receipt {
        Receipt { frames, reply, book: Some(Arc::clone(book)), _room: room }
    }

    /// The frames are durable under these seqs.
    pub fn stored(mut self, seqs: RangeInclusive<u64>) {
        if let Some(book) = self.book.take() {
            book.stored(self.frames);
        }
        self.answer(Ok(seqs));
    }

    /// The journal did not take the frames.
    pub fn refuse(mut self, why: Refused) {
        self.refuse_as(match why {
            Refused::Sequence => Refusal::Sequence,
            Refused::Full | Refused::Closed => Refusal::Journal,
        });
        self.answer(Err(why));
    }

    fn refuse_as(&mut self, why: Refusal) {
        if let Some(book) = self.book.take() {
            book.refuse(why, self.frames);
        }
    }

    fn answer(&mut self, answer: Result<RangeInclusive<u64>, Refused>) {
        if let Some(reply) = self.reply.take() {
            // A sender that went away meanwhile sends again, or never asked.
            drop(reply.send(answer));
        }
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        self.refuse_as(Refusal::Closed);
    }
}

/// What becomes of frames that were handed over, once it is known.
#[derive(Debug)]
pub struct Answer(oneshot::Receiver<Result<RangeInclusive<u64>, Refused>>);

impl Answer {
    /// Waits until the frames are durable, and answers their seqs.
    pub async fn seqs(self) -> Result<RangeInclusive<u64>, Refused> {
        self.0.await.unwrap_or(Err(Refused::Closed))
    }

    /// The answer, if it is known already.
    pub fn now(&mut self) -> Option<Result<RangeInclusive<u64>, Refused>> {
        match self.0.try_recv() {
            Ok(answer) => Some(answer),
            Err(oneshot::error::TryRecvError::Empty) => None,
            Err(oneshot::error::TryRecvError::Closed) => Some(Err(Refused::Closed)),
        }
    }
}

/// The way into the journal. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Intake {
    queue: mpsc::Sender<Delivery>,
    /// What frames on their way take room of, the narrowest first.
    rooms: Vec<Room>,
    is_full: Arc<AtomicBool>,
}

/// The end at which the journal takes deliveries.
#[derive(Debug)]
pub struct Deliveries {
    queue: mpsc::Receiver<Delivery>,
    is_full: Arc<AtomicBool>,
}

/// A bound on bytes under way.
#[derive(Debug, Clone)]
struct Room {
    left: Arc<Semaphore>,
    bytes: usize,
}

impl Room {
    fn new(bytes: usize) -> Room {
        let bytes = bytes.clamp(1, Semaphore::MAX_PERMITS);
        Room { left: Arc::new(Semaphore::new(bytes)), bytes }
    }

    /// A batch larger than all the room there is takes all of it.
    fn share(&self, bytes: usize) -> u32 {
        u32::try_from(bytes.min(self.bytes)).unwrap_or(u32::MAX)
    }
}

/// An intake for at most `room_bytes` of text on its way, and its other end.
pub fn intake(room_bytes: usize) -> (Intake, Deliveries) {
    let (sender, queue) = mpsc::channel(DELIVERIES_MAX);
    let is_full = Arc::new(AtomicBool::new(false));
    let rooms = vec![Room::new(room_bytes)];
    (Intake { queue: sender, rooms, is_full: Arc::clone(&is_full) }, Deliveries { queue, is_full })
}

impl Deliveries {
    /// The next delivery; none when every way in is closed and all were taken.
    pub async fn next(&mut self) -> Option<Delivery> {
        self.queue.recv().await
    }

    /// Says whether the journal is full: senders that can send again are then refused at once.
    pub fn set_full(&self, is_full: bool) {
        self.is_full.store(is_full, Ordering::Relaxed);
    }
}

impl Intake {
    /// A lane of its own into the same queue, with at most `room_bytes` on their way: whoever floods it waits for himself
    /// first.
    pub fn lane(&self, room_bytes: usize) -> Intake {
        let rooms = std::iter::once(Room::new(room_bytes)).chain(self.rooms.iter().cloned()).collect();
        Intake { queue: self.queue.clone(), rooms, is_full: Arc::clone(&self.is_full) }
    }

    /// Waits until the frames are durable, and answers their seqs. For protocols that acknowledge.
    pub async fn store(&self, frames: FrameBatch, book: &Arc<Book>) -> Result<RangeInclusive<u64>, Refused> {
        self.hand_over(frames, book).await?.seqs().await
    }

    /// Waits until there is room; what became of the frames is answered later. For protocols that acknowledge while more
    /// comes in.
    pub async fn hand_over(&self, frames: FrameBatch, book: &Arc<Book>) -> Result<Answer, Refused> {
        if self.is_full.load(Ordering::Relaxed) {
            book.turned_away(Refusal::Journal, frames.frames().len() as u64);
            return Err(Refused::Full);
        }
        let (reply, answer) = oneshot::channel();
        self.send(frames, book, Some(reply)).await?;
        Ok(Answer(answer))
    }

    /// Waits until there is room, no longer: the sender's own socket fills up meanwhile. For streams without
    /// acknowledgement.
    pub async fn put(&self, frames: FrameBatch, book: &Arc<Book>) -> Result<(), Refused> {
        self.send(frames, book, None).await
    }

    /// Never waits: what finds no room is refused. For datagrams.
    pub fn offer(&self, frames: FrameBatch, book: &Arc<Book>) -> Result<(), Refused> {
        let count = frames.frames().len() as u64;
        book.received(count, frames.text().len() as u64);
        let sent = self.take_room(weight(&frames)).and_then(|room| {
            let slot = self.queue.try_reserve().map_err(|error| match error {
                mpsc::error::TrySendError::Full(()) => Refused::Full,
                mpsc::error::TrySendError::Closed(()) => Refused::Closed,
            })?;
            slot.send(Delivery { frames, receipt: Receipt::of(count, None, book, room) });
            Ok(())
        });
        sent.inspect_err(|why| {
            book.refuse(if *why == Refused::Full { Refusal::NoRoom } else { Refusal::Closed }, count);
        })
    }

    async fn send(&self, frames: FrameBatch, book: &Arc<Book>, reply: Option<Reply>) -> Result<(), Refused> {
        let count = frames.frames().len() as u64;
        let taken = Taken { book, count, is_settled: false };
        book.received(count, frames.text().len() as u64);
        let room = self.wait_for_room(weight(&frames)).await?;
        let slot = self.queue.reserve().await.map_err(|_| Refused::Closed)?;
        taken.settle();
        slot.send(Delivery { frames, receipt: Receipt::of(count, reply, book, room) });
        Ok(())
    }

    fn take_room(&self, bytes: usize) -> Result<Vec<OwnedSemaphorePermit>, Refused> {
        let permit = |room: &Room| Arc::clone(&room.left).try_acquire_many_owned(room.share(bytes));
        self.rooms.iter().map(permit).collect::<Result<_, _>>().map_err(|_| Refused::Full)
    }

    async fn wait_for_room(&self, bytes: usize) -> Result<Vec<OwnedSemaphorePermit>, Refused> {
        let mut permits = Vec::with_capacity(self.rooms.len());
        for room in &self.rooms {
            let permit = Arc::clone(&room.left).acquire_many_owned(room.share(bytes)).await;
            permits.push(permit.map_err(|_| Refused::Closed)?);
        }
        Ok(permits)
    }
}

/// What a batch takes in memory.
fn weight(frames: &FrameBatch) -> usize {
    frames.text().len() + BATCH_OVERHEAD_BYTES + size_of_val(frames.frames())
}

/// Frames in the book whose sender still waits for room. Dropped before there was any, they are refused: the sender went
/// away, or the service stops.
struct Taken<'b> {
    book: &'b Book,
    count: u64,
    is_settled: bool,
}

impl Taken<'_> {
    fn settle(mut self) {
        self.is_settled = true;
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if !self.is_settled {
            self.book.refuse(Refusal::Closed, self.count);
        }
    }
}
