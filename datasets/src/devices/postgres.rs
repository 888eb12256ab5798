//! PostgreSQL server log: stderr, csvlog and jsonlog, with pgaudit (`pgaudit.log_rows = on`).

use std::net::Ipv4Addr;

use crate::hosts::{Postgres, PostgresLayout};
use crate::lines::{Lines, Pen};

/// Who is connected.
#[derive(Debug, Clone, Copy)]
pub struct Session<'a> {
    /// Database account.
    pub user: &'a str,
    /// Database.
    pub database: &'a str,
    /// Client address and port.
    pub client: (Ipv4Addr, u16),
    /// Server process.
    pub pid: u32,
    /// `application_name`.
    pub program: &'a str,
}

/// One audited statement.
#[derive(Debug, Clone, Copy)]
pub struct Audit<'a> {
    /// `READ`, `WRITE`, `DDL`, `ROLE`, `MISC`.
    pub class: &'a str,
    /// Command tag: `SELECT`, `UPDATE`, `COPY`...
    pub command: &'a str,
    /// Object, such as `public.persone`; may be empty.
    pub object: &'a str,
    /// Text of the statement.
    pub statement: &'a str,
    /// Rows returned or changed.
    pub rows: u64,
}

/// A pgaudit line.
pub fn audit(lines: &mut Lines, server: &Postgres, at_ms: i64, session: &Session<'_>, audit: &Audit<'_>) {
    let number = at_ms.div_euclid(1_000) % 90_000;
    let mut message = String::with_capacity(160 + audit.statement.len());
    message.push_str("AUDIT: SESSION,");
    message.push_str(itoa::Buffer::new().format(number));
    message.push_str(",1,");
    for part in [audit.class, audit.command, if audit.object.is_empty() { "" } else { "TABLE" }, audit.object]
    {
        message.push_str(part);
        message.push(',');
    }
    push_csv(&mut message, audit.statement);
    message.push_str(",<not logged>,");
    message.push_str(itoa::Buffer::new().format(audit.rows));
    let line =
        Line { severity: "LOG", state: "00000", command: audit.command, message: &message, statement: "" };
    write(lines, server, at_ms, session, &line);
}

/// A statement the server refuses, with its SQLSTATE.
pub fn error(
    lines: &mut Lines,
    server: &Postgres,
    at_ms: i64,
    session: &Session<'_>,
    state: &str,
    message: &str,
    statement: &str,
) {
    let line = Line { severity: "ERROR", state, command: "SELECT", message, statement };
    write(lines, server, at_ms, session, &line);
    if server.layout == PostgresLayout::Stderr {
        let line = Line { severity: "STATEMENT", state, command: "", message: statement, statement: "" };
        write(lines, server, at_ms, session, &line);
    }
}

/// A refused connection, such as a wrong password (SQLSTATE 28P01).
pub fn refused(lines: &mut Lines, server: &Postgres, at_ms: i64, session: &Session<'_>) {
    let message = ["password authentication failed for user \"", session.user, "\""].concat();
    let line = Line {
        severity: "FATAL",
        state: "28P01",
        command: "authentication",
        message: &message,
        statement: "",
    };
    write(lines, server, at_ms, session, &line);
}

/// A connection is authorized.
pub fn connected(lines: &mut Lines, server: &Postgres, at_ms: i64, session: &Session<'_>) {
    let parts = [
        "connection authorized: user=",
        session.user,
        " database=",
        session.database,
        " application_name=",
        session.program,
    ];
    log(lines, server, at_ms, session, &parts.concat());
}

/// Any other line of severity LOG, such as `checkpoint complete: ...`.
pub fn log(lines: &mut Lines, server: &Postgres, at_ms: i64, session: &Session<'_>, message: &str) {
    let line = Line { severity: "LOG", state: "00000", command: "", message, statement: "" };
    write(lines, server, at_ms, session, &line);
}

struct Line<'a> {
    severity: &'a str,
    state: &'a str,
    command: &'a str,
    message: &'a str,
    statement: &'a str,
}

fn write(lines: &mut Lines, server: &Postgres, at_ms: i64, session: &Session<'_>, line: &Line<'_>) {
    let mut pen = lines.line(server.file, at_ms);
    match server.layout {
        PostgresLayout::Stderr => {
            instant(&mut pen).s(" [").n(session.pid).s("] ").s(session.user).s("@").s(session.database);
            pen.s(" ").s(line.severity).s(":  ").s(line.message);
        }
        PostgresLayout::Csv => csv(&mut pen, session, line),
        PostgresLayout::Json => json(&mut pen, session, line),
    }
}

fn csv(pen: &mut Pen<'_>, session: &Session<'_>, line: &Line<'_>) {
    instant(pen).s(",\"").s(session.user).s("\",\"").s(session.database).s("\",").n(session.pid).s(",\"");
    pen.ip(session.client.0).s(":").n(session.client.1).s("\",");
    session_id(pen, session).s(",12,\"").s(line.command).s("\",").date().s(" 00:00:12 ").zone();
    pen.s(",4/")
        .n(session.pid % 900)
        .s(",0,")
        .s(line.severity)
        .s(",")
        .s(line.state)
        .s(",\"")
        .csv(line.message);
    pen.s("\",,,,,,");
    if !line.statement.is_empty() {
        pen.s("\"").csv(line.statement).s("\"");
    }
    pen.s(",,,\"").s(session.program).s("\",\"client backend\",,0");
}

fn json(pen: &mut Pen<'_>, session: &Session<'_>, line: &Line<'_>) {
    pen.s("{\"timestamp\":\"");
    instant(pen).s("\",\"user\":\"").s(session.user).s("\",\"dbname\":\"").s(session.database);
    pen.s("\",\"pid\":")
        .n(session.pid)
        .s(",\"remote_host\":\"")
        .ip(session.client.0)
        .s("\",\"remote_port\":");
    pen.n(session.client.1).s(",\"session_id\":\"");
    session_id(pen, session).s("\",\"line_num\":12,\"ps\":\"").s(line.command).s("\",\"session_start\":\"");
    pen.date()
        .s(" 00:00:12 ")
        .zone()
        .s("\",\"vxid\":\"4/")
        .n(session.pid % 900)
        .s("\",\"txid\":0,\"error_severity\":\"");
    pen.s(line.severity);
    if line.state != "00000" {
        pen.s("\",\"state_code\":\"").s(line.state);
    }
    pen.s("\",\"message\":\"").json(line.message);
    if !line.statement.is_empty() {
        pen.s("\",\"statement\":\"").json(line.statement);
    }
    pen.s("\",\"application_name\":\"")
        .json(session.program)
        .s("\",\"backend_type\":\"client backend\",\"query_id\":0}");
}

/// `2026-03-16 09:12:44.112 CET`
fn instant<'p, 'a>(pen: &'p mut Pen<'a>) -> &'p mut Pen<'a> {
    pen.date().s(" ").clock().millis(".").s(" ").zone()
}

fn session_id<'p, 'a>(pen: &'p mut Pen<'a>, session: &Session<'_>) -> &'p mut Pen<'a> {
    let start_s = pen.at_ms().div_euclid(86_400_000).unsigned_abs() * 86_400;
    pen.hex(start_s, 8).s(".").hex(u64::from(session.pid), 5)
}

/// A field of pgaudit's own CSV: quoted when it holds a separator.
fn push_csv(out: &mut String, text: &str) {
    if !text.contains([',', '"']) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}
