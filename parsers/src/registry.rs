//! Finding the format of a payload: by program, then by first byte, then by asking.
//!
//! Promises: the answer hangs on the payload alone. Must not know: what a format reads.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::format::{Format, Payload};
use crate::formats::ALL;

/// Name of what no format knows.
pub const PLAIN: &str = "plain";

/// Index into [`ALL`].
pub(crate) type FormatIndex = usize;

struct Routes {
    by_program: FxHashMap<&'static str, Vec<FormatIndex>>,
    by_first_byte: Vec<Vec<FormatIndex>>,
}

static ROUTES: LazyLock<Routes> = LazyLock::new(|| {
    let mut by_program: FxHashMap<&'static str, Vec<FormatIndex>> = FxHashMap::default();
    let mut by_first_byte = vec![Vec::new(); 256];
    for (index, format) in ALL.iter().enumerate() {
        for program in format.programs {
            by_program.entry(program).or_default().push(index);
        }
        for byte in format.starts {
            if let Some(list) = by_first_byte.get_mut(usize::from(*byte)) {
                list.push(index);
            }
        }
    }
    Routes { by_program, by_first_byte }
});

/// The format of that name.
pub fn by_name(name: &str) -> Option<&'static Format> {
    index_of(name).and_then(|index| ALL.get(index)).copied()
}

/// The position of the format of that name.
pub(crate) fn index_of(name: &str) -> Option<FormatIndex> {
    ALL.iter().position(|format| format.name == name)
}

/// True for a format of objects that may carry a line of another format, which then counts.
pub(crate) fn yields(index: FormatIndex) -> bool {
    ALL.get(index).is_some_and(|format| matches!(format.name, "ecs_json" | "otel_json"))
}

/// The first format that recognises the payload.
pub(crate) fn recognise(payload: &Payload<'_>) -> Option<FormatIndex> {
    let asked = |list: &Vec<FormatIndex>| {
        list.iter().copied().find(|index| ALL.get(*index).is_some_and(|format| (format.recognise)(payload)))
    };
    by_program(payload.program).and_then(asked).or_else(|| {
        let first = *payload.text.trim_ascii_start().as_bytes().first()?;
        ROUTES.by_first_byte.get(usize::from(first)).and_then(asked)
    })
}

/// Formats of a program: its whole name, its last path element, or what stands before the first `/`
/// (`postfix/smtp`), any case. An instance may have a name of its own (`postfix-out/smtp`).
fn by_program(program: &str) -> Option<&'static Vec<FormatIndex>> {
    if program.is_empty() {
        return None;
    }
    let routes = &ROUTES.by_program;
    if let Some(list) = routes.get(program) {
        return Some(list);
    }
    let short = if program.starts_with('/') {
        program.rsplit('/').next().unwrap_or(program)
    } else {
        program.split('/').next().unwrap_or(program)
    };
    if let Some(list) = routes.get(short) {
        return Some(list);
    }
    if short.len() < program.len()
        && let Some(list) = short.split_once('-').and_then(|(name, _)| routes.get(name))
    {
        return Some(list);
    }
    short
        .bytes()
        .any(|byte| byte.is_ascii_uppercase())
        .then(|| routes.get(short.to_ascii_lowercase().as_str()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_none_is_plain() {
        for (index, format) in ALL.iter().enumerate() {
            assert_eq!(index_of(format.name), Some(index), "{} stands twice", format.name);
            assert_ne!(format.name, PLAIN);
            assert!(!format.samples.is_empty(), "{} has no sample", format.name);
        }
    }

    #[test]
    fn a_program_is_found_whatever_its_path_and_case() {
        for program in ["sshd", "/usr/sbin/sshd", "SSHD", "postfix-out/smtp"] {
            assert!(by_program(program).is_some(), "{program}");
        }
        assert!(by_program("").is_none());
    }
}
