//! Members of a JSON object at any depth, by their names and the names around them.
//!
//! An array of one is its item; an array of names and values is members again; of any other array of many
//! nothing is taken but its text. Promises: linear; depth is bounded by the reader; what a client sent fills no column
//! but those of its request. Must not know: products.

mod sent;

use std::cell::Cell;

use schema::{Column, EventBuilder};

use super::gather::Gathered;
use super::names::{self, Meaning};
use crate::json::{Json, Kind, Member, NAME_BYTES_MAX};
use sent::Sent;

/// Most items of an array that are looked at.
const ITEMS_MAX: usize = 256;
/// What is one of several counts less than what stands alone.
const LISTED: u8 = 24;
const RECIPIENT: Meaning = Meaning::Is(Column::EmailTo);

/// Takes all members; with their dotted paths they become fields too.
pub(super) fn read<'a>(
    json: Json<'a>,
    out: &mut Gathered<'a>,
    prose: &mut Prose<'a>,
    event: &mut EventBuilder<'_>,
) {
    let mut walk = Walk { path: PATH.take(), sent: Sent::Nothing, out, prose, event };
    let (mut bodies, mut count) = ([None; 2], 0);
    for member in json.members() {
        match bodies.get_mut(count).filter(|_| sent::is_body(member)) {
            Some(place) => {
                *place = Some(member);
                count += 1;
            }
            None => walk.member(member, member.key()),
        }
    }
    for member in bodies.into_iter().flatten() {
        walk.body(member);
    }
    if walk.path.capacity() <= PATH_BYTES_MAX {
        PATH.set(walk.path);
    }
}

/// Most room that is kept.
const PATH_BYTES_MAX: usize = 4_096;

thread_local! {
    /// Room for a dotted path, kept from object to object.
    static PATH: Cell<String> = const { Cell::new(String::new()) };
}

/// Sentences a payload carries, for the readers of prose: the first of a few keys.
#[derive(Default)]
pub(super) struct Prose<'a> {
    texts: [&'a str; 3],
    count: usize,
}

impl<'a> Prose<'a> {
    /// Keeps a text of several words.
    pub(super) fn put(&mut self, text: &'a str) {
        if text.contains(' ')
            && let Some(place) = self.texts.get_mut(self.count)
        {
            *place = text;
            self.count += 1;
        }
    }

    /// The sentences, in order.
    pub(super) fn texts(&self) -> impl Iterator<Item = &'a str> {
        self.texts.into_iter().take(self.count)
    }
}

struct Walk<'w, 'a, 'e> {
    path: String,
    /// What the members that are read now belong to, of what a client sent.
    sent: Sent,
    out: &'w mut Gathered<'a>,
    prose: &'w mut Prose<'a>,
    event: &'w mut EventBuilder<'e>,
}

impl<'a> Walk<'_, 'a, '_> {
    fn member(&mut self, member: Member<'a>, key: &str) {
        let (length, sent) = (self.path.len(), self.sent);
        if sent == Sent::Nothing && matches!(member.kind(), Kind::Object | Kind::Array) {
            self.sent = Sent::of(key, &self.path);
        }
        if length > 0 && !key.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(key);
        match member.kind() {
            // A name this long is not put before names of its own.
            Kind::Object | Kind::Array if self.path.len() > NAME_BYTES_MAX => {
                self.event.field(&self.path, member.raw());
            }
            Kind::Object => {
                for inner in member.members() {
                    self.member(inner, inner.key());
                }
            }
            Kind::Array => self.array(member),
            Kind::Null => {}
            Kind::Number => {
                self.value(member.raw());
                self.event.field_number(&self.path, member.raw());
            }
            Kind::Text | Kind::Bool => {
                self.value(member.raw());
                self.event.field(&self.path, member.raw());
            }
        }
        self.path.truncate(length);
        self.sent = sent;
    }

    /// Members beside a body keep what they said; beside an address, it is what the client there sent.
    fn body(&mut self, member: Member<'a>) {
        self.out.close();
        if self.out.has(Column::SourceIp) {
            self.sent = Sent::Input;
        }
        self.member(member, member.key());
        self.sent = Sent::Nothing;
    }

    fn array(&mut self, member: Member<'a>) {
        let mut items = member.members();
        match (items.next(), items.next()) {
            (None, _) => return,
            (Some(only), None) if only.kind() != Kind::Array && pair(only).is_none() => {
                self.member(only, "");
                return;
            }
            (Some(first), _) if pair(first).is_some() => {
                for (key, value) in member.members().take(ITEMS_MAX).filter_map(pair) {
                    self.member(value, key);
                }
            }
            (Some(first), Some(_)) if matches!(first.kind(), Kind::Text | Kind::Number) => {
                self.list(first, member)
            }
            (Some(first), Some(_)) if first.kind() == Kind::Object => self.objects(member),
            _ => {}
        }
        self.event.field(&self.path, member.raw());
    }

    /// Several scalars under one key: recipients are all wanted, of addresses the first is.
    fn list(&mut self, first: Member<'a>, member: Member<'a>) {
        match names::meaning(&self.path).filter(|_| self.sent == Sent::Nothing) {
            Some((Meaning::Is(Column::EmailTo), _)) => {
                let mut all = String::new();
                for item in member.members().filter_map(Member::scalar).take(ITEMS_MAX) {
                    if !all.is_empty() {
                        all.push_str(", ");
                    }
                    all.push_str(item);
                }
                self.event.text(Column::EmailTo, &all);
            }
            Some((Meaning::Source | Meaning::Destination, _)) => self.value(first.raw()),
            _ => {}
        }
    }

    /// Several objects under one key: of those with a type each is one (`{"type":"ip","address":…}`), recipients are all
    /// wanted; of others nothing is taken, since which of them counts nobody says.
    fn objects(&mut self, member: Member<'a>) {
        let mut all = String::new();
        for item in member.members().take(ITEMS_MAX).filter(|item| item.kind() == Kind::Object) {
            let is_type = |inner: &Member<'_>| is_one(inner.key(), &["type", "entitytype", "entity_type"]);
            let kind = item.members().find(is_type).and_then(Member::scalar).filter(|kind| kind.len() <= 32);
            for inner in
                item.members().filter(|inner| is_one(inner.key(), &["address", "name", "email", "value"]))
            {
                let (length, Some(value)) = (self.path.len(), inner.scalar()) else { continue };
                self.path.push('.');
                self.path.push_str(inner.key());
                let is_recipient =
                    names::meaning(&self.path).is_some_and(|(meaning, _)| meaning == RECIPIENT);
                self.path.truncate(length);
                if is_recipient && self.sent == Sent::Nothing && value.contains('@') {
                    all.push_str(if all.is_empty() { "" } else { ", " });
                    all.push_str(value);
                    break;
                }
                if let Some(kind) = kind {
                    let path = std::mem::take(&mut self.path);
                    self.path.push_str(kind);
                    if !is_one(inner.key(), &["value"]) {
                        self.path.push('.');
                        self.path.push_str(inner.key());
                    }
                    self.value_of_type(value);
                    self.path = path;
                    break;
                }
            }
        }
        if !all.is_empty() {
            self.event.text(Column::EmailTo, &all);
        }
    }

    /// Takes a value under the name of its type, when that says who or where.
    fn value_of_type(&mut self, value: &'a str) {
        if self.sent == Sent::Nothing
            && let Some((
                meaning @ (Meaning::Source | Meaning::Is(Column::UserName | Column::HostName)),
                rank,
            )) = names::meaning(&self.path)
        {
            self.out.put(meaning, rank.saturating_add(LISTED), value);
        }
    }

    fn value(&mut self, value: &'a str) {
        if self.sent != Sent::Nothing {
            if self.sent == Sent::Headers {
                sent::header(&self.path, value, self.out);
            }
            return;
        }
        let Some((meaning, rank)) = names::meaning(&self.path) else {
            if self.out.wants_moment() && value.len() <= 48 && names::may_be_moment(&self.path) {
                self.out.put_moment(value);
            }
            if (16..=256).contains(&value.len())
                && value.as_bytes().first().is_some_and(u8::is_ascii_digit)
                && value.bytes().filter(|byte| *byte == b',').count() >= 4
            {
                super::prose::tuple(value, self.out);
            }
            return;
        };
        match meaning {
            Meaning::Prose => {
                self.out.wording.read(value);
                if rank < 32 {
                    self.prose.put(value);
                }
            }
            Meaning::Result | Meaning::Verdict => {
                self.out.wording.read(value);
                self.out.put(meaning, rank, value);
            }
            Meaning::Request if value.starts_with('{') => {}
            _ => self.out.put(meaning, rank, value),
        }
    }
}

fn is_one(key: &str, names: &[&str]) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(key))
}

/// `{"name": …, "value": …}` and its kin: the name and the value's member.
fn pair(item: Member<'_>) -> Option<(&str, Member<'_>)> {
    if item.kind() != Kind::Object || item.members().count() > 6 {
        return None;
    }
    let is = |key: &str, words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(key));
    let name = item.members().find(|member| is(member.key(), &["name", "key"]))?.scalar()?;
    let value = item.members().find(|member| {
        is(member.key(), &["value", "stringvalue", "intvalue", "boolvalue", "values", "multivalue"])
    })?;
    // OpenTelemetry wraps a value once more.
    let value = match value.kind() {
        Kind::Object => value.members().next()?,
        _ => value,
    };
    (name.len() <= 64).then_some((name, value))
}
