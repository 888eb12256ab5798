//! Finding the format of a payload: by program, then by first byte or an object's keys, then by asking.
//!
//! Promises: the answer hangs on the payload and its stream's header alone; nothing is remembered.
//! Must not know: what a format reads.

mod keys;
mod signs;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::format::{Format, Payload};
use crate::formats::ALL;
use keys::Keys;
use signs::{Look, Need};

/// Name of what no format knows.
pub const PLAIN: &str = "plain";

/// Index into [`ALL`].
pub(crate) type FormatIndex = usize;

struct Routes {
    by_program: FxHashMap<&'static str, Vec<FormatIndex>>,
    /// Each behind what it needs, once for every alternative.
    by_first_byte: Vec<Vec<(Need, FormatIndex)>>,
    of_objects: Keys,
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
                let needs = signs::needs(format).into_iter().filter(|need| need.may_begin(*byte));
                list.extend(needs.map(|need| (need, index)));
            }
        }
    }
    Routes { by_program, by_first_byte, of_objects: Keys::of(ALL) }
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

/// True when that program may write the format: it names it, or is written by any application.
pub(crate) fn is_of(index: FormatIndex, program: &str) -> bool {
    let is_any = |format: &&Format| {
        matches!(
            format.name,
            "java_log"
                | "python_log"
                | "logfmt"
                | "ecs_json"
                | "otel_json"
                | "ocsf_json"
                | "cas_audit"
                | "cef"
                | "leef"
        )
    };
    ALL.get(index).is_some_and(is_any) || by_program(program).is_some_and(|list| list.contains(&index))
}

/// The first format that recognises the payload.
pub(crate) fn recognise(payload: &Payload<'_>) -> Option<FormatIndex> {
    let by_program = by_program(payload.program);
    if let Some(found) =
        by_program.and_then(|list| list.iter().copied().find(|index| recognises(*index, payload)))
    {
        return Some(found);
    }
    candidates(payload).find(|index| recognises(*index, payload))
}

/// The formats that may recognise a payload by what it says, in order: of an object by its keys, of any other text by
/// its first bytes and its signs.
fn candidates(payload: &Payload<'_>) -> impl Iterator<Item = FormatIndex> {
    let of_object = payload.json.map(|json| ROUTES.of_objects.formats(*json));
    let of_text = payload.json.is_none().then(|| {
        let trimmed = payload.text.trim_ascii_start();
        let first = trimmed.bytes().next();
        let claims = first.and_then(|first| ROUTES.by_first_byte.get(usize::from(first)));
        let look = Look::at(payload, trimmed);
        let mut last = None;
        let met = claims.into_iter().flatten().filter(move |(need, _)| need.is_met(look));
        met.map(|(_, index)| *index).filter(move |index| last.replace(*index) != Some(*index))
    });
    of_object.into_iter().flatten().chain(of_text.into_iter().flatten())
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
    // Most programs have no other name than their own.
    if !program.bytes().any(|byte| byte == b'/' || byte.is_ascii_uppercase()) {
        return None;
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
    use crate::json::{Kind, Scratch};
    use crate::time::{Clock, Zone};
    use proptest::prelude::*;
    use proptest::sample::Index;

    #[test]
    fn names_are_unique_and_none_is_plain() {
        for (index, format) in ALL.iter().enumerate() {
            assert_eq!(index_of(format.name), Some(index), "{} stands twice", format.name);
            assert_ne!(format.name, PLAIN);
            assert!(!format.samples.is_empty(), "{} has no sample", format.name);
        }
    }

    /// Panics when a format recognises a payload that it is not asked about.
    fn assert_asked(line: &str) {
        let clock = Clock::new(Zone::utc(), 0);
        let envelope = Envelope::read(line);
        let mut scratch = Scratch::default();
        let json = scratch.read_object(envelope.payload);
        let payload = Payload {
            text: envelope.payload,
            program: envelope.program,
            qualifier: envelope.qualifier,
            message_id: envelope.message_id,
            structured_data: envelope.structured_data,
            additional: None,
            is_stamped: envelope.when.is_some(),
            json: json.as_ref(),
            resource: None,
            directives: None,
            first_line: None,
            clock: &clock,
        };
        let Some(first) = payload.text.trim_ascii_start().bytes().next() else { return };
        let asked: Vec<FormatIndex> = candidates(&payload).collect();
        assert!(asked.is_sorted());
        for (index, format) in ALL.iter().enumerate().filter(|(_, format)| format.starts.contains(&first)) {
            assert!(
                asked.contains(&index)
                    || !recognises(index, &payload)
                    || by_program(payload.program).is_some_and(|list| list.contains(&index)),
                "{} recognises what it is not asked about: {}",
                format.name,
                payload.text
            );
        }
    }

    static SAMPLES: LazyLock<Vec<&str>> =
        LazyLock::new(|| ALL.iter().flat_map(|format| format.samples).map(|sample| sample.text).collect());

    /// The members of each sample that is an object.
    static OBJECTS: LazyLock<Vec<Vec<String>>> =
        LazyLock::new(|| SAMPLES.iter().map(|line| members(line)).filter(|all| !all.is_empty()).collect());

    #[test]
    fn every_sample_has_what_its_formats_need() {
        SAMPLES.iter().for_each(|line| assert_asked(line));
    }

    /// The members of an object, as JSON, that have no escape.
    fn members(line: &str) -> Vec<String> {
        let mut scratch = Scratch::default();
        let Some(json) = scratch.read_object(Envelope::read(line).payload) else { return Vec::new() };
        let plain =
            json.members().filter(|member| member.span().is_some() && !member.key().contains(['"', '\\']));
        let all = plain.map(|member| match member.kind() {
            Kind::Text => format!("\"{}\":\"{}\"", member.key(), member.raw()),
            _ => format!("\"{}\":{}", member.key(), member.raw()),
        });
        all.collect()
    }

    proptest! {
        #[test]
        fn what_is_made_of_two_samples_has_what_its_formats_need(
            cuts in prop::collection::vec((any::<Index>(), any::<Index>()), 16),
            is_member_kept in prop::collection::vec(any::<bool>(), 1..64),
        ) {
            for pair in cuts.windows(2) {
                let [(one, front), (other, back)] = pair else { continue };
                let (one_line, other_line) = (one.get(&SAMPLES), other.get(&SAMPLES));
                let cut = front.index(one_line.len() + 1);
                let (head, rest) = one_line.split_at(one_line.floor_char_boundary(cut));
                let cut = back.index(other_line.len() + 1);
                let (_, tail) = other_line.split_at(other_line.floor_char_boundary(cut));
                assert_asked(&format!("{head}{tail}"));
                assert_asked(&format!("{head}{other_line}{rest}"));
                let both = one.get(&OBJECTS).iter().chain(other.get(&OBJECTS));
                let kept = both.zip(is_member_kept.iter().cycle()).filter(|(_, is_kept)| **is_kept);
                let kept: Vec<&str> = kept.map(|(member, _)| &**member).collect();
                assert_asked(&format!("{{{}}}", kept.join(",")));
                assert_asked(&format!("{{{},", kept.join(",")));
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
