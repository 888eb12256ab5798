//! Microsoft 365: unified audit records and Entra ID sign-ins, JSON as the two APIs give them.

use std::net::IpAddr;

use crate::lines::{FileId, Lines, Pen};
use crate::town::Town;

/// Where an address is, as the sign-in log says it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place {
    /// City.
    pub city: &'static str,
    /// Two-letter country.
    pub country: &'static str,
    /// Latitude and longitude, decimal degrees.
    pub coordinates: (&'static str, &'static str),
}

/// One sign-in.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    /// Account, as an address.
    pub user: &'a str,
    /// Client address.
    pub from: IpAddr,
    /// Where that is.
    pub place: Place,
    /// Entra error code: 0 success, 50126 wrong password, 500121 second factor refused.
    pub code: u32,
    /// What the code means, and what the second factor said; both empty on success.
    pub reason: (&'a str, &'a str),
    /// Browser as the log names it.
    pub browser: &'a str,
}

/// A sign-in ends, well or not.
pub fn sign_in(lines: &mut Lines, town: &Town, at_ms: i64, sign_in: &SignIn<'_>) {
    let mut pen = lines.line(town.hosts.entra, at_ms);
    pen.s("{\"id\":\"");
    guid(&mut pen, 7).s("\",\"createdDateTime\":\"").utc().s("\",\"userPrincipalName\":\"").s(sign_in.user);
    pen.s("\",\"userId\":\"");
    guid(&mut pen, number_of(sign_in.user)).s("\",\"appId\":\"00000002-0000-0ff1-ce00-000000000000\"");
    pen.s(",\"appDisplayName\":\"Office 365 Exchange Online\",\"ipAddress\":\"").ip(sign_in.from);
    pen.s(
        "\",\"clientAppUsed\":\"Browser\",\"conditionalAccessStatus\":\"notApplied\",\"isInteractive\":true",
    );
    pen.s(",\"riskLevelDuringSignIn\":\"none\",\"riskState\":\"none\",\"authenticationRequirement\":\"");
    pen.s("multiFactorAuthentication\",\"status\":{\"errorCode\":")
        .n(sign_in.code)
        .s(",\"failureReason\":\"");
    pen.s(if sign_in.code == 0 { "Other." } else { sign_in.reason.0 });
    pen.s("\",\"additionalDetails\":\"").s(sign_in.reason.1);
    pen.s("\"},\"deviceDetail\":{\"deviceId\":\"\",\"displayName\":\"\",\"operatingSystem\":\"Windows10\"");
    pen.s(",\"browser\":\"").s(sign_in.browser).s("\",\"isCompliant\":false,\"isManaged\":false}");
    pen.s(",\"location\":{\"city\":\"").s(sign_in.place.city).s("\",\"countryOrRegion\":\"");
    pen.s(sign_in.place.country).s("\",\"geoCoordinates\":{\"latitude\":").s(sign_in.place.coordinates.0);
    pen.s(",\"longitude\":").s(sign_in.place.coordinates.1).s("}}}");
}

/// An inbox rule is made; `parameters` are those of `New-InboxRule`.
pub fn inbox_rule(
    lines: &mut Lines,
    town: &Town,
    at_ms: i64,
    who: (&str, IpAddr),
    parameters: &[(&str, &str)],
) {
    let mut pen = record(lines, town.hosts.m365, at_ms, "New-InboxRule", (1, "True"), who);
    pen.s(",\"ExternalAccess\":false,\"Parameters\":[");
    for (place, (name, value)) in parameters.iter().enumerate() {
        pen.s(if place > 0 { ",{\"Name\":\"" } else { "{\"Name\":\"" }).s(name);
        pen.s("\",\"Value\":\"").json(value).s("\"}");
    }
    pen.s("]}");
}

/// Mailbox items are opened.
pub fn mail_items(lines: &mut Lines, town: &Town, at_ms: i64, who: (&str, IpAddr), count: u64) {
    let mut pen = record(lines, town.hosts.m365, at_ms, "MailItemsAccessed", (50, "Succeeded"), who);
    pen.s(",\"MailboxOwnerUPN\":\"").s(who.0).s("\",\"LogonType\":0,\"ClientInfoString\":\"Client=OWA\"");
    pen.s(",\"OperationCount\":").n(count).s(",\"OperationProperties\":[{\"Name\":\"MailAccessType\",");
    pen.s("\"Value\":\"Bind\"}],\"Folders\":[{\"Path\":\"\\\\Posta in arrivo\"}]}");
}

/// A message is sent from a mailbox.
pub fn sent(lines: &mut Lines, town: &Town, at_ms: i64, who: (&str, IpAddr), subject: &str) {
    let mut pen = record(lines, town.hosts.m365, at_ms, "Send", (2, "Succeeded"), who);
    pen.s(",\"MailboxOwnerUPN\":\"").s(who.0).s("\",\"LogonType\":0,\"ClientInfoString\":\"Client=OWA\"");
    let number = pen_number(&pen, 3);
    pen.s(",\"Item\":{\"InternetMessageId\":\"<").hex(number, 14).s("@").s(&town.domain);
    pen.s(">\",\"Subject\":\"").json(subject).s("\"}}");
}

/// The members every record of Exchange has; the caller closes the object.
fn record<'a>(
    lines: &'a mut Lines,
    file: FileId,
    at_ms: i64,
    operation: &str,
    (kind, result): (u8, &str),
    (user, from): (&str, IpAddr),
) -> Pen<'a> {
    let mut pen = lines.line(file, at_ms);
    // The API writes UTC to the second, without a zone.
    pen.s("{\"CreationTime\":\"").utc_seconds().s("\",\"Id\":\"");
    guid(&mut pen, 11).s("\",\"Operation\":\"").s(operation).s("\",\"OrganizationId\":\"");
    pen.s("5f1d7c5e-90b1-4c0a-8d6b-2d1f0c9ab7e4\",\"RecordType\":").n(kind);
    pen.s(",\"ResultStatus\":\"").s(result).s("\",\"UserKey\":\"").s(user);
    pen.s("\",\"UserType\":0,\"Version\":1,\"Workload\":\"Exchange\",\"ClientIP\":\"");
    match from {
        IpAddr::V4(_) => pen.ip(from),
        IpAddr::V6(_) => pen.s("[").ip(from).s("]"),
    };
    let port = pen_number(&pen, 5) % 16_000 + 49_152;
    pen.s(":").n(port).s("\",\"UserId\":\"").s(user).s("\"");
    pen
}

/// A number that follows from the line's instant.
fn pen_number(pen: &Pen<'_>, salt: u64) -> u64 {
    (pen.at_ms().unsigned_abs() ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn number_of(text: &str) -> u64 {
    text.bytes().fold(17, |number: u64, byte| number.wrapping_mul(31) ^ u64::from(byte))
}

fn guid<'p, 'a>(pen: &'p mut Pen<'a>, salt: u64) -> &'p mut Pen<'a> {
    // A person's number stands for itself; a small one is mixed with the instant.
    let number = if salt < 1_000 { pen_number(pen, salt) } else { salt.wrapping_mul(0x9e37_79b9_7f4a_7c15) };
    pen.hex(number >> 32, 8).s("-").hex(number >> 16, 4).s("-4").hex(number >> 4, 3).s("-8");
    pen.hex(number >> 8, 3).s("-").hex(number, 12)
}
