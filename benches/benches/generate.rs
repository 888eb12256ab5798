//! How fast the fictional comune writes, as a stream.

use datasets::GenerateOptions;
use divan::counter::{BytesCount, ItemsCount};

fn main() {
    divan::main();
}

/// Two days of a large town.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn stream(bencher: divan::Bencher<'_, '_>) {
    let options = GenerateOptions { scale: 4.0, ..GenerateOptions::default() };
    let chunks = || datasets::stream(&options).into_iter().flatten();
    let (lines, bytes) = chunks().fold((0_usize, 0_usize), |(lines, bytes), chunk| {
        (lines + memchr::memchr_iter(b'\n', &chunk).count(), bytes + chunk.len())
    });
    bencher
        .counter(ItemsCount::new(lines))
        .counter(BytesCount::new(bytes))
        .bench(|| chunks().map(|chunk| chunk.len()).sum::<usize>());
}
