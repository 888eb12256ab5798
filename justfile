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
