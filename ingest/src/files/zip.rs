//! Members of a zip archive: by its directory where the file can be sought, else as the stream brings them.
//!
//! Promises: no member is held, and of the directory at most [`DIRECTORY_BYTES_MAX`]; a damaged member is one problem and the next is still read, where there is a
//! directory; a cut-off archive is read up to the cut. Must not know: what members hold.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use memchr::memmem;
use zip::result::ZipError;
use zip::{DateTime, ZipArchive};

/// Largest directory that is held; a larger archive is read as it comes.
const DIRECTORY_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Opens an archive that can be sought, if its directory is whole and not too large.
pub(crate) fn open(mut file: File) -> Option<ZipArchive<io::BufReader<File>>> {
    if directory_bytes(&mut file).ok()? > DIRECTORY_BYTES_MAX {
        return None;
    }
    ZipArchive::new(io::BufReader::new(file)).ok()
}

/// The largest directory any end record in the archive's tail states (APPNOTE 4.3.14 and 4.3.16).
fn directory_bytes(file: &mut File) -> io::Result<u64> {
    /// The longest comment, and both end records before it with the locator between them.
    const TAIL_BYTES: u64 = u16::MAX as u64 + 22 + 56 + 20;
    let size_bytes = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(size_bytes.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut tail)?;
    let number = |at: usize, length: usize| {
        let bytes = tail.get(at..at + length).unwrap_or_default();
        bytes.iter().rev().fold(0u64, |number, &byte| number << 8 | u64::from(byte))
    };
    let short = memmem::find_iter(&tail, b"PK\x05\x06").map(|at| number(at + 12, 4));
    let long = memmem::find_iter(&tail, b"PK\x06\x06").map(|at| number(at + 40, 8));
    // All ones refer to the long record.
    Ok(short.filter(|&bytes| bytes != u64::from(u32::MAX)).chain(long).max().unwrap_or(0))
}

/// What a zip error is as an error of its bytes. `None`: the member is fine, but not of a kind that is read.
pub(crate) fn bytes_error(error: &ZipError) -> Option<io::Error> {
    match error {
        ZipError::Io(error) if error.raw_os_error().is_some() => {
            error.raw_os_error().map(io::Error::from_raw_os_error)
        }
        ZipError::Io(error) => Some(io::Error::new(error.kind(), error.to_string())),
        ZipError::UnsupportedArchive(_)
        | ZipError::CompressionMethodNotSupported(_)
        | ZipError::InvalidPassword => None,
        other => Some(io::Error::new(io::ErrorKind::InvalidData, other.to_string())),
    }
}

/// A member's local time taken as UTC, µs since 1970: zip states no zone.
pub(crate) fn modified_us(time: Option<DateTime>) -> Option<i64> {
    let time = time.filter(DateTime::is_valid)?;
    let days = days_since_1970(i64::from(time.year()), i64::from(time.month()), i64::from(time.day()));
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    Some((days * 86_400 + seconds) * 1_000_000)
}

/// Days of the proleptic Gregorian calendar, years counted from March so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}
