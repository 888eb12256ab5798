//! A mapping file of any content and lines that it reads: a wrong file is refused with the place of each fault, a
//! right one makes sound events of any line.
#![no_main]

use std::sync::Arc;

use fuzz::{FRAME_END, assert_alone_is_among_others, frames, read, zone};
use libfuzzer_sys::fuzz_target;
use parsers::mapping::MappingProblems;
use parsers::{Mapping, Parser};

fuzz_target!(|input: &[u8]| {
    let input = String::from_utf8_lossy(input);
    let (file, lines) = input.split_once(FRAME_END).unwrap_or((&input, ""));
    match Mapping::read(file) {
        Ok(mapping) => {
            let mapping = Arc::new(mapping);
            mapping.check();
            let parser = Parser::with_mapping(mapping, zone());
            let frames = frames(lines);
            let events = read(&parser, &frames);
            assert_alone_is_among_others(&parser, &frames, &events);
        }
        Err(problems) => assert_each_has_a_place(file, &problems),
    }
});

fn assert_each_has_a_place(file: &str, problems: &MappingProblems) {
    let MappingProblems(problems) = problems;
    assert!(!problems.is_empty(), "refused without a fault");
    let lines = 1..=file.split('\n').count();
    for problem in problems {
        assert!(lines.contains(&problem.line), "{problem} of {lines:?}");
        assert!(!problem.text.is_empty(), "{problem} says nothing");
    }
    assert!(problems.is_sorted_by_key(|problem| problem.line), "{problems:?}");
}
