//! Members of a tar archive, as the stream brings them: ustar, GNU long names, PAX paths and sizes.
//!
//! Promises: one pass, no member is held; long names and PAX records are at most [`NAME_BYTES_MAX`]; a header
//! whose checksum fails ends the archive. Must not know: what members hold.
//!
//! The `tar` crate reads headers here; its own iterator holds long names of any length in memory.

use std::io::{self, BufRead, Read};

use tar::{EntryType, Header};

use super::window::Window;

const BLOCK_BYTES: usize = 512;
/// Longest name, or set of PAX records, that is read.
const NAME_BYTES_MAX: u64 = 64 * 1024;

/// A regular file in the archive.
#[derive(Debug)]
pub(crate) struct TarMember {
    pub(crate) name: String,
    pub(crate) size_bytes: u64,
    /// µs since 1970 UTC.
    pub(crate) modified_us: Option<i64>,
    /// Its bytes are not the file's, holes are left out.
    pub(crate) sparse: bool,
}

/// Whether 512 bytes are a header with the right checksum.
pub(crate) fn checksum_fits(bytes: &[u8]) -> bool {
    let Some(block) = bytes.get(..BLOCK_BYTES) else { return false };
    let sum: u32 = block
        .iter()
        .enumerate()
        // The checksum's own field counts as spaces.
        .map(|(at, &byte)| if (148..156).contains(&at) { u32::from(b' ') } else { u32::from(byte) })
        .sum();
    Header::from_byte_slice(block).cksum().is_ok_and(|stated| stated == sum)
}

/// Moves to the next regular file; its bytes come next. `None` at the end of the archive.
pub(crate) fn next_member(archive: &mut Window<'_>) -> io::Result<Option<TarMember>> {
    let mut long_name = None;
    let mut pax_size = None;
    loop {
        let Some(header) = next_header(archive)? else { return Ok(None) };
        let own_size = header.entry_size()?;
        match header.entry_type() {
            EntryType::GNULongName => {
                let bytes = read_records(archive, own_size)?;
                let name = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
                long_name = Some(String::from_utf8_lossy(name).into_owned());
            }
            EntryType::XHeader => {
                let records = read_records(archive, own_size)?;
                for record in tar::PaxExtensions::new(&records).flatten() {
                    match (record.key_bytes(), record.value()) {
                        (b"path", Ok(path)) => long_name = Some(path.to_owned()),
                        (b"size", Ok(size)) => pax_size = size.parse().ok(),
                        _ => {}
                    }
                }
            }
            kind @ (EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse) => {
                let sparse = kind == EntryType::GNUSparse;
                if sparse && header.as_gnu().is_some_and(|gnu| gnu.is_extended()) {
                    skip_sparse_map(archive)?;
                }
                let name =
                    long_name.unwrap_or_else(|| String::from_utf8_lossy(&header.path_bytes()).into_owned());
                let modified_us =
                    header.mtime().ok().and_then(|s| i64::try_from(s).ok()?.checked_mul(1_000_000));
                let size_bytes = pax_size.unwrap_or(own_size);
                return Ok(Some(TarMember { name, size_bytes, modified_us, sparse }));
            }
            kind => {
                let size_bytes = pax_size.unwrap_or(own_size);
                skip(archive, size_bytes.saturating_add(padding(size_bytes)))?;
                // These too describe the member that follows; others are members themselves.
                if !matches!(kind, EntryType::GNULongLink | EntryType::XGlobalHeader) {
                    long_name = None;
                    pax_size = None;
                }
            }
        }
    }
}

/// Bytes that fill a member's last block.
pub(crate) fn padding(size_bytes: u64) -> u64 {
    let behind = size_bytes % BLOCK_BYTES as u64;
    if behind == 0 { 0 } else { BLOCK_BYTES as u64 - behind }
}

/// Passes over bytes; that they are missing is an error.
pub(crate) fn skip(archive: &mut Window<'_>, bytes: u64) -> io::Result<()> {
    let skipped = io::copy(&mut archive.by_ref().take(bytes), &mut io::sink())?;
    if skipped < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

/// The next header; `None` at a zero block or at the end.
fn next_header(archive: &mut Window<'_>) -> io::Result<Option<Header>> {
    if archive.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let mut header = Header::new_old();
    archive.read_exact(header.as_mut_bytes())?;
    if header.as_bytes().iter().all(|&byte| byte == 0) {
        return Ok(None);
    }
    if !checksum_fits(header.as_bytes()) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "tar header checksum does not fit"));
    }
    Ok(Some(header))
}

/// Passes over the blocks that continue a sparse member's map; the last says so.
fn skip_sparse_map(archive: &mut Window<'_>) -> io::Result<()> {
    const CONTINUES_AT: usize = 504;
    let mut block = [0; BLOCK_BYTES];
    loop {
        archive.read_exact(&mut block)?;
        if block.get(CONTINUES_AT) == Some(&0) {
            return Ok(());
        }
    }
}

/// Reads what describes the next member.
fn read_records(archive: &mut Window<'_>, size_bytes: u64) -> io::Result<Vec<u8>> {
    if size_bytes > NAME_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "tar member name is too long"));
    }
    let mut bytes = Vec::new();
    archive.by_ref().take(size_bytes).read_to_end(&mut bytes)?;
    skip(archive, padding(size_bytes))?;
    Ok(bytes)
}
