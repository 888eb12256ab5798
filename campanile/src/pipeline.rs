//! Files to results: one thread reads frames, all cores parse and work, results come back in order.
//!
//! Promises: results are consumed in the order of the input whatever the number of cores; at most
//! [`in_flight_max`] batches live at a time; a consumer that fails stops the reading.
//! Must not know: what the work is.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use ingest::files::{InputReport, ReadOptions};
use parsers::Parser;
use schema::{EventBatch, FrameBatch};

use crate::books::{Books, InputBook, Tally};
use crate::exit::{Failure, Result};
use crate::progress::Progress;
use crate::reading::Reading;

/// Batches read, in work or waiting for their turn.
fn in_flight_max() -> usize {
    2 * rayon::current_num_threads() + 2
}

/// How often the bar looks where reading stands.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(120);

/// What the reader sends.
enum Read {
    Frames(usize, FrameBatch),
    Done(usize, InputReport),
}

/// What a worker answers.
struct Worked<T> {
    input: usize,
    tally: Tally,
    outcome: Result<T>,
}

/// Reads every input, parses on all cores, gives `work` each batch of frames' events (one batch a format) and
/// `consume` its results in order. The books are whole also when an input could not be read.
pub fn run<T: Send>(
    reading: &Reading,
    progress: &Progress,
    work: impl Fn(Vec<EventBatch>) -> Result<T> + Sync,
    mut consume: impl FnMut(T) -> Result<()>,
) -> Result<Books> {
    let mut books = Books { problems: reading.problems.clone(), ..Books::default() };
    books.inputs = reading
        .inputs
        .iter()
        .map(|input| InputBook { name: input.name.to_string(), report: InputReport::default(), errors: 0 })
        .collect();
    let stop = AtomicBool::new(false);
    let (send, receive) = sync_channel(rayon::current_num_threads());
    let ended = std::thread::scope(|threads| {
        threads.spawn(|| read_all(reading, send, &stop));
        rayon::in_place_scope(|workers| {
            let mut waiting: VecDeque<Receiver<Worked<T>>> = VecDeque::new();
            let mut ended = Ok(());
            while let Some(read) = next(&receive, reading, progress) {
                let (input, frames) = match read {
                    Read::Frames(input, frames) => (input, frames),
                    Read::Done(input, report) => {
                        if let Some(book) = books.inputs.get_mut(input) {
                            book.report = report;
                        }
                        continue;
                    }
                };
                if ended.is_err() {
                    continue;
                }
                let (answer, result) = sync_channel(1);
                let (work, parser) = (&work, &reading.parser);
                // The receiver lives until the answer was taken or the run has failed.
                workers.spawn(move |_| drop(answer.send(do_work(parser, input, &frames, work))));
                waiting.push_back(result);
                if waiting.len() >= in_flight_max() {
                    ended = take(&mut waiting, &mut books, progress, &mut consume);
                }
                if ended.is_err() {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            while ended.is_ok() && !waiting.is_empty() {
                ended = take(&mut waiting, &mut books, progress, &mut consume);
            }
            ended
        })
    });
    progress.finish();
    ended.map(|()| books)
}

/// The next thing read; none at the end. Keeps the bar moving meanwhile.
fn next(receive: &Receiver<Read>, reading: &Reading, progress: &Progress) -> Option<Read> {
    loop {
        match receive.recv_timeout(PROGRESS_INTERVAL) {
            Ok(read) => {
                progress.read_to(reading.bytes_read());
                return Some(read);
            }
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => progress.read_to(reading.bytes_read()),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return None,
        }
    }
}

/// Takes the oldest result and hands it on.
fn take<T>(
    waiting: &mut VecDeque<Receiver<Worked<T>>>,
    books: &mut Books,
    progress: &Progress,
    consume: &mut impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let Some(oldest) = waiting.pop_front() else { return Ok(()) };
    let worked = oldest.recv().map_err(|_| Failure::internal("a worker thread ended without an answer"))?;
    progress.add_events(worked.tally.events());
    books.add(worked.input, worked.tally);
    consume(worked.outcome?)
}

fn do_work<T>(
    parser: &Parser,
    input: usize,
    frames: &FrameBatch,
    work: &impl Fn(Vec<EventBatch>) -> Result<T>,
) -> Worked<T> {
    match parser.parse(frames) {
        Ok(batches) => Worked { input, tally: Tally::of(&batches), outcome: work(batches) },
        Err(error) => {
            let failure =
                Failure::internal(format!("a batch of {} failed: {error}", frames.origin.collector));
            Worked { input, tally: Tally::default(), outcome: Err(failure) }
        }
    }
}

/// The reading thread.
fn read_all(reading: &Reading, send: SyncSender<Read>, stop: &AtomicBool) {
    let options = ReadOptions { progress: Some(Arc::clone(&reading.progress)), ..reading.options.clone() };
    for (index, input) in reading.inputs.iter().enumerate() {
        let mut sink = |frames: FrameBatch| match stop.load(Ordering::Relaxed) {
            false if send.send(Read::Frames(index, frames)).is_ok() => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        };
        let report = input.read(&options, &mut sink);
        if stop.load(Ordering::Relaxed) || send.send(Read::Done(index, report)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::reading::ReadingArgs;
    use crate::terminal::Terminal;

    fn reading(text: &str, copies: usize) -> (tempfile::TempDir, Reading) {
        let folder = tempfile::tempdir().unwrap();
        for copy in 0..copies {
            let mut file = std::fs::File::create(folder.path().join(format!("{copy:02}.log"))).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        }
        let paths = vec![folder.path().to_string_lossy().into_owned()];
        let reading = Reading::open(&ReadingArgs { paths, ..ReadingArgs::default() }).unwrap();
        (folder, reading)
    }

    fn quiet() -> Progress {
        let terminal = Terminal::new(&crate::terminal::TerminalArgs { quiet: true, no_progress: true });
        Progress::new(&terminal, 0)
    }

    #[test]
    fn results_come_in_the_order_of_the_input_and_every_line_is_in_the_books() {
        let text: String =
            (0..20_000).map(|n| format!("line number {n} of something nobody knows\n")).collect();
        let (_folder, reading) = reading(&text, 5);
        let mut places = Vec::new();
        let books = run(
            &reading,
            &quiet(),
            |batches| {
                let of = |batch: &EventBatch| {
                    let file = batch.texts(schema::Column::Collector).unwrap().value(0).to_owned();
                    (file, batch.ints(schema::Column::Seq).unwrap().value(0))
                };
                Ok(batches.first().map(of))
            },
            |place| {
                places.extend(place);
                Ok(())
            },
        )
        .unwrap();
        assert!(places.len() >= 5 && places.is_sorted(), "{places:?}");
        assert_eq!((books.lines(), books.events(), books.plain()), (100_000, 100_000, 100_000));
    }

    #[test]
    fn a_consumer_that_fails_stops_the_run() {
        let text: String =
            (0..200_000).map(|n| format!("line number {n} of something nobody knows\n")).collect();
        let (_folder, reading) = reading(&text, 2);
        let ended = run(&reading, &quiet(), |_| Ok(()), |()| Err(Failure::PipeClosed));
        assert!(matches!(ended, Err(Failure::PipeClosed)));
    }
}
