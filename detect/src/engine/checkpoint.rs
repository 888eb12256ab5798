//! The windows of a stream, saved and found again, so that an attack over a restart is one attack.
//!
//! Layout: [`MAGIC`], then for each part a length (8 bytes, little endian), JSON of that length, a length and an Arrow IPC
//! stream. The first part says who is who and has no rows; each other part is a rule's.
//!
//! Promises: what is restored goes on as if it had not been interrupted; a rule whose text has changed starts anew.
//! Must not know: files.

use std::io::{Read, Write};

use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;
use serde::{Deserialize, Serialize};

use super::live::Live;
use super::rows::RowShape;
use super::watch::Saved;
use crate::error::Error;

/// What a checkpoint starts with: another layout has another number.
const MAGIC: &[u8; 8] = b"CAMPWIN2";

/// Who is who.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    names: Vec<(u64, String)>,
    parser_version: String,
}

impl Live {
    /// Writes what must not be forgotten.
    pub fn save(&mut self, out: &mut dyn Write) -> Result<(), Error> {
        out.write_all(MAGIC)?;
        let names = self.names.all().map(|(key, name)| (key, name.to_string())).collect();
        push(out, &Head { names, parser_version: self.parser_version.clone() }, None)?;
        for (watch, detector) in self.watches.iter_mut().zip(self.evaluator.detectors()) {
            let Some((mut saved, rows)) = watch.save(detector)? else { continue };
            saved.rule_id = detector.card.id.to_string();
            saved.sha256.clone_from(&detector.card.sha256);
            push(out, &saved, Some((&detector.shape, rows)))?;
        }
        Ok(())
    }

    /// Takes up what was saved. On an error this engine is as new.
    pub fn restore(&mut self, input: &mut dyn Read) -> Result<(), Error> {
        let restored = self.read(input);
        if restored.is_err() {
            self.watches.iter_mut().for_each(|watch| *watch = Default::default());
        }
        restored
    }

    fn read(&mut self, input: &mut dyn Read) -> Result<(), Error> {
        let mut magic = [0; MAGIC.len()];
        input.read_exact(&mut magic)?;
        if magic != *MAGIC {
            return Err(Error::Checkpoint("it is of another version".to_owned()));
        }
        let Some((head, _)) = pull::<Head>(input)? else {
            return Err(Error::Checkpoint("it ends too early".to_owned()));
        };
        self.parser_version = head.parser_version;
        head.names.iter().for_each(|(key, name)| self.names.add(*key, name));
        while let Some((saved, rows)) = pull::<Saved>(input)? {
            let mut detectors = self.evaluator.detectors().iter().zip(&mut self.watches);
            let same = detectors.find(|(detector, _)| {
                *detector.card.id == *saved.rule_id && detector.card.sha256 == saved.sha256
            });
            if let Some((detector, watch)) = same {
                watch.restore(detector, saved, rows)?;
            }
        }
        Ok(())
    }
}

fn push<T: Serialize>(
    out: &mut dyn Write,
    said: &T,
    rows: Option<(&RowShape, Vec<RecordBatch>)>,
) -> Result<(), Error> {
    let said = serde_json::to_vec(said).map_err(unreadable)?;
    let mut ipc = Vec::new();
    if let Some((shape, rows)) = rows {
        let mut writer = StreamWriter::try_new(&mut ipc, &shape.schema())?;
        rows.iter().try_for_each(|batch| writer.write(batch))?;
        writer.finish()?;
    }
    for part in [&said, &ipc] {
        out.write_all(&(part.len() as u64).to_le_bytes())?;
        out.write_all(part)?;
    }
    Ok(())
}

/// The next part; none at the end.
fn pull<T: for<'d> Deserialize<'d>>(input: &mut dyn Read) -> Result<Option<(T, Vec<RecordBatch>)>, Error> {
    let Some(said) = pull_bytes(input)? else { return Ok(None) };
    let said = serde_json::from_slice(&said).map_err(unreadable)?;
    let ipc = pull_bytes(input)?.ok_or_else(|| Error::Checkpoint("it ends too early".to_owned()))?;
    if ipc.is_empty() {
        return Ok(Some((said, Vec::new())));
    }
    let rows = StreamReader::try_new(ipc.as_slice(), None)?.collect::<Result<_, _>>()?;
    Ok(Some((said, rows)))
}

fn pull_bytes(input: &mut dyn Read) -> Result<Option<Vec<u8>>, Error> {
    let mut length = [0; 8];
    let mut read = 0;
    while let Some(room) = length.get_mut(read..).filter(|room| !room.is_empty()) {
        match input.read(room)? {
            0 if read == 0 => return Ok(None),
            0 => return Err(Error::Checkpoint("it ends too early".to_owned())),
            some => read += some,
        }
    }
    let length = u64::from_le_bytes(length);
    let mut bytes = Vec::new();
    // No length that was read reserves memory.
    input.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(Error::Checkpoint("it ends too early".to_owned()));
    }
    Ok(Some(bytes))
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Checkpoint(error.to_string())
}
