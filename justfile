# `just` lists the recipes; each is plain cargo underneath.
set shell := ["bash", "-euo", "pipefail", "-c"]

# Show the recipes.
default:
    @just --list

# What CI runs.
check:
    bash .ci/run

# The tests, as the README says.
test:
    cargo test --workspace

# Format, the modules that macros declare included.
fmt:
    cargo fmt --all
    find parsers/src/formats -name '*.rs' -print0 | xargs -0 rustfmt --edition 2024

# Lints.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# Write the pages that come from registries (columns, formats, functions, rules) anew.
docs:
    CAMPANILE_WRITE_DOCS=1 cargo test -p campanile --test cli generated_pages

# The demo for the seeds 1 to 10.
demo-seeds:
    cargo build --release
    for seed in $(seq 1 10); do cargo run --release --quiet -- demo --exit --seed "$seed" --no-progress; done

# Licences, advisories, sources and duplicates of all dependencies (needs cargo-deny).
deny:
    cargo deny check

# The long tests: more random cases for every property.
test-long:
    PROPTEST_CASES=20000 cargo test --workspace --release

# Fuzz the formats for so many minutes (needs cargo-fuzz).
fuzz-registry minutes="30": (fuzz "registry" minutes "4096")

# Fuzz mapping files and the lines they read.
fuzz-mapping minutes="30": (fuzz "mapping" minutes "8192")

# Fuzz the time a text takes by its length.
fuzz-growth minutes="30": (fuzz "growth" minutes "1024")

# Fuzz how streams are cut into frames.
fuzz-framing minutes="30": (fuzz-bytes "framing" minutes)

# Fuzz dialogues of RELP.
fuzz-relp minutes="30": (fuzz-bytes "relp" minutes)

# Fuzz dialogues of Fluent's forward protocol, MessagePack included.
fuzz-forward minutes="30": (fuzz-bytes "forward" minutes)

# RUSTC_BOOTSTRAP: the pinned compiler has what libFuzzer needs, only not by default. No sanitizer: debug assertions make the one unsafe
# module (ADR 0006) take the checked way.
[private]
fuzz target minutes bytes_max:
    cargo run -p campanile-parsers --example fuzz_seeds -- fuzz
    RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none {{target}} -- -dict=fuzz/dictionaries/{{target}} \
        -max_len={{bytes_max}} -timeout=10 -rss_limit_mb=4096 -max_total_time=$(({{minutes}} * 60))

# Of bytes, from nothing.
[private]
fuzz-bytes target minutes:
    RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none {{target}} -- -max_len=4096 -timeout=10 -rss_limit_mb=4096 \
        -max_total_time=$(({{minutes}} * 60))
