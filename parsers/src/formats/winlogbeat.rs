//! Windows events as Winlogbeat writes them (ECS JSON, versions 7 and 8).
//!
//! Promises: `fields` holds the event under the names Sigma uses. Must not know: what an event means.

mod samples;

use schema::{Column, EventBuilder};

use super::windows::{Ecs, WindowsEvent, fill, put_header, put_member};
use crate::format::{Format, Payload, Unreadable};
use crate::json::{Kind, Member};

/// See the module.
pub static FORMAT: Format = Format {
    name: "winlogbeat",
    title: "Windows events by Winlogbeat",
    reference: "Elastic Winlogbeat reference, exported fields (winlog)",
    programs: &[],
    starts: b"{",
    needs: &[],
    keys: &["winlog"],
    recognise,
    parse,
    samples: samples::SAMPLES,
};

fn recognise(payload: &Payload<'_>) -> bool {
    payload.json.is_some_and(|json| json.members().any(is_winlog))
}

fn is_winlog(member: Member<'_>) -> bool {
    member.key() == "winlog" && member.kind() == Kind::Object
}

fn parse(payload: &Payload<'_>, event: &mut EventBuilder<'_>) -> Result<(), Unreadable> {
    let json = payload.json.ok_or(Unreadable("expected one JSON object"))?;
    let mut record = WindowsEvent::new();
    let mut ecs = Ecs::default();
    let (mut winlog, mut host) = (None, "");
    for member in json.members() {
        match member.key() {
            "winlog" => winlog = Some(member),
            "@timestamp" => record.stamp = member.raw(),
            "host" => host = member.scalar_at("name").unwrap_or_default(),
            "message" => record.message = member.raw(),
            "log" => record.level = member.scalar_at("level").unwrap_or_default(),
            _ if member.kind() == Kind::Object => ecs.keep(member),
            _ => {}
        }
    }
    read_winlog(winlog.ok_or(Unreadable("no winlog object"))?, &mut record, event)?;
    fill(&mut record, payload, event);
    if is_short_name(host, record.computer) {
        event.text_if_said(Column::HostName, host);
    }
    ecs.fill_missing(event);
    Ok(())
}

/// True when the agent's name for the host is the first part of the computer's: else it names the collector.
fn is_short_name(host: &str, computer: &str) -> bool {
    computer
        .split_at_checked(host.len())
        .is_some_and(|(first, rest)| first.eq_ignore_ascii_case(host) && rest.starts_with('.'))
}

fn read_winlog<'a>(
    winlog: Member<'a>,
    record: &mut WindowsEvent<'a>,
    event: &mut EventBuilder<'_>,
) -> Result<(), Unreadable> {
    let (mut level, mut keywords) = (None, None);
    let (mut event_data, mut user_data) = (None, None);
    for member in winlog.members() {
        match member.key() {
            "event_id" => record.id = member.scalar().unwrap_or_default(),
            "channel" => record.channel = member.scalar().unwrap_or_default(),
            "provider_name" => record.provider = member.scalar().unwrap_or_default(),
            "computer_name" => record.computer = member.scalar().unwrap_or_default(),
            "level" => level = Some(member),
            "keywords" => {
                record.keywords = member.scalar().unwrap_or_default();
                keywords = Some(member);
            }
            "user" => read_account(member, record),
            "event_data" => event_data = Some(member),
            "user_data" => user_data = Some(member),
            _ => {}
        }
    }
    if record.id.is_empty() {
        return Err(Unreadable("no event_id"));
    }
    put_header(record, level, keywords, event);
    for data in [event_data, user_data].into_iter().flatten() {
        for member in data.members() {
            put_member(member, record, event);
        }
    }
    Ok(())
}

fn read_account<'a>(user: Member<'a>, record: &mut WindowsEvent<'a>) {
    for member in user.members() {
        let value = member.scalar().unwrap_or_default();
        match member.key() {
            "name" => record.account.name = value,
            "domain" => record.account.domain = value,
            "identifier" => record.account.sid = value,
            _ => {}
        }
    }
}
