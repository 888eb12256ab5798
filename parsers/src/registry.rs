//! Finding the format of a payload: by program, then by first byte, then by asking.
//!
//! Promises: the answer hangs on the payload and its stream's header alone; nothing is remembered.
//! Must not know: what a format reads.

mod signs;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::format::{Format, Payload};
use crate::formats::ALL;
use signs::Signs;

/// Name of what no format knows.
pub const PLAIN: &str = "plain";

/// Index into [`ALL`].
pub(crate) type FormatIndex = usize;

struct Routes {
    by_program: FxHashMap<&'static str, Vec<FormatIndex>>,
    /// With the signs each needs.
    by_first_byte: Vec<Vec<(FormatIndex, Vec<Signs>)>>,
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
                list.push((index, signs::needs(format.name)));
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

fn recognises(index: FormatIndex, payload: &Payload<'_>) -> bool {
    ALL.get(index).is_some_and(|format| (format.recognise)(payload))
}

/// The first format that recognises the payload.
pub(crate) fn recognise(payload: &Payload<'_>) -> Option<FormatIndex> {
    let by_program = by_program(payload.program);
    if let Some(found) =
        by_program.and_then(|list| list.iter().copied().find(|index| recognises(*index, payload)))
    {
        return Some(found);
    }
    let first = *payload.text.trim_ascii_start().as_bytes().first()?;
    let signs = Signs::of(payload.text);
    let mut asked = ROUTES.by_first_byte.get(usize::from(first))?.iter();
    asked.find(|(index, needs)| signs.suffice(needs) && recognises(*index, payload)).map(|(index, _)| *index)
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
    if short.len() < program.len() {
        let instance = || short.split_once('-').and_then(|(name, _)| routes.get(name));
        if let Some(list) = routes.get(short).or_else(instance) {
            return Some(list);
        }
    }
    short
        .bytes()
        .any(|byte| byte.is_ascii_uppercase())
        .then(|| routes.get(short.to_ascii_lowercase().as_str()))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelopes::Envelope;
    use crate::json::Scratch;
    use crate::time::{Clock, Zone};

    #[test]
    fn names_are_unique_and_none_is_plain() {
        for (index, format) in ALL.iter().enumerate() {
            assert_eq!(index_of(format.name), Some(index), "{} stands twice", format.name);
            assert_ne!(format.name, PLAIN);
            assert!(!format.samples.is_empty(), "{} has no sample", format.name);
        }
    }

    #[test]
    fn formats_recognise_only_what_has_the_signs_they_need() {
        let clock = Clock::new(Zone::utc(), 0);
        for sample in ALL.iter().flat_map(|format| format.samples) {
            let envelope = Envelope::read(sample.text);
            let mut scratch = Scratch::default();
            let json = scratch.read_object(envelope.payload);
            let payload = Payload {
                text: envelope.payload,
                program: envelope.program,
                qualifier: envelope.qualifier,
                message_id: envelope.message_id,
                structured_data: envelope.structured_data,
                is_stamped: envelope.when.is_some(),
                json: json.as_ref(),
                resource: None,
                directives: None,
                first_line: None,
                clock: &clock,
            };
            let Some(first) = payload.text.trim_ascii_start().bytes().next() else { continue };
            let asked = &ROUTES.by_first_byte[usize::from(first)];
            let signs = Signs::of(payload.text);
            for (index, needs) in asked.iter().filter(|(index, _)| recognises(*index, &payload)) {
                let format = ALL[*index];
                assert!(
                    signs.suffice(needs) || format.programs.contains(&payload.program),
                    "{} recognises without the signs it needs: {}",
                    format.name,
                    payload.text
                );
            }
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
