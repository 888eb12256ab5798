//! Dialogues of RELP: the same frames and replies however the bytes are parted. The first two bytes say where.
#![no_main]

use ingest::sources::fuzzing::relp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(([high, low], bytes)) = input.split_first_chunk::<2>().map(|(at, rest)| (*at, rest)) else {
        return;
    };
    let at = usize::from(u16::from_be_bytes([high, low])) % (bytes.len() + 1);
    let (head, tail) = bytes.split_at(at);
    assert_eq!(relp(&[head, tail]), relp(&[bytes]), "parted at {at}");
});
