//! The ECS objects Winlogbeat's modules write beside `winlog` (`process`, `user`, `source`, …), for
//! events whose data the module took out of `event_data`.
//!
//! Promises: a column the event's own data filled is never touched. Must not know: event ids.

use schema::{Column, EventBuilder, Kind};

use crate::json::Member;

/// ECS objects of an event, none when absent.
#[derive(Debug, Default)]
pub(in crate::formats) struct Ecs<'a> {
    objects: [Option<(usize, Member<'a>)>; OBJECTS],
    count: usize,
}

const OBJECTS: usize = 12;

/// Column of a path below each object.
const PATHS: &[(&str, &[(&str, Column)])] = &[
    (
        "process",
        &[
            ("executable", Column::ProcessExecutable),
            ("name", Column::ProcessName),
            ("command_line", Column::ProcessCommandLine),
            ("parent.executable", Column::ProcessParentExecutable),
            ("hash.sha256", Column::FileHashSha256),
        ],
    ),
    (
        "user",
        &[
            ("name", Column::UserName),
            ("domain", Column::UserDomain),
            ("id", Column::UserId),
            ("target.name", Column::UserTargetName),
        ],
    ),
    ("source", &[("ip", Column::SourceIp), ("port", Column::SourcePort)]),
    (
        "destination",
        &[
            ("ip", Column::DestinationIp),
            ("port", Column::DestinationPort),
            ("domain", Column::DestinationDomain),
        ],
    ),
    ("network", &[("transport", Column::NetworkTransport), ("protocol", Column::NetworkProtocol)]),
    ("file", &[("path", Column::FilePath), ("hash.sha256", Column::FileHashSha256)]),
    ("dns", &[("question.name", Column::DnsQuestionName), ("question.type", Column::DnsQuestionType)]),
    ("group", &[("name", Column::GroupName)]),
    ("service", &[("name", Column::ServiceName)]),
    ("rule", &[("name", Column::RuleName)]),
    (
        "event",
        &[
            ("outcome", Column::EventOutcome),
            ("code", Column::EventCode),
            ("provider", Column::EventProvider),
        ],
    ),
];

impl<'a> Ecs<'a> {
    /// Keeps a top-level object for later when columns may come from it.
    pub(in crate::formats) fn keep(&mut self, member: Member<'a>) {
        let key = member.key();
        if let Some(index) = PATHS.iter().position(|(object, _)| *object == key)
            && let Some(place) = self.objects.get_mut(self.count)
        {
            *place = Some((index, member));
            self.count += 1;
        }
    }

    /// Fills columns that nothing has filled.
    pub(in crate::formats) fn fill_missing(&self, event: &mut EventBuilder<'_>) {
        let had_user = event.is_set(Column::UserName);
        for (index, object) in self.objects.iter().flatten() {
            let Some((name, paths)) = PATHS.get(*index) else { continue };
            for (path, column) in *paths {
                // A domain beside a name of other origin would be a wrong pair.
                if event.is_set(*column) || (had_user && *name == "user" && *column != Column::UserTargetName)
                {
                    continue;
                }
                if let Some(value) = object.scalar_at(path) {
                    set(*column, value, event);
                }
            }
        }
    }
}

fn set(column: Column, value: &str, event: &mut EventBuilder<'_>) {
    match column {
        Column::SourceIp | Column::DestinationIp => {
            event.ip(column, value);
        }
        Column::EventOutcome if !matches!(value, "success" | "failure" | "unknown") => {}
        _ if column.kind() == Kind::Int => {
            event.int_text(column, value);
        }
        _ => event.text_if_said(column, value),
    }
}
