//! Conditions in SQL, and how they are laid out to be read.
//!
//! Promises: the text means the tree. Must not know: rules.

/// Characters of a line that is not broken.
const LINE_CHARS_MAX: usize = 110;
/// Parts of a row joined by one word.
const ROW_MAX: usize = 32;

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sql {
    /// A comparison or a call: nothing to be parted.
    Text(String),
    /// An expression that is one of these texts.
    OneOf(String, Vec<String>),
    /// Every one; true of none.
    All(Vec<Sql>),
    /// At least one; false of none.
    Any(Vec<Sql>),
    /// At least so many.
    AtLeast(usize, Vec<Sql>),
    /// False or null.
    Not(Box<Sql>),
}

/// A text as a literal.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Sql {
    /// The one, or all.
    pub(super) fn all(parts: Vec<Sql>) -> Sql {
        joined(parts, Sql::All)
    }

    /// The one, or any.
    pub(super) fn any(parts: Vec<Sql>) -> Sql {
        joined(parts, Sql::Any)
    }

    /// `left = 'text'`, or `left IN (...)`.
    pub(super) fn one_of(left: String, texts: impl IntoIterator<Item = impl AsRef<str>>) -> Sql {
        Sql::OneOf(left, texts.into_iter().map(|text| quoted(text.as_ref())).collect())
    }

    /// In one line.
    fn inline(&self) -> String {
        let joined =
            |parts: &[Sql], word: &str| parts.iter().map(Sql::operand).collect::<Vec<String>>().join(word);
        match self {
            Sql::Text(text) => text.clone(),
            Sql::OneOf(left, texts) => match texts.as_slice() {
                [text] => format!("{left} = {text}"),
                texts => format!("{left} IN ({})", texts.join(", ")),
            },
            Sql::All(parts) if parts.is_empty() => "TRUE".to_owned(),
            Sql::Any(parts) if parts.is_empty() => "FALSE".to_owned(),
            Sql::All(parts) => joined(parts, " AND "),
            Sql::Any(parts) => joined(parts, " OR "),
            Sql::AtLeast(least, parts) => {
                let counted =
                    parts.iter().map(|part| format!("CASE WHEN {} THEN 1 ELSE 0 END", part.inline()));
                format!("{} >= {least}", counted.collect::<Vec<String>>().join(" + "))
            }
            Sql::Not(inner) => format!("({}) IS NOT TRUE", inner.inline()),
        }
    }

    /// True for what needs parentheses among others.
    fn is_joined(&self) -> bool {
        matches!(self, Sql::All(parts) | Sql::Any(parts) if parts.len() > 1)
    }

    fn operand(&self) -> String {
        if self.is_joined() { format!("({})", self.inline()) } else { self.inline() }
    }

    /// Appends the condition, its first line at the pen and the others indented by so many blanks.
    pub(super) fn write(&self, indent: usize, out: &mut String) {
        let inline = self.inline();
        if indent + inline.chars().count() <= LINE_CHARS_MAX {
            out.push_str(&inline);
            return;
        }
        match self {
            Sql::Text(_) => out.push_str(&inline),
            Sql::OneOf(left, texts) => write_list(left, texts, indent, out),
            Sql::All(parts) => write_joined(parts, "AND", indent, out),
            Sql::Any(parts) => write_joined(parts, "OR", indent, out),
            Sql::AtLeast(least, parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        break_line(indent, out);
                        out.push_str("+ ");
                    }
                    out.push_str("CASE WHEN ");
                    part.write(indent + 2, out);
                    out.push_str(" THEN 1 ELSE 0 END");
                }
                out.push_str(&format!(" >= {least}"));
            }
            Sql::Not(inner) => {
                write_enclosed(inner, indent, out);
                out.push_str(" IS NOT TRUE");
            }
        }
    }
}

/// Parts beside each other, long rows of them in groups: a planner goes down a row one step for each part.
fn joined(mut parts: Vec<Sql>, join: fn(Vec<Sql>) -> Sql) -> Sql {
    while parts.len() > ROW_MAX {
        parts = parts.chunks(ROW_MAX).map(|group| joined(group.to_vec(), join)).collect();
    }
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}

fn break_line(indent: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

fn write_joined(parts: &[Sql], word: &str, indent: usize, out: &mut String) {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            break_line(indent, out);
            out.push_str(word);
            out.push(' ');
        }
        let operand = part.operand();
        if !part.is_joined() {
            part.write(indent + 2, out);
        } else if indent + word.len() + operand.chars().count() < LINE_CHARS_MAX {
            out.push_str(&operand);
        } else {
            write_enclosed(part, indent, out);
        }
    }
}

fn write_enclosed(part: &Sql, indent: usize, out: &mut String) {
    out.push('(');
    break_line(indent + 2, out);
    part.write(indent + 2, out);
    break_line(indent, out);
    out.push(')');
}

/// `left IN (...)` over several lines.
fn write_list(left: &str, texts: &[String], indent: usize, out: &mut String) {
    out.push_str(left);
    out.push_str(" IN (");
    let mut width = usize::MAX;
    for (index, text) in texts.iter().enumerate() {
        let chars = text.chars().count() + 2;
        if width.saturating_add(chars) > LINE_CHARS_MAX {
            break_line(indent + 2, out);
            width = indent + 2;
        } else {
            out.push(' ');
        }
        width += chars;
        out.push_str(text);
        if index + 1 < texts.len() {
            out.push(',');
        }
    }
    out.push(')');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> Sql {
        Sql::Text(name.to_owned())
    }

    fn written(sql: &Sql) -> String {
        let mut out = String::new();
        sql.write(2, &mut out);
        out
    }

    #[test]
    fn a_short_condition_is_one_line_with_the_parentheses_it_needs() {
        let either = Sql::Any(vec![text("b"), Sql::All(vec![text("c"), text("d")])]);
        let sql = Sql::All(vec![text("a"), either, Sql::Not(Box::new(text("e")))]);
        assert_eq!(written(&sql), "a AND (b OR (c AND d)) AND (e) IS NOT TRUE");
        assert_eq!(
            written(&Sql::AtLeast(2, vec![text("a"), text("b")])),
            "CASE WHEN a THEN 1 ELSE 0 END + CASE WHEN b THEN 1 ELSE 0 END >= 2"
        );
        assert_eq!(written(&Sql::one_of("x".to_owned(), ["it's"])), "x = 'it''s'");
        assert_eq!((written(&Sql::All(vec![])), written(&Sql::Any(vec![]))), ("TRUE".into(), "FALSE".into()));
    }

    #[test]
    fn a_long_row_is_parted_into_groups() {
        let sql = Sql::any((0..70).map(|n| text(&format!("c{n}"))).collect());
        let Sql::Any(groups) = &sql else { panic!("{sql:?}") };
        assert_eq!(groups.len(), 3);
        assert_eq!(written(&sql).matches("OR").count(), 69);
    }

    #[test]
    fn a_long_condition_is_broken_where_it_is_joined() {
        let long = "x".repeat(60);
        let sql = Sql::All(vec![text("a"), Sql::Any(vec![text(&long), text(&long)])]);
        assert_eq!(written(&sql), format!("a\n  AND (\n    {long}\n    OR {long}\n  )"));
        let list = Sql::one_of("x".to_owned(), [&long, &long]);
        assert_eq!(written(&list), format!("x IN (\n    '{long}',\n    '{long}')"));
    }
}
