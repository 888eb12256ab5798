//! What a statement does, by its leading words.
//!
//! Promises: looks at a bounded number of words, never at values. Must not know: containers.

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
    if ["select", "table", "values", "show", "explain", "fetch", "declare"].iter().any(|word| is(word)) {
        return Action::Query;
    }
    if ["insert", "update", "delete", "merge"].iter().any(|word| is(word)) {
        return Action::DataChange;
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
    if ["truncate", "comment", "refresh", "reindex", "security", "import"].iter().any(|word| is(word)) {
        return Action::SchemaChange;
    }
    if is("grant") || is("revoke") {
        return grant(is("grant"), words, event);
    }
    if is("set") {
        return set(words, event);
    }
    Action::ApplicationEvent
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
    let is_role = ["role", "user", "group"].iter().any(|word| kind.eq_ignore_ascii_case(word));
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
    let sets_password = words.take(32).any(|word| word.eq_ignore_ascii_case("password"));
    if sets_password { Action::PasswordReset } else { Action::AccountModify }
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
    if peek
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("session") || word.eq_ignore_ascii_case("local"))
    {
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
    let is_audit =
        ["log_statement", "pgaudit.log", "log_connections", "log_disconnections", "logging_collector"]
            .iter()
            .any(|setting| name.eq_ignore_ascii_case(setting));
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
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n', ',', ';', '(', ')']);
        let first = *rest.as_bytes().first()?;
        if matches!(first, b'"' | b'\'') {
            let inner = rest.get(1..)?;
            let end = inner.find(first as char).unwrap_or(inner.len());
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
            ("BEGIN", Action::ApplicationEvent),
            ("", Action::ApplicationEvent),
        ] {
            assert_eq!(action_of(text), expected, "{text}");
        }
    }
}
