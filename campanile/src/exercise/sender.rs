//! Sends what log files grew by to a service, and remembers under which seqs each line was stored.
//!
//! Promises: a line is sent once, with the header lines of its file; an answer that does not fit what was sent is an error.
//! Must not know: what a line means.

use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::sync::Arc;

use datasets::Part;
use futures::future::try_join_all;
use ingest::files::{InputReport, ReadOptions, read_stream};
use reqwest::Client;
use schema::{FrameBatch, Place};
use serde::Deserialize;

use crate::books::InputBook;
use crate::exit::{Failure, Result};

/// Sends to one service.
pub struct Sender {
    client: Client,
    service: SocketAddr,
    files: Vec<LogFile>,
    placed: Placed,
    bytes: u64,
}

/// A log file as far as it was sent.
struct LogFile {
    name: Arc<str>,
    /// Header lines at its start: they go with every part of it.
    header: Vec<u8>,
    report: InputReport,
}

/// Which lines of which file are stored under which seqs.
#[derive(Debug, Default)]
pub struct Placed {
    /// In order of their first seq, once all were sent.
    runs: Vec<Run>,
}

/// Lines stored one behind the other.
#[derive(Debug)]
struct Run {
    first_seq: u64,
    file: Arc<str>,
    lines: Vec<u64>,
}

impl Placed {
    /// Where the line is that was stored under that seq.
    pub fn of(&self, seq: u64) -> Option<Place> {
        let behind = self.runs.partition_point(|run| run.first_seq <= seq);
        let run = self.runs.get(behind.checked_sub(1)?)?;
        let line = run.lines.get(usize::try_from(seq - run.first_seq).ok()?)?;
        Some(Place { file: Arc::clone(&run.file), line: *line })
    }
}

/// The service's answer.
#[derive(Debug, Deserialize)]
struct Stored {
    accepted: usize,
    #[serde(default)]
    first_seq: u64,
    #[serde(default)]
    last_seq: u64,
}

impl Sender {
    /// Nothing is sent yet.
    pub fn new<'f>(service: SocketAddr, files: impl Iterator<Item = &'f str>) -> Sender {
        let file =
            |name: &str| LogFile { name: name.into(), header: Vec::new(), report: InputReport::default() };
        Sender {
            client: Client::new(),
            service,
            files: files.map(file).collect(),
            placed: Placed::default(),
            bytes: 0,
        }
    }

    /// Sends what every file grew by, and waits until all of it is durable. Answers how many frames that were, and how many bytes
    /// were sent so far.
    pub async fn send(&mut self, parts: &[Part]) -> Result<(u64, u64)> {
        let mut posts = Vec::new();
        for (file, part) in self.files.iter_mut().zip(parts).filter(|(_, part)| !part.text.is_empty()) {
            if part.first_line == 1 {
                file.header = header(&part.text);
            }
            posts.extend(file.cut(part).into_iter().map(|(frames, lines)| {
                post(&self.client, self.service, Arc::clone(&file.name), frames, lines)
            }));
            self.bytes += part.text.len() as u64;
        }
        let runs = try_join_all(posts).await?;
        let frames: usize = runs.iter().map(|run| run.lines.len()).sum();
        self.placed.runs.extend(runs);
        Ok((frames as u64, self.bytes))
    }

    /// Where every line is, and what was read of each file.
    pub fn finish(mut self) -> (Placed, Vec<InputBook>) {
        self.placed.runs.sort_unstable_by_key(|run| run.first_seq);
        let book = |file: LogFile| InputBook { name: file.name.to_string(), report: file.report, errors: 0 };
        (self.placed, self.files.into_iter().map(book).collect())
    }
}

impl LogFile {
    /// Frames that share a context, and the numbers of their lines in the file.
    fn cut(&mut self, part: &Part) -> Vec<(FrameBatch, Vec<u64>)> {
        let is_first = part.first_line == 1;
        let ahead: &[u8] = if is_first { &[] } else { &self.header };
        let ahead_lines = ahead.iter().filter(|byte| **byte == b'\n').count() as u64;
        let text = [ahead, &part.text].concat();
        // A byte of room is left, so that the end is seen with the last bytes and not after them.
        let options = ReadOptions { batch_bytes: text.len() + 1, ..ReadOptions::default() };
        let mut cut = Vec::new();
        let report = read_stream(&self.name, text.as_slice(), &options, &mut |batch| {
            let numbers = batch.frames().iter().map(|frame| frame.seq + part.first_line - 1 - ahead_lines);
            let mut lines: Vec<u64> = numbers.collect();
            lines.dedup();
            cut.push((batch, lines));
            ControlFlow::Continue(())
        });
        self.report.bytes_read += part.text.len() as u64;
        self.report.text_bytes += part.text.len() as u64;
        self.report.lines += report.lines - ahead_lines;
        self.report.frames += report.frames;
        cut
    }
}

/// The header lines that a file starts with.
fn header(text: &[u8]) -> Vec<u8> {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.take_while(|line| line.starts_with(b"#")).flatten().copied().collect()
}

async fn post(
    client: &Client,
    service: SocketAddr,
    file: Arc<str>,
    frames: FrameBatch,
    lines: Vec<u64>,
) -> Result<Run> {
    let directives = frames.context.directives.as_deref().unwrap_or_default();
    let body = [directives.as_bytes(), b"\n", frames.text().as_slice()].concat();
    let wrong = |what: String| Failure::internal(format!("the service did not take lines of {file}: {what}"));
    let request = client.post(format!("http://{service}/ingest")).query(&[("source", &*file)]).body(body);
    let answer = request.send().await.map_err(|error| wrong(error.to_string()))?;
    let (status, text) = (answer.status(), answer.text().await.unwrap_or_default());
    let stored: Stored = serde_json::from_str(&text).map_err(|_| wrong(format!("{status} {text}")))?;
    let seqs = (stored.last_seq + 1).saturating_sub(stored.first_seq);
    if stored.accepted != frames.frames().len() || seqs != lines.len() as u64 {
        return Err(wrong(format!("it answers {text} for {} frames", frames.frames().len())));
    }
    Ok(Run { first_seq: stored.first_seq, file, lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_by_its_seq() {
        let run = |first_seq, lines: &[u64]| Run { first_seq, file: "a.log".into(), lines: lines.to_vec() };
        let placed = Placed { runs: vec![run(10, &[1, 2]), run(20, &[3, 7])] };
        let line = |seq| placed.of(seq).map(|place| place.line);
        assert_eq!([10, 11, 20, 21].map(line), [Some(1), Some(2), Some(3), Some(7)]);
        assert_eq!([9, 12, 22].map(line), [None, None, None]);
    }

    #[test]
    fn header_lines_go_with_every_part_and_count_once() {
        let mut file = LogFile { name: "iis.log".into(), header: Vec::new(), report: InputReport::default() };
        let part = |first_line, text: &str| Part { first_line, text: text.into() };
        let first = part(1, "#Fields: date time\n2026-03-16 09:00:00\n");
        file.header = header(&first.text);
        let cut = file.cut(&first);
        assert_eq!(cut[0].1, [2]);
        let cut = file.cut(&part(3, "2026-03-16 09:00:01\n\n2026-03-16 09:00:02\n"));
        assert_eq!((cut.len(), &*cut[0].1), (1, [3, 5].as_slice()));
        assert_eq!(cut[0].0.context.directives.as_deref(), Some("#Fields: date time"));
        assert_eq!((file.report.lines, file.report.frames), (5, 3));
    }
}
