//! Takes a stream of bytes apart, layer by layer, down to its texts: compression, archives, encodings.
//!
//! Promises: at most [`LAYERS_MAX`] compressions around a text and [`ARCHIVES_MAX`] archives around it (an
//! archive inside an archive is read, one more is a problem); at most [`MEMBERS_MAX`] members an archive; a
//! member that cannot be read does not keep the next from being read. Must not know: formats.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use ::zip::result::ZipError;
use schema::Origin;

use super::frames::{CutEnd, CutOptions, Cutter, Sink};
use super::input::ReadOptions;
use super::magic::{self, Compression, Magic};
use super::problem::{InputProblem, InputProblemKind};
use super::report::{InputReport, MemberReport};
use super::text::{self, Start, Utf16Reader};
use super::window::{Meter, Role, WINDOW_BYTES, Window};
use super::{evtx, open, tar, zip};

/// Compressions around one text, archives apart.
const LAYERS_MAX: u8 = 2;
/// Archives around one text.
const ARCHIVES_MAX: u8 = 2;
/// Members of one archive that are read.
const MEMBERS_MAX: u64 = 100_000;

/// A stream to take apart.
pub(crate) struct Stream<'p> {
    name: Arc<str>,
    received_us: i64,
    /// The file, when the stream is all of it.
    file: Option<&'p Path>,
    layers: u8,
    archives: u8,
}

impl<'p> Stream<'p> {
    pub(crate) fn new(name: Arc<str>, received_us: i64, file: Option<&'p Path>) -> Stream<'p> {
        Stream { name, received_us, file, layers: 0, archives: 0 }
    }

    /// A member of this archive.
    fn member(&self, name: &str, modified_us: Option<i64>) -> Stream<'static> {
        Stream {
            name: format!("{}!{name}", self.name).into(),
            received_us: modified_us.filter(|&us| us > 0).unwrap_or(self.received_us),
            file: None,
            layers: 0,
            archives: self.archives + 1,
        }
    }

    fn decoded(&self) -> bool {
        self.layers > 0 || self.archives > 0
    }
}

/// Where the texts of one input go, and its books.
pub(crate) struct Delivery<'d> {
    pub(crate) options: &'d ReadOptions,
    pub(crate) report: &'d mut InputReport,
    pub(crate) sink: &'d mut Sink<'d>,
    pub(crate) meter: &'d Meter,
}

impl Delivery<'_> {
    /// Delivers every text of a stream.
    pub(crate) fn stream(&mut self, mut window: Window<'_>, stream: Stream<'_>) -> ControlFlow<()> {
        match magic::recognise(window.peek(WINDOW_BYTES)) {
            Magic::Compressed(compression) => self.compressed(compression, window, stream),
            Magic::Zip | Magic::Tar if stream.archives >= ARCHIVES_MAX => {
                self.nested(&stream, "an archive inside an archive inside an archive")
            }
            Magic::Zip => self.zip(window, &stream),
            Magic::Tar => self.tar(window, &stream),
            Magic::Evtx => self.event_log(window, &stream),
            Magic::Unsupported { what, mend } => {
                let message = format!("{what} is not read yet");
                self.problem(InputProblem::new(&stream.name, InputProblemKind::Unsupported, message, mend))
            }
            Magic::Binary { what } => self.binary(&stream, &format!("binary file ({what}), not read")),
            Magic::Unknown => self.encoded(window, &stream),
        }
    }

    fn compressed(
        &mut self,
        compression: Compression,
        window: Window<'_>,
        mut stream: Stream<'_>,
    ) -> ControlFlow<()> {
        if stream.layers >= LAYERS_MAX {
            return self.nested(&stream, "compressed too many times over");
        }
        stream.layers += 1;
        stream.file = None;
        match open::decoder(compression, window) {
            Ok(decoder) => self.stream(Window::new(decoder, self.meter, Role::Decoded), stream),
            Err(error) => self.failed(&stream, &error, None),
        }
    }

    /// Delivers a text, whatever its encoding.
    fn encoded(&mut self, mut window: Window<'_>, stream: &Stream<'_>) -> ControlFlow<()> {
        match text::start(window.peek(WINDOW_BYTES)) {
            Start::Utf8 { mark_bytes } => {
                if text::looks_binary(window.peek(WINDOW_BYTES)) {
                    return self.binary(stream, "binary file, not read");
                }
                io::BufRead::consume(&mut window, mark_bytes);
                self.text(window, stream)
            }
            Start::Utf16(encoding) => {
                let reader = Utf16Reader::new(window, encoding);
                self.text(Window::new(Box::new(reader), self.meter, Role::Part), stream)
            }
        }
    }

    /// Delivers the records of an event log, each a line of JSON.
    fn event_log(&mut self, window: Window<'_>, stream: &Stream<'_>) -> ControlFlow<()> {
        let damage = evtx::Damage::default();
        let records = evtx::Records::new(window, &damage);
        let flow = self.cut(
            Window::new(Box::new(records), self.meter, Role::Part),
            stream,
            self.options.line_bytes_max.max(evtx::RECORD_BYTES_MAX),
        );
        if let Some(problem) = damage.problem(&stream.name) {
            self.problem(problem)?;
        }
        flow
    }

    /// Cuts a text into frames.
    fn text(&mut self, window: Window<'_>, stream: &Stream<'_>) -> ControlFlow<()> {
        self.cut(window, stream, self.options.line_bytes_max)
    }

    fn cut(&mut self, mut window: Window<'_>, stream: &Stream<'_>, line_bytes_max: usize) -> ControlFlow<()> {
        let origin = Origin {
            collector: Arc::clone(&stream.name),
            source: Arc::clone(&self.options.source),
            tenant: Arc::clone(&self.options.tenant),
        };
        let options = CutOptions {
            origin: Arc::new(origin),
            received_us: self.options.received_us.unwrap_or(stream.received_us),
            batch_bytes: self.options.batch_bytes,
            line_bytes_max,
        };
        let mut cutter = Cutter::new(options, &mut window);
        let end = cutter.run(&mut window, self.sink);
        let tally = cutter.tally();
        self.report.add(tally);
        if stream.archives > 0 {
            self.report.members.push(MemberReport {
                name: Arc::clone(&stream.name),
                text_bytes: tally.text_bytes,
                lines: tally.lines,
                frames: tally.frames,
            });
        }
        match end {
            CutEnd::Done => ControlFlow::Continue(()),
            CutEnd::Stopped => ControlFlow::Break(()),
            CutEnd::Failed(error) => self.failed(stream, &error, Some(tally.lines)),
        }
    }

    fn tar(&mut self, mut window: Window<'_>, stream: &Stream<'_>) -> ControlFlow<()> {
        let mut members = 0;
        loop {
            let member = match tar::next_member(&mut window) {
                Ok(Some(member)) => member,
                Ok(None) => return ControlFlow::Continue(()),
                Err(error) => return self.failed(stream, &error, None),
            };
            members += 1;
            if members > MEMBERS_MAX {
                return self.too_many_members(stream);
            }
            if member.sparse {
                self.problem(InputProblem::new(
                    &stream.member(&member.name, None).name,
                    InputProblemKind::Unsupported,
                    "a sparse member is not read yet",
                    "unpack the archive and give the folder",
                ))?;
            }
            let mut bytes = window.by_ref().take(member.size_bytes);
            if !member.sparse {
                let part = Window::new(Box::new(&mut bytes), self.meter, Role::Part);
                self.stream(part, stream.member(&member.name, member.modified_us))?;
            }
            let unread = bytes.limit();
            if window.failed() {
                // The member's own reader met the damage and reported it.
                return ControlFlow::Continue(());
            }
            let behind = unread.saturating_add(tar::padding(member.size_bytes));
            if let Err(error) = tar::skip(&mut window, behind) {
                return self.failed(stream, &error, None);
            }
        }
    }

    fn zip(&mut self, window: Window<'_>, stream: &Stream<'_>) -> ControlFlow<()> {
        let sought = stream.file.and_then(|path| zip::open(File::open(path).ok()?));
        match sought {
            Some(archive) => self.zip_by_directory(archive, stream),
            None => self.zip_as_it_comes(window, stream),
        }
    }

    fn zip_by_directory(
        &mut self,
        mut archive: ::zip::ZipArchive<io::BufReader<File>>,
        stream: &Stream<'_>,
    ) -> ControlFlow<()> {
        for index in 0..archive.len() {
            if index as u64 >= MEMBERS_MAX {
                return self.too_many_members(stream);
            }
            let name = archive.name_for_index(index).and_then(Result::ok);
            let name = name.map(Cow::into_owned).unwrap_or_default();
            match archive.by_index(index) {
                Ok(file) => {
                    self.meter.take_at_most(file.compressed_size());
                    self.zip_member(file, stream)?;
                }
                Err(error) => self.zip_failed(&stream.member(&name, None), &error)?,
            }
        }
        self.meter.settle();
        ControlFlow::Continue(())
    }

    fn zip_as_it_comes(&mut self, mut window: Window<'_>, stream: &Stream<'_>) -> ControlFlow<()> {
        for _ in 0..MEMBERS_MAX {
            let problems_before = self.report.problems.len();
            match ::zip::read::read_zipfile_from_stream(&mut window) {
                Ok(Some(file)) => self.zip_member(file, stream)?,
                Ok(None) => return ControlFlow::Continue(()),
                Err(error) => return self.zip_failed(stream, &error),
            }
            let damaged = |problem: &InputProblem| {
                matches!(problem.kind, InputProblemKind::Truncated | InputProblemKind::Corrupt)
            };
            let new = self.report.problems.get(problems_before..).unwrap_or_default();
            if window.failed() || new.iter().any(damaged) {
                // Where the next member starts is not known any more.
                return ControlFlow::Continue(());
            }
        }
        self.too_many_members(stream)
    }

    fn zip_member<R: Read>(
        &mut self,
        file: ::zip::read::ZipFile<'_, R>,
        stream: &Stream<'_>,
    ) -> ControlFlow<()> {
        if !file.is_file() {
            return ControlFlow::Continue(());
        }
        let name = String::from_utf8_lossy(file.name_raw()).into_owned();
        let member = stream.member(&name, zip::modified_us(file.last_modified()));
        self.stream(Window::new(Box::new(file), self.meter, Role::Decoded), member)
    }

    fn zip_failed(&mut self, stream: &Stream<'_>, error: &ZipError) -> ControlFlow<()> {
        match zip::bytes_error(error) {
            Some(error) => self.failed(stream, &error, None),
            None => self.problem(InputProblem::new(
                &stream.name,
                InputProblemKind::Unsupported,
                format!("not read: {error}"),
                "unpack it first and read the files",
            )),
        }
    }

    fn too_many_members(&mut self, stream: &Stream<'_>) -> ControlFlow<()> {
        self.problem(InputProblem::new(
            &stream.name,
            InputProblemKind::Bomb,
            format!("more than {MEMBERS_MAX} members: the rest was not read"),
            "unpack it and give the folder",
        ))
    }

    fn binary(&mut self, stream: &Stream<'_>, message: &str) -> ControlFlow<()> {
        self.problem(InputProblem::new(
            &stream.name,
            InputProblemKind::Binary,
            message,
            "leave it out, or give the text it was made from",
        ))
    }

    fn nested(&mut self, stream: &Stream<'_>, message: &str) -> ControlFlow<()> {
        self.problem(InputProblem::new(
            &stream.name,
            InputProblemKind::Nested,
            format!("{message}: not read"),
            "unpack the outer layers first",
        ))
    }

    /// A fault of the bytes, after `line` if a text was being read.
    fn failed(&mut self, stream: &Stream<'_>, error: &io::Error, line: Option<u64>) -> ControlFlow<()> {
        // A text of a plain file is all that can fail without a fault of its bytes.
        let decoded = stream.decoded() || line.is_none();
        let problem = InputProblem::of_bytes(&stream.name, error, decoded);
        let problem = problem.at_offset(self.meter.offset_bytes());
        self.problem(match line {
            Some(line) => problem.after_line(line),
            None => problem,
        })
    }

    fn problem(&mut self, problem: InputProblem) -> ControlFlow<()> {
        self.report.problems.push(problem);
        ControlFlow::Continue(())
    }
}
