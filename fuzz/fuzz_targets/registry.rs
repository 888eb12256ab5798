//! Lines of any content under `auto`: sound events, the same alone as among others, the same when the format that
//! was found is pinned.
#![no_main]

use std::collections::BTreeSet;

use fuzz::{assert_alone_is_among_others, frames, read, zone};
use libfuzzer_sys::fuzz_target;
use parsers::{PLAIN, ParseSettings, Parser};

fuzz_target!(|input: &[u8]| {
    let frames = frames(&String::from_utf8_lossy(input));
    let auto = parser(None);
    let events = read(&auto, &frames);
    assert_alone_is_among_others(&auto, &frames, &events);
    let formats: BTreeSet<&str> =
        events.values().map(|event| event["format"].as_str()).filter(|format| *format != PLAIN).collect();
    for format in formats {
        let pinned = read(&parser(Some(format)), &frames);
        for (identity, event) in events.iter().filter(|(_, event)| event["format"] == format) {
            assert_eq!(pinned.get(identity), Some(event), "{format} pinned, and found");
        }
    }
});

fn parser(format: Option<&str>) -> Parser {
    Parser::new(ParseSettings { format: format.map(str::to_owned), zone: zone() })
        .expect("a format of the registry")
}
