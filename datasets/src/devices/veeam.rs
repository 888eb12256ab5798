//! Veeam Backup & Replication 12 syslog (RFC 5424 with structured data).

use crate::lines::{Lines, Pen};
use crate::town::Town;

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobResult {
    /// Everything saved.
    Success,
    /// Saved, with warnings.
    Warning,
    /// Not saved.
    Failed,
}

/// A job starts (event 110).
pub fn started(lines: &mut Lines, town: &Town, at_ms: i64, job: &str) {
    let mut pen = head(lines, town, at_ms, 110);
    pen.s(" JobType=\"0\" Version=\"1\" Description=\"Backup job '").s(job).s("' has been started.\"]");
}

/// A job ends (event 190).
pub fn ended(lines: &mut Lines, town: &Town, at_ms: i64, job: &str, result: JobResult, details: &str) {
    let (code, word) = match result {
        JobResult::Success => (0, "Success"),
        JobResult::Warning => (1, "Warning"),
        JobResult::Failed => (2, "Failed"),
    };
    let mut pen = head(lines, town, at_ms, 190);
    pen.s(" JobType=\"0\" JobResult=\"")
        .n(code)
        .s("\" SessionType=\"20\" Version=\"1\" Description=\"Backup job '");
    pen.s(job).s("' finished with ").s(word).s(". Job details: ").s(details).s("\"]");
}

/// Anything a person does to backups: `event` number and its description.
pub fn changed(lines: &mut Lines, town: &Town, at_ms: i64, event: u32, user: &str, description: &str) {
    let mut pen = head(lines, town, at_ms, event);
    pen.s(" UserName=\"").s(user).s("\" Version=\"1\" Description=\"").s(description).s("\"]");
}

/// A person removes a restore point of a virtual machine (event 10050).
pub fn restore_point_removed(lines: &mut Lines, town: &Town, at_ms: i64, user: &str, machine: &str) {
    let mut pen = head(lines, town, at_ms, 10_050);
    pen.s(" OibID=\"").hex(at_ms.unsigned_abs(), 8).s("\" VmName=\"").s(machine);
    pen.s("\" IsFull=\"False\" Version=\"1\" Description=\"Restore point for VM '").s(machine);
    pen.s("' has been removed by user ").s(&town.netbios).s("\\").s(user).s(".\"]");
}

/// A person changes how long the points of a job are kept (event 23050), days before and after.
pub fn retention_changed(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    user: &str,
    job: &str,
    (old_days, new_days): (u64, u64),
) {
    let mut pen = head(lines, town, at_ms, 23_050);
    pen.s(" JobName=\"").s(job).s("\" ChangesXML=\"<changes><object><property internal=\"RetentionDays\" ");
    pen.s("type=\"Integer\"><old>").n(old_days).s("</old><new>").n(new_days);
    pen.s("</new></property></object></changes>\" UserName=\"").s(&town.netbios).s("\\").s(user);
    pen.s("\" Version=\"1\" Description=\"Backup job '").s(job).s("' has been modified.\"]");
}

fn head<'a>(lines: &'a mut Lines, town: &Town, at_ms: i64, event: u32) -> Pen<'a> {
    let mut pen = lines.line(town.hosts.veeam.file, at_ms);
    pen.s("<14>1 ").rfc3339().s(" ").s(&town.hosts.veeam.name);
    pen.s(" Veeam_MP - - [origin enterpriseId=\"31023\"] [categoryId=0 instanceId=").n(event);
    pen.s(" JobID=\"").hex(town.seed ^ 0x0b1c_2d3e, 8).s("\" JobSessionID=\"");
    pen.hex(at_ms.div_euclid(HALF_DAY_MS).unsigned_abs() * 0x9e37, 8).s("\"");
    pen
}

/// Sessions of one night share their id.
const HALF_DAY_MS: i64 = 43_200_000;
