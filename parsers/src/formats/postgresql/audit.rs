//! pgaudit's record within a message: `SESSION,7,1,READ,SELECT,TABLE,public.t,"select …",<not logged>[,rows]`.
//!
//! Promises: a statement's own commas and quotes cannot move a field. Must not know: containers.
//! Source: pgaudit README, "Format".

use schema::{Action, Column, EventBuilder};

use super::super::statement;

/// Fills the columns of a record.
pub(in crate::formats) fn fill(record: &str, event: &mut EventBuilder<'_>) {
    event.action(Action::ApplicationEvent);
    let mut rest = record;
    let mut next = || {
        let (value, after) = value(rest);
        rest = after;
        value
    };
    let kind = next();
    let (_statement_id, _substatement_id) = (next(), next());
    let (class, command, object_type, object, text) = (next(), next(), next(), next(), next());
    let (_parameters, rows) = (next(), next());
    for (key, field) in [
        ("audit", kind),
        ("audit_class", class),
        ("command", command),
        ("object_type", object_type),
        ("object_name", object),
    ] {
        if !field.is_empty() {
            event.field(key, field);
        }
    }
    let unescaped;
    let text = if text.contains("\"\"") {
        unescaped = text.replace("\"\"", "\"");
        unescaped.as_str()
    } else {
        text
    };
    event.text_if_said(Column::DbStatement, text);
    let done = action(class, command, text, event);
    event.action(done);
    statement::succeeds(event);
    if !rows.is_empty() {
        event.int_text(Column::DbRows, rows);
    }
}

fn action(class: &str, command: &str, text: &str, event: &mut EventBuilder<'_>) -> Action {
    let by_statement = statement::action(text, event);
    match (class, command) {
        ("READ", "COPY") => Action::Export,
        ("WRITE", "COPY") => Action::Import,
        ("READ", _) => Action::Query,
        ("WRITE", _) => Action::DataChange,
        // A function may define things on its own: the class is what pgaudit saw happen.
        ("DDL", _) if !is_configuration(by_statement) => Action::SchemaChange,
        _ => by_statement,
    }
}

fn is_configuration(action: Action) -> bool {
    action.class() == schema::Class::Configuration
}

/// One value of a CSV record and what follows its comma; a quoted value without its outer quotes.
fn value(text: &str) -> (&str, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        return text.split_once(',').unwrap_or((text, ""));
    };
    let bytes = quoted.as_bytes();
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| memchr::memchr(b'"', rest)) {
        let at = from + found;
        if bytes.get(at + 1) == Some(&b'"') {
            from = at + 2;
            continue;
        }
        let after = quoted.get(at + 1..).unwrap_or_default();
        return (quoted.get(..at).unwrap_or_default(), after.strip_prefix(',').unwrap_or(after));
    }
    (quoted, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_commas_of_a_statement_stay_in_it() {
        let (statement, rest) = value(r#""select ""a,b"" from t",<not logged>,7"#);
        assert_eq!((statement, rest), (r#"select ""a,b"" from t"#, "<not logged>,7"));
        assert_eq!(value("plain,x"), ("plain", "x"));
        assert_eq!(value("\"open"), ("open", ""));
    }
}
