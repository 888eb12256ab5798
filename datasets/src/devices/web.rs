//! Web servers: Apache and nginx access logs (combined; with the virtual host first when one file holds
//! several sites) and error logs.

use std::net::IpAddr;

use crate::hosts::{Site, WebLayout};
use crate::lines::{Lines, Pen};

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Client address.
    pub client: IpAddr,
    /// Method.
    pub method: &'a str,
    /// Path and query, as sent.
    pub target: &'a str,
    /// Status code.
    pub status: u16,
    /// Bytes of the body.
    pub bytes: u64,
    /// Referrer, or `-`.
    pub referrer: &'a str,
    /// User agent, or `-`.
    pub agent: &'a str,
}

/// A request in the access log.
pub fn access(lines: &mut Lines, site: &Site, at_ms: i64, request: &Request<'_>) {
    access_as(lines, site, at_ms, "-", request);
}

/// A request with the name of who asks, as HTTP authentication gives it (also when it is refused).
pub fn access_as(lines: &mut Lines, site: &Site, at_ms: i64, user: &str, request: &Request<'_>) {
    let mut pen = head(lines, site, at_ms);
    pen.ip(request.client)
        .s(" - ")
        .s(user)
        .s(" [")
        .clf()
        .s("] \"")
        .s(request.method)
        .s(" ")
        .s(request.target);
    pen.s(if site.layout == WebLayout::Apache { " HTTP/1.1\" " } else { " HTTP/2.0\" " });
    pen.n(request.status)
        .s(" ")
        .n(request.bytes)
        .s(" \"")
        .s(request.referrer)
        .s("\" \"")
        .s(request.agent)
        .s("\"");
}

/// A client that never finished its request: the server gave up waiting.
pub fn timed_out(lines: &mut Lines, site: &Site, at_ms: i64, client: IpAddr) {
    let mut pen = head(lines, site, at_ms);
    pen.ip(client).s(" - - [").clf().s("] \"-\" 408 0 \"-\" \"-\"");
}

/// The server has no worker left to answer with.
pub fn workers_exhausted(lines: &mut Lines, site: &Site, at_ms: i64, pid: u32) {
    let mut pen = lines.line(site.error, at_ms);
    if site.layout == WebLayout::Apache {
        pen.s("[").weekday_and_day().s(" ").clock().millis(".").s("000 ").year();
        pen.s("] [mpm_event:error] [pid ")
            .n(pid)
            .s(":tid 139921] AH00484: server reached MaxRequestWorkers ");
        pen.s("setting, consider raising the MaxRequestWorkers setting");
    } else {
        pen.slashed_date().s(" ").clock().s(" [alert] ").n(pid).s("#").n(pid);
        pen.s(": 768 worker_connections are not enough");
    }
}

/// What stands before the client: the syslog header, or the site (Debian's `vhost_combined`, nginx's `$host`).
fn head<'a>(lines: &'a mut Lines, site: &Site, at_ms: i64) -> Pen<'a> {
    let mut pen = lines.line(site.access, at_ms);
    match site.layout {
        WebLayout::NginxSyslog => pen.s("<190>").rfc3164().s(" ").s(&site.host).s(" nginx: "),
        WebLayout::Nginx => pen.s(&site.domain).s(" "),
        WebLayout::Apache => pen.s(&site.domain).s(":443 "),
    };
    pen
}

/// A line of the error log about a client: `text` in the words of the application or server.
pub fn error(lines: &mut Lines, site: &Site, at_ms: i64, pid: u32, client: IpAddr, text: &str) {
    let mut pen = lines.line(site.error, at_ms);
    if site.layout == WebLayout::Apache {
        pen.s("[")
            .weekday_and_day()
            .s(" ")
            .clock()
            .millis(".")
            .s("000 ")
            .year()
            .s("] [php:error] [pid ")
            .n(pid);
        pen.s(":tid 139921] [client ").ip(client).s(":").n(40_000 + pid % 20_000).s("] ").s(text);
    } else {
        pen.slashed_date().s(" ").clock().s(" [error] ").n(pid).s("#").n(pid).s(": *").n(pid * 7 % 99_991);
        pen.s(" ").s(text).s(", client: ").ip(client).s(", server: ").s(&site.domain);
    }
}
