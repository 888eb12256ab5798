//! Objects that only list records: AWS CloudTrail's `Records`, Azure's `records`, a Graph answer's `value`,
//! CloudWatch's `logEvents`, OTLP's `resourceLogs`.
//!
//! Promises: an object with an event of its own is never taken apart; a record keeps the resource it was listed
//! under. Must not know: what a record says.

use std::ops::Range;

use crate::json::{Json, Kind, Member, Scratch};

/// Keys of lists, and what else may stand beside them.
const LISTS: &[(&str, &[&str])] = &[
    ("Records", &[]),
    ("records", &[]),
    ("value", &["@odata.context", "@odata.nextLink", "@odata.count", "@odata.deltaLink"]),
    ("logEvents", &["messageType", "owner", "logGroup", "logStream", "subscriptionFilters"]),
    ("resourceLogs", &[]),
];

/// A record of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Where it lies in the payload.
    pub(crate) place: Range<usize>,
    /// Where what is said of the source of several records lies.
    pub(crate) resource: Option<Range<usize>>,
}

/// Each record in the payload; none when the object is no such list.
pub(crate) fn of(json: Json<'_>) -> Vec<Record> {
    let Some(list) = list(json) else { return Vec::new() };
    let mut records = Vec::new();
    if list.key() == "resourceLogs" {
        for group in list.members() {
            let resource = group.get("resource").and_then(Member::span);
            let places = items(group, "scopeLogs")
                .flat_map(|scope| items(scope, "logRecords"))
                .filter_map(Member::span);
            records.extend(places.map(|place| Record { place, resource: resource.clone() }));
        }
    } else {
        let objects = list.members().filter(|record| record.kind() == Kind::Object);
        records.extend(objects.filter_map(Member::span).map(|place| Record { place, resource: None }));
    }
    records
}

/// The resource of the records at hand, read once for all of them.
#[derive(Debug, Default)]
pub(crate) struct Resource<'t> {
    text: &'t str,
    scratch: Scratch,
}

impl<'t> Resource<'t> {
    /// The object that lies in this part of the received text.
    pub(crate) fn read(&mut self, text: &'t str) -> Option<Json<'_>> {
        if std::ptr::eq(self.text, text) {
            return self.scratch.last(text);
        }
        self.text = text;
        self.scratch.read(text)
    }
}

/// The list, when nothing else of the object says anything.
fn list(json: Json<'_>) -> Option<Member<'_>> {
    let mut list = None;
    let mut others = 0;
    for member in json.members() {
        let is_list = member.kind() == Kind::Array && LISTS.iter().any(|(key, _)| *key == member.key());
        if is_list && list.is_none() {
            list = Some(member);
        } else {
            others += 1;
        }
        if others > 5 {
            return None;
        }
    }
    let list = list?;
    let beside = LISTS.iter().find(|(key, _)| *key == list.key()).map(|(_, beside)| *beside)?;
    json.members().all(|member| member.key() == list.key() || beside.contains(&member.key())).then_some(list)
}

fn items<'a>(member: Member<'a>, key: &str) -> impl Iterator<Item = Member<'a>> {
    member.get(key).filter(|list| list.kind() == Kind::Array).into_iter().flat_map(Member::members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Scratch;

    fn records(text: &str) -> Vec<&str> {
        let mut scratch = Scratch::default();
        of(scratch.read(text).unwrap()).into_iter().map(|record| text.get(record.place).unwrap()).collect()
    }

    #[test]
    fn each_record_lies_where_it_says() {
        assert_eq!(records(r#"{"Records":[{"a":1}, {"a":"é"}]}"#), [r#"{"a":1}"#, r#"{"a":"é"}"#]);
        assert_eq!(records(r#"{"@odata.context":"x","value":[{"a":1}]}"#), [r#"{"a":1}"#]);
        assert_eq!(
            records(
                r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"a":1},{"a":2}]},{"logRecords":[{"a":3}]}]}]}"#
            ),
            [r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":3}"#]
        );
    }

    #[test]
    fn records_of_a_resource_share_it() {
        let text = r#"{"resourceLogs":[{"resource":{"r":1},"scopeLogs":[{"logRecords":[{"a":1},{"a":2}]}]},{"scopeLogs":[{"logRecords":[{"a":3}]}]}]}"#;
        let mut scratch = Scratch::default();
        let records = of(scratch.read(text).unwrap());
        let resources: Vec<_> =
            records.into_iter().map(|record| record.resource.and_then(|place| text.get(place))).collect();
        assert_eq!(resources, [Some(r#"{"r":1}"#), Some(r#"{"r":1}"#), None]);
    }

    #[test]
    fn a_resource_is_what_its_own_text_says() {
        let (one, other) = (String::from(r#"{"r":1}"#), String::from(r#"{"r":2}"#));
        let mut resource = Resource::default();
        for (text, said) in [(&one, "1"), (&one, "1"), (&other, "2"), (&one, "1")] {
            assert_eq!(resource.read(text).unwrap().scalar("r"), Some(said));
        }
        assert!(resource.read("x").is_none() && resource.read("x").is_none());
    }

    #[test]
    fn an_object_that_says_more_is_an_event() {
        for text in
            [r#"{"Records":[{"a":1}],"id":7}"#, r#"{"value":"x"}"#, r#"{"records":[]}"#, r#"{"records":[1]}"#]
        {
            assert_eq!(records(text), [""; 0], "{text}");
        }
    }
}
