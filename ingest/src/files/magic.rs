//! What a file is by its first bytes, whatever its name says.
//!
//! Promises: text is never taken for an archive by a few letters: tar needs its checksum, bzip2 its block
//! header. Must not know: how anything is opened.

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Magic {
    /// One compressed stream.
    Compressed(Compression),
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// An event log of Windows.
    Evtx,
    /// A format that may hold a log and is not read: its name, and what to do.
    Unsupported { what: &'static str, mend: &'static str },
    /// A format that holds no log.
    Binary { what: &'static str },
    /// None of these; perhaps text.
    Unknown,
}

/// Compressions that are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    /// RFC 1952, any number of members.
    Gzip,
    /// RFC 8878, any number of frames.
    Zstd,
    /// .xz, any number of streams.
    Xz,
    /// bzip2, any number of streams.
    Bzip2,
}

const UNPACK: &str = "unpack it first and read what is inside";

/// (magic, name, mend) of formats that may hold logs and are not read.
const UNSUPPORTED: &[(&[u8], &str, &str)] = &[
    (b"LPKSHHRH", "a systemd journal", "export it with `journalctl --file FILE -o short-iso` first"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive", UNPACK),
    (b"Rar!\x1A\x07", "a RAR archive", UNPACK),
    (b"\x04\x22\x4D\x18", "lz4 data", UNPACK),
    (b"\x1F\x9D", "compress (.Z) data", UNPACK),
    (b"MSCF\0\0\0\0", "a cabinet archive", UNPACK),
];

/// (magic, name) of formats that hold no log.
const BINARY: &[(&[u8], &str)] = &[
    (b"\xD4\xC3\xB2\xA1", "a packet capture"),
    (b"\xA1\xB2\xC3\xD4", "a packet capture"),
    (b"PAR1\x15", "Parquet"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7FELF", "an executable"),
    (b"MZ\x90\0", "an executable"),
    (b"\xCA\xFE\xBA\xBE", "a Java class or Mach-O file"),
    (b"\xCF\xFA\xED\xFE", "an executable"),
    (b"\0asm", "a WebAssembly module"),
    (b"\x89PNG\r\n\x1A\n", "an image"),
    (b"\xFF\xD8\xFF", "an image"),
    (b"GIF87a", "an image"),
    (b"GIF89a", "an image"),
    (b"%PDF-", "a PDF document"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an Office document"),
];

/// First members that tell an Office document, an e-book or a Java archive from a plain zip.
const DOCUMENT_MEMBERS: &[&[u8]] = &[b"[Content_Types].xml", b"mimetype", b"META-INF/"];

/// Tells what bytes are. At least 512 of them, or all there are.
pub(crate) fn recognise(head: &[u8]) -> Magic {
    match head {
        [0x1F, 0x8B, 0x08, ..] => return Magic::Compressed(Compression::Gzip),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => return Magic::Compressed(Compression::Zstd),
        [0xFD, b'7', b'z', b'X', b'Z', 0x00, ..] => return Magic::Compressed(Compression::Xz),
        [b'B', b'Z', b'h', b'1'..=b'9', block @ ..] if is_bzip2_block(block) => {
            return Magic::Compressed(Compression::Bzip2);
        }
        [b'P', b'K', 3, 4, ..] => return zip_or_document(head),
        [b'P', b'K', 5, 6, ..] => return Magic::Zip,
        _ => {}
    }
    if is_tar(head) {
        return Magic::Tar;
    }
    if super::evtx::is_event_log(head) {
        return Magic::Evtx;
    }
    if let Some(&(_, what, mend)) = UNSUPPORTED.iter().find(|(magic, _, _)| head.starts_with(magic)) {
        return Magic::Unsupported { what, mend };
    }
    match BINARY.iter().find(|(magic, _)| head.starts_with(magic)) {
        Some(&(_, what)) => Magic::Binary { what },
        None => Magic::Unknown,
    }
}

/// A block of bzip2 starts with the digits of pi, an empty stream with those of its square root.
fn is_bzip2_block(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
        || bytes.starts_with(&[0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
}

fn zip_or_document(head: &[u8]) -> Magic {
    /// Length of a local file header before the name (APPNOTE 4.3.7).
    const NAME_AT: usize = 30;
    let name = head.get(NAME_AT..).unwrap_or_default();
    if DOCUMENT_MEMBERS.iter().any(|member| name.starts_with(member)) {
        return Magic::Binary { what: "an Office document or Java archive" };
    }
    Magic::Zip
}

fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar") && super::tar::checksum_fits(head)
}
