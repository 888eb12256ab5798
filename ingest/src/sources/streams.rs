//! Frames of one connection that acknowledges nothing.
//!
//! Promises: a batch a burst, however fast the sender; one that floods gives way after each batch, and has a bounded number
//! of bytes on their way. Must not know: how the connection was made.

use std::sync::Arc;

use tokio::io::AsyncRead;

use super::Port;
use super::bursts::Bursts;
use super::rate::Rate;
use crate::book::Refusal;
use crate::framing::Cuts;
use crate::intake::Refused;

/// Bytes of one connection on their way to the journal.
pub(crate) const LANE_BYTES_MAX: usize = 1024 * 1024;
/// What is still read of a connection when the source stops: more than a kernel buffers, and bounded, so that a flood ends.
const LAST_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Delivers the frames of a connection until it ends or the source stops.
pub(crate) async fn deliver<S, C>(mut stream: S, framer: C, peer: Option<Arc<str>>, port: &Port, rate: &Rate)
where
    S: AsyncRead + Unpin + Send,
    C: Cuts,
{
    let mut bursts = Bursts::default();
    let mut lane =
        Lane { framer, port: Port { intake: port.intake.lane(LANE_BYTES_MAX), ..port.clone() }, peer };
    loop {
        let read = tokio::select! {
            read = bursts.read(&mut stream, lane.framer.buffer()) => read,
            () = port.stop.cancelled() => break,
        };
        // A connection that broke has ended.
        let is_last = !matches!(read, Ok(1..));
        match lane.hand_on(is_last).await {
            Ok(frames) if !is_last => {
                tokio::select! {
                    () = pause(rate, frames) => {}
                    () = port.stop.cancelled() => break,
                }
            }
            // What was refused is in the book.
            _ => return,
        }
    }
    lane.finish(&mut stream).await;
}

/// Gives way to others, and waits when there were more frames than the rate allows.
async fn pause(rate: &Rate, frames: u64) {
    let wait = rate.owe(frames);
    if wait.is_zero() {
        tokio::task::yield_now().await;
    } else {
        tokio::time::sleep(wait).await;
    }
}

struct Lane<C> {
    framer: C,
    port: Port,
    peer: Option<Arc<str>>,
}

impl<C: Cuts> Lane<C> {
    /// Cuts what was read and hands it on. Answers how many frames that were.
    async fn hand_on(&mut self, is_last: bool) -> Result<u64, Refused> {
        self.framer.cut(is_last);
        match self.framer.take_malformed() {
            0 => {}
            malformed => self.port.book.turned_away(Refusal::Malformed, malformed),
        }
        let Some(cut) = self.framer.take() else { return Ok(0) };
        let frames = cut.frames.len() as u64;
        let batch = self.port.batch(cut, self.peer.clone());
        self.port.intake.put(batch, &self.port.book).await.map(|()| frames)
    }

    /// Delivers what had arrived when the source was stopped.
    async fn finish<S: AsyncRead + Unpin>(&mut self, stream: &mut S) {
        let mut total = 0;
        while total < LAST_BYTES_MAX {
            // Lets the runtime see what has arrived.
            tokio::task::yield_now().await;
            let Some(read) = Bursts::read_last(stream, self.framer.buffer()) else { break };
            total += read;
            if self.hand_on(false).await.is_err() {
                return;
            }
        }
        // Refused or not, it is in the book.
        self.hand_on(true).await.ok();
    }
}
