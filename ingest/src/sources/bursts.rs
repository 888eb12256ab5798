//! Reading a connection in bursts.
//!
//! Promises: a connection without a word holds a small buffer, a busy one is read in few large steps; nothing read is lost
//! when a read is given up half-way. Must not know: what is read.

use std::io;

use futures::FutureExt;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Most bytes of one burst.
pub(crate) const BURST_BYTES_MAX: usize = 256 * 1024;
/// Room that a connection without a word holds.
const QUIET_BYTES: usize = 1024;

/// How much a connection was read at a time.
#[derive(Debug)]
pub(crate) struct Bursts {
    /// Bytes of the burst before: room for the next.
    room: usize,
}

impl Default for Bursts {
    fn default() -> Bursts {
        Bursts { room: QUIET_BYTES }
    }
}

impl Bursts {
    /// Waits for bytes, and appends those that are there, up to a burst. None is the end.
    pub(crate) async fn read<S>(&mut self, stream: &mut S, buffer: &mut Vec<u8>) -> io::Result<usize>
    where
        S: AsyncRead + Unpin,
    {
        let mut total = match read_now(stream, buffer, self.room) {
            Some(read) => read?,
            None => {
                buffer.shrink_to(buffer.len() + QUIET_BYTES);
                buffer.reserve(QUIET_BYTES);
                stream.read_buf(buffer).await?
            }
        };
        while (1..BURST_BYTES_MAX).contains(&total) {
            let room = self.room.saturating_sub(total).max(QUIET_BYTES);
            match read_now(stream, buffer, room) {
                Some(Ok(read @ 1..)) => total += read,
                // The end or the error comes again.
                _ => break,
            }
        }
        self.room = total.next_power_of_two().clamp(QUIET_BYTES, BURST_BYTES_MAX);
        Ok(total)
    }

    /// Appends what is there, if anything is.
    pub(crate) fn read_last<S: AsyncRead + Unpin>(stream: &mut S, buffer: &mut Vec<u8>) -> Option<usize> {
        match read_now(stream, buffer, BURST_BYTES_MAX) {
            Some(Ok(read @ 1..)) => Some(read),
            _ => None,
        }
    }
}

/// Reads if there is something to read.
fn read_now<S>(stream: &mut S, buffer: &mut Vec<u8>, room: usize) -> Option<io::Result<usize>>
where
    S: AsyncRead + Unpin,
{
    buffer.reserve(room);
    stream.read_buf(buffer).now_or_never()
}
