//! Microsoft IIS, W3C extended log of the municipal suite (UTC).

use std::net::IpAddr;

use super::web::Request;
use crate::lines::Lines;
use crate::town::Town;

const FIELDS: &str = "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) \
    cs(Referer) sc-status sc-substatus sc-win32-status time-taken";

/// The four comment lines that open a log file, and each UTC day of it.
pub fn header(lines: &mut Lines, town: &Town, at_ms: i64) {
    lines.line(town.hosts.iis, at_ms).s("#Software: Microsoft Internet Information Services 10.0");
    lines.line(town.hosts.iis, at_ms).s("#Version: 1.0");
    lines.line(town.hosts.iis, at_ms).s("#Date: ").utc_blank();
    lines.line(town.hosts.iis, at_ms).s("#Fields: ").s(FIELDS);
}

/// One request; `user` is the account or `-`. The target's query follows a `?`.
pub fn access(lines: &mut Lines, town: &Town, at_ms: i64, user: &str, request: &Request<'_>, taken_ms: u64) {
    let (stem, query) = request.target.split_once('?').unwrap_or((request.target, "-"));
    let mut pen = lines.line(town.hosts.iis, at_ms);
    pen.utc_blank()
        .s(" ")
        .ip(town.hosts.suite.ip)
        .s(" ")
        .s(request.method)
        .s(" ")
        .w3c(stem)
        .s(" ")
        .w3c(query);
    pen.s(" 443 ").s(user).s(" ").ip(IpAddr::to_canonical(&request.client)).s(" ").w3c(request.agent).s(" ");
    pen.w3c(request.referrer).s(" ").n(request.status);
    pen.s(if request.status == 401 { " 1 1326 " } else { " 0 0 " }).n(taken_ms);
}
