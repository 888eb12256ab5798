//! Decompression: one stream of bytes out of another.
//!
//! Promises: memory is bounded by the formats' windows (zstd 128 MiB, xz 256 MiB, others under 10 MiB); what
//! gzip decoded before damage comes out before the error. Must not know: files, text.

use std::io::{self, BufRead, Read};

use flate2::{Decompress, FlushDecompress, Status};
use liblzma::stream::{CONCATENATED, Stream};

use super::magic::Compression;
use super::window::Window;

/// Largest memory an xz decoder may ask for; `xz -9` needs 65 MiB.
const XZ_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// A reader of what was compressed.
pub(crate) fn decoder<'a>(
    compression: Compression,
    compressed: Window<'a>,
) -> io::Result<Box<dyn Read + 'a>> {
    Ok(match compression {
        Compression::Gzip => Box::new(Gunzip::new(compressed)),
        // Windows over 128 MiB (`zstd --long=28` and more) are refused by the library's own default.
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(compressed)?),
        Compression::Xz => {
            let stream = Stream::new_stream_decoder(XZ_BYTES_MAX, CONCATENATED)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(compressed, stream))
        }
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(compressed)),
    })
}

/// Reads gzip members one after another. Unlike `MultiGzDecoder` it hands out what it decoded before damage,
/// and passes over the zero bytes that tapes and crashes leave behind a member.
struct Gunzip<'a> {
    compressed: Window<'a>,
    member: Option<Decompress>,
    damage: Option<io::Error>,
}

impl<'a> Gunzip<'a> {
    fn new(compressed: Window<'a>) -> Gunzip<'a> {
        Gunzip { compressed, member: None, damage: None }
    }
}

impl Read for Gunzip<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        /// Base-2 logarithm of deflate's window.
        const WINDOW_BITS: u8 = 15;
        if let Some(damage) = self.damage.take() {
            return Err(damage);
        }
        loop {
            let input = self.compressed.fill_buf()?;
            let ended = input.is_empty();
            if self.member.is_none() {
                let zeros = input.iter().take_while(|&&byte| byte == 0).count();
                if ended {
                    return Ok(0);
                }
                if zeros > 0 {
                    self.compressed.consume(zeros);
                    continue;
                }
            }
            let member = self.member.get_or_insert_with(|| Decompress::new_gzip(WINDOW_BITS));
            let (before_in, before_out) = (member.total_in(), member.total_out());
            let outcome = member.decompress(input, room, FlushDecompress::None);
            let consumed = (member.total_in() - before_in) as usize;
            let produced = (member.total_out() - before_out) as usize;
            self.compressed.consume(consumed);
            match outcome {
                Ok(Status::StreamEnd) => self.member = None,
                Ok(_) if produced == 0 && ended => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(error) => {
                    let damage = io::Error::new(io::ErrorKind::InvalidData, error);
                    if produced == 0 {
                        return Err(damage);
                    }
                    self.damage = Some(damage);
                }
            }
            if produced > 0 || room.is_empty() {
                return Ok(produced);
            }
        }
    }
}
