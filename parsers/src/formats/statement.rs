//! What an SQL statement does, by its leading words, in the dialects of PostgreSQL, MySQL, Oracle and SQL Server.
//!
//! Promises: looks at a bounded number of words, never at values. Must not know: who logs it.

use schema::{Action, Column, EventBuilder, Outcome};

/// Sets statement and action.
pub(in crate::formats) fn fill(text: &str, event: &mut EventBuilder<'_>) {
    event.text_if_said(Column::DbStatement, text);
    let done = action(text, event);
    event.action(done);
}

/// Sets the outcome, for a statement known to have ended.
pub(in crate::formats) fn succeeds(event: &mut EventBuilder<'_>) {
    event.outcome(Outcome::Success);
}

/// The action of a statement; sets the account, group and setting it is about.
pub(in crate::formats) fn action(text: &str, event: &mut EventBuilder<'_>) -> Action {
    let text = without_comments(text);
    let mut words = Words { rest: text };
    let verb = words.next().unwrap_or_default();
    let is = |word: &str| verb.eq_ignore_ascii_case(word);
    if ["select", "table", "values", "show", "explain", "fetch", "declare", "describe", "desc"]
        .iter()
        .any(|word| is(word))
    {
        return Action::Query;
    }
    if ["insert", "update", "delete", "merge", "replace"].iter().any(|word| is(word)) {
        let removes = is("delete") || is("update");
        return if removes { change(words) } else { Action::DataChange };
    }
    if is("with") {
        return with(words);
    }
    if is("copy") {
        return copy(text, words);
    }
    if ["create", "alter", "drop"].iter().any(|word| is(word)) {
        return define(verb, words, event);
    }
    if is("truncate") && change(words.clone()) == Action::LogCleared {
        return Action::LogCleared;
    }
    if ["truncate", "comment", "refresh", "reindex", "security", "import", "rename"]
        .iter()
        .any(|word| is(word))
    {
        return Action::SchemaChange;
    }
    if ["grant", "revoke", "deny"].iter().any(|word| is(word)) {
        return grant(is("grant"), words, event);
    }
    if ["load", "bulk"].iter().any(|word| is(word)) {
        return Action::Import;
    }
    if is("noaudit") {
        event.field("changed", words.next().unwrap_or_default());
        return Action::AuditDisable;
    }
    if is("audit") {
        return Action::PolicyChange;
    }
    if (is("reset") || is("purge"))
        && words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("master") || word.eq_ignore_ascii_case("binary"))
    {
        return Action::LogCleared;
    }
    if is("set") {
        return set(words, event);
    }
    Action::ApplicationEvent
}

/// A change of rows; of Oracle's audit trail when the first names say so.
fn change(words: Words<'_>) -> Action {
    let is_trail = |word: &str| {
        ["aud$", "sys.aud$", "audsys.aud$unified", "fga_log$", "sys.fga_log$"]
            .iter()
            .any(|name| word.eq_ignore_ascii_case(name))
    };
    if words.take(3).any(is_trail) { Action::LogCleared } else { Action::DataChange }
}

/// True when a query writes its rows to a file of the server (`INTO OUTFILE`, MySQL).
pub(in crate::formats) fn writes_file(text: &str) -> bool {
    let words = Words { rest: text };
    words.take(512).any(|word| word.eq_ignore_ascii_case("outfile") || word.eq_ignore_ascii_case("dumpfile"))
}

/// What a common table expression ends in.
fn with(words: Words<'_>) -> Action {
    // The main verb stands within the first clauses; a nested change counts as well.
    let changes = words.take(256).any(|word| {
        ["insert", "update", "delete", "merge"].iter().any(|verb| word.eq_ignore_ascii_case(verb))
    });
    if changes { Action::DataChange } else { Action::Query }
}

/// `COPY table [(columns)] TO|FROM …` and `COPY (query) TO …`.
fn copy(text: &str, words: Words<'_>) -> Action {
    let inner_query = text.get(4..).unwrap_or_default().trim_start().starts_with('(');
    if inner_query {
        return Action::Export;
    }
    let direction = words
        .skip(1)
        .take(512)
        .find(|word| word.eq_ignore_ascii_case("to") || word.eq_ignore_ascii_case("from"));
    match direction {
        Some(word) if word.eq_ignore_ascii_case("to") => Action::Export,
        _ => Action::Import,
    }
}

fn define(verb: &str, mut words: Words<'_>, event: &mut EventBuilder<'_>) -> Action {
    let kind = words.next().unwrap_or_default();
    if kind.eq_ignore_ascii_case("server") {
        return server(verb, words, event);
    }
    let is_role = ["role", "user", "group", "login"].iter().any(|word| kind.eq_ignore_ascii_case(word));
    if kind.eq_ignore_ascii_case("system") {
        let _set = words.next();
        return setting(words, event, Action::ConfigChange);
    }
    let mut name = words.next().unwrap_or_default();
    if name.eq_ignore_ascii_case("if") {
        let skip = if verb.eq_ignore_ascii_case("create") { 2 } else { 1 };
        name = words.nth(skip).unwrap_or_default();
    }
    if verb.eq_ignore_ascii_case("drop")
        && kind.eq_ignore_ascii_case("extension")
        && name.eq_ignore_ascii_case("pgaudit")
    {
        event.field("changed", "pgaudit");
        return Action::AuditDisable;
    }
    let may_set = verb.eq_ignore_ascii_case("alter") && (is_role || kind.eq_ignore_ascii_case("database"));
    if may_set {
        let mut after = Words { rest: words.rest };
        if after.next().is_some_and(|word| word.eq_ignore_ascii_case("set")) {
            let otherwise = if is_role { Action::AccountModify } else { Action::ConfigChange };
            if is_role {
                event.text_if_said(Column::UserTargetName, name);
            }
            return setting(after, event, otherwise);
        }
    }
    // `CREATE USER MAPPING` is about foreign servers.
    if !is_role || name.eq_ignore_ascii_case("mapping") {
        return Action::SchemaChange;
    }
    event.text_if_said(Column::UserTargetName, name);
    if verb.eq_ignore_ascii_case("create") {
        return Action::AccountCreate;
    }
    if verb.eq_ignore_ascii_case("drop") {
        return Action::AccountDelete;
    }
    match words.take(32).find_map(account_change) {
        Some(done) => done,
        None => Action::AccountModify,
    }
}

/// What a word of `ALTER USER` says is done to the account.
fn account_change(word: &str) -> Option<Action> {
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    if is("password") || is("identified") {
        Some(Action::PasswordReset)
    } else if is("disable") || is("lock") || is("nologin") {
        Some(Action::AccountDisable)
    } else if is("enable") || is("unlock") {
        Some(Action::AccountEnable)
    } else {
        None
    }
}

/// `ALTER SERVER ROLE r ADD MEMBER m`, `ALTER SERVER AUDIT a WITH (STATE = OFF)` of SQL Server; anything else
/// about a server defines a foreign one.
fn server(verb: &str, mut words: Words<'_>, event: &mut EventBuilder<'_>) -> Action {
    let kind = words.next().unwrap_or_default();
    let name = words.next().unwrap_or_default();
    if kind.eq_ignore_ascii_case("role") {
        let change = words.next().unwrap_or_default();
        let _member = words.next();
        event.text_if_said(Column::GroupName, name);
        event.text_if_said(Column::UserTargetName, words.next().unwrap_or_default());
        return match change {
            _ if change.eq_ignore_ascii_case("add") => Action::GroupAdd,
            _ if change.eq_ignore_ascii_case("drop") => Action::GroupRemove,
            _ => Action::SchemaChange,
        };
    }
    if !kind.eq_ignore_ascii_case("audit") {
        return Action::SchemaChange;
    }
    let stops =
        verb.eq_ignore_ascii_case("drop") || words.take(32).any(|word| word.eq_ignore_ascii_case("off"));
    event.field("changed", "server audit");
    if stops { Action::AuditDisable } else { Action::PolicyChange }
}

/// `GRANT right ON object TO name` gives rights, `GRANT role TO name` puts into a group.
fn grant(gives: bool, mut words: Words<'_>, event: &mut EventBuilder<'_>) -> Action {
    let right = words.next().unwrap_or_default();
    let (mut on_object, mut whom) = (false, "");
    let marker = if gives { "to" } else { "from" };
    while let Some(word) = words.next() {
        if word.eq_ignore_ascii_case("on") {
            on_object = true;
        } else if word.eq_ignore_ascii_case(marker) {
            whom = words.next().unwrap_or_default();
            break;
        }
    }
    event.text_if_said(Column::UserTargetName, whom);
    if on_object {
        event.field("permission", right);
        return if gives { Action::PermissionGrant } else { Action::PermissionRevoke };
    }
    event.text_if_said(Column::GroupName, right);
    if gives { Action::GroupAdd } else { Action::GroupRemove }
}

fn set(mut words: Words<'_>, event: &mut EventBuilder<'_>) -> Action {
    let mut peek = Words { rest: words.rest };
    let first = peek.next().unwrap_or_default();
    if first.eq_ignore_ascii_case("password") {
        if peek.next().is_some_and(|word| word.eq_ignore_ascii_case("for")) {
            event.text_if_said(Column::UserTargetName, peek.next().unwrap_or_default());
        }
        return Action::PasswordReset;
    }
    if ["global", "persist", "@@global"].iter().any(|word| first.eq_ignore_ascii_case(word)) {
        return setting(peek, event, Action::ConfigChange);
    }
    if ["session", "local"].iter().any(|word| first.eq_ignore_ascii_case(word)) {
        words = peek;
    }
    setting(words, event, Action::ApplicationEvent)
}

/// `name = value` or `name TO value`.
fn setting(mut words: Words<'_>, event: &mut EventBuilder<'_>, otherwise: Action) -> Action {
    let name = words.next().unwrap_or_default();
    let value = words.find(|word| *word != "=" && !word.eq_ignore_ascii_case("to")).unwrap_or_default();
    if otherwise != Action::ApplicationEvent {
        event.field("cfg_path", name);
        event.field("new", value);
    }
    if reduces_audit(name, value) {
        event.field("changed", name);
        return Action::AuditDisable;
    }
    otherwise
}

/// True when that value of that setting makes the server log less of what is done.
pub(in crate::formats) fn reduces_audit(name: &str, value: &str) -> bool {
    const AUDIT: &[&str] = &[
        "log_statement",
        "pgaudit.log",
        "log_connections",
        "log_disconnections",
        "logging_collector",
        "general_log",
        "server_audit_logging",
        "audit_log_policy",
        "audit_trail",
        "log_error_verbosity",
    ];
    let is_audit = AUDIT.iter().any(|setting| name.eq_ignore_ascii_case(setting));
    is_audit && ["none", "off", "false", "0"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// The text behind leading blanks, parentheses and comments.
fn without_comments(text: &str) -> &str {
    let mut rest = text.trim_start_matches([' ', '\t', '\r', '\n', '(', ';']);
    for _ in 0..16 {
        let after = if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map_or("", |(_, after)| after)
        } else {
            break;
        };
        rest = after.trim_start_matches([' ', '\t', '\r', '\n', '(', ';']);
    }
    rest
}

/// Words of a statement: identifiers without their quotes, values in quotes whole, `=` alone.
#[derive(Clone)]
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n', ',', ';', '(', ')']);
        let first = *rest.as_bytes().first()?;
        if matches!(first, b'"' | b'\'' | b'`' | b'[') {
            let inner = rest.get(1..)?;
            let close = if first == b'[' { ']' } else { first as char };
            let end = inner.find(close).unwrap_or(inner.len());
            self.rest = inner.get(end + 1..).unwrap_or_default();
            return inner.get(..end);
        }
        if first == b'=' {
            self.rest = rest.get(1..)?;
            return rest.get(..1);
        }
        let end =
            rest.find([' ', '\t', '\r', '\n', ',', ';', '(', ')', '=', '\'', '"']).unwrap_or(rest.len());
        self.rest = rest.get(end..)?;
        rest.get(..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::EventBuilder;

    fn action_of(text: &str) -> Action {
        action(text, &mut EventBuilder::new(""))
    }

    #[test]
    fn the_leading_words_tell_what_a_statement_does() {
        for (text, expected) in [
            ("/* app:1 */ SELECT 1", Action::Query),
            ("(select 1) union select 2", Action::Query),
            ("WITH x AS (SELECT 1) SELECT * FROM x", Action::Query),
            ("with gone as (delete from t returning *) select count(*) from gone", Action::DataChange),
            ("insert into t values (1)", Action::DataChange),
            ("COPY public.persone (id, nome) TO STDOUT", Action::Export),
            ("copy (select * from persone) to '/srv/x.csv' csv", Action::Export),
            ("COPY persone FROM STDIN", Action::Import),
            ("ALTER TABLE t ADD COLUMN x int", Action::SchemaChange),
            ("CREATE USER MAPPING FOR x SERVER y", Action::SchemaChange),
            ("CREATE ROLE IF NOT EXISTS manut SUPERUSER", Action::AccountCreate),
            ("ALTER ROLE \"mario rossi\" WITH PASSWORD 'x'", Action::PasswordReset),
            ("DROP USER manut", Action::AccountDelete),
            ("GRANT SELECT, UPDATE ON persone TO lettore", Action::PermissionGrant),
            ("grant amministratori to manut", Action::GroupAdd),
            ("REVOKE ALL ON persone FROM lettore", Action::PermissionRevoke),
            ("ALTER SYSTEM SET pgaudit.log = 'none'", Action::AuditDisable),
            ("ALTER SYSTEM SET pgaudit.log = 'read,write'", Action::ConfigChange),
            ("ALTER ROLE app SET log_statement TO none", Action::AuditDisable),
            ("set local log_statement='none'", Action::AuditDisable),
            ("SET search_path = public", Action::ApplicationEvent),
            ("REPLACE INTO t VALUES (1)", Action::DataChange),
            ("LOAD DATA INFILE '/tmp/x' INTO TABLE t", Action::Import),
            ("SET GLOBAL general_log = 'OFF'", Action::AuditDisable),
            ("SET GLOBAL max_connections = 10", Action::ConfigChange),
            ("SET PASSWORD FOR 'manut'@'%' = 'x'", Action::PasswordReset),
            ("CREATE LOGIN [BORGO\\averdi] FROM WINDOWS", Action::AccountCreate),
            ("ALTER LOGIN sa DISABLE", Action::AccountDisable),
            ("ALTER USER anagraf IDENTIFIED BY x", Action::PasswordReset),
            ("ALTER SERVER AUDIT [a] WITH (STATE = OFF)", Action::AuditDisable),
            ("ALTER SERVER ROLE sysadmin ADD MEMBER manut", Action::GroupAdd),
            ("NOAUDIT ALL", Action::AuditDisable),
            ("delete from sys.aud$", Action::LogCleared),
            ("TRUNCATE TABLE t", Action::SchemaChange),
            ("DENY SELECT ON persone TO lettore", Action::PermissionRevoke),
            ("BEGIN", Action::ApplicationEvent),
            ("", Action::ApplicationEvent),
        ] {
            assert_eq!(action_of(text), expected, "{text}");
        }
    }
}
