//! CRI, the files of Kubernetes' container runtimes: `2026-03-16T08:12:44.112233Z stdout F text`.
//!
//! Promises: stamp, stream and flag must all be there. Must not know: the text.
//! Source: Kubernetes, design proposal "CRI: log management".

use super::Envelope;
use crate::time::iso_prefix;

/// Reads a line of such a file; a part of a longer line says so.
pub(super) fn read(text: &str) -> Option<Envelope<'_>> {
    // The stamp has no less than `2026-03-16T08:12:44Z`.
    if text.as_bytes().get(10) != Some(&b'T') || !text.get(20..)?.contains(" std") {
        return None;
    }
    let (when, rest) = iso_prefix(text)?;
    let rest = rest.strip_prefix(' ')?;
    let (stream, rest) =
        rest.split_at_checked(6).filter(|(stream, _)| matches!(*stream, "stdout" | "stderr"))?;
    let (flags, payload) =
        rest.strip_prefix(' ')?.split_once(' ').unwrap_or((rest.trim_start_matches(' '), ""));
    let is_partial = match flags.split(':').next()? {
        "F" => false,
        "P" => true,
        _ => return None,
    };
    let partial = if is_partial { ("partial", "true") } else { ("", "") };
    Some(Envelope { when: Some(when), payload, notes: [("stream", stream), partial], ..Envelope::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamp_stream_and_flag_make_such_a_line() {
        let envelope = read("2026-03-16T08:12:44.112233445Z stdout F a b").unwrap();
        assert_eq!(envelope.payload, "a b");
        let envelope = read("2026-03-16T08:12:44+01:00 stderr P half").unwrap();
        assert_eq!((envelope.payload, envelope.notes[1]), ("half", ("partial", "true")));
        assert_eq!(read("2026-03-16T08:12:44Z stdout F").unwrap().payload, "");
        for text in ["2026-03-16T08:12:44Z stdout x", "2026-03-16T08:12:44Z out F x", "x", ""] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
