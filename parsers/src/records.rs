//! Objects that only list records: AWS CloudTrail's `Records`, Azure's `records`, a Graph answer's `value`,
//! CloudWatch's `logEvents`, OTLP's `resourceLogs`.
//!
//! Promises: an object with an event of its own is never taken apart. Must not know: what a record says.

use std::ops::Range;

use crate::json::{Json, Kind, Member};

/// Keys of lists, and what else may stand beside them.
const LISTS: &[(&str, &[&str])] = &[
    ("Records", &[]),
    ("records", &[]),
    ("value", &["@odata.context", "@odata.nextLink", "@odata.count", "@odata.deltaLink"]),
    ("logEvents", &["messageType", "owner", "logGroup", "logStream", "subscriptionFilters"]),
    ("resourceLogs", &[]),
];

/// Where each record lies in the payload; empty when the object is no such list.
pub(crate) fn of(json: Json<'_>) -> Vec<Range<usize>> {
    let Some(list) = list(json) else { return Vec::new() };
    let mut records = Vec::new();
    if list.key() == "resourceLogs" {
        for scope in list.members().flat_map(|resource| items(resource, "scopeLogs")) {
            records.extend(items(scope, "logRecords").filter_map(Member::span));
        }
    } else {
        records
            .extend(list.members().filter(|record| record.kind() == Kind::Object).filter_map(Member::span));
    }
    records
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
        of(scratch.read(text).unwrap()).into_iter().map(|span| text.get(span).unwrap()).collect()
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
    fn an_object_that_says_more_is_an_event() {
        for text in
            [r#"{"Records":[{"a":1}],"id":7}"#, r#"{"value":"x"}"#, r#"{"records":[]}"#, r#"{"records":[1]}"#]
        {
            assert_eq!(records(text), [""; 0], "{text}");
        }
    }
}
