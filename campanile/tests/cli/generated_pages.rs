//! The pages of `docs/` that registries know: made here, compared with what is committed.
//! `CAMPANILE_WRITE_DOCS=1` writes them anew.

use std::fmt::Write as _;
use std::path::PathBuf;

use detect::rule::{Baseline, ChainOf, ChainSpec, FirstSeen};
use schema::{Action, Class, Column};

const HEAD: &str = "*Made from the code; `just docs` writes it anew.*\n";

fn columns() -> String {
    let mut page = format!(
        "# Columns of the event table\n\n{HEAD}\n| column | type | what | che cosa |\n|---|---|---|---|\n"
    );
    for column in Column::ALL {
        let (en, it) = column.meaning();
        let kind = column.kind().data_type();
        writeln!(page, "| `{}` | {kind} | {en} | {it} |", column.name()).unwrap();
    }
    page.push_str("| `fields` | Map(Utf8, Utf8) | Everything that has no column, under the device's own names | Tutto ciò che non ha una colonna, con i nomi dell'apparato |\n");
    page
}

fn actions() -> String {
    let mut page = format!(
        "# Classes and actions\n\n{HEAD}\nA failed anything is the same action with `event_outcome = 'failure'`.\n"
    );
    for class in Class::ALL {
        write!(page, "\n## {}\n\n| action | meaning |\n|---|---|\n", class.name()).unwrap();
        for action in Action::ALL.iter().filter(|action| action.class() == *class) {
            writeln!(page, "| `{}` | {} |", action.name(), cell(action.meaning())).unwrap();
        }
    }
    page
}

fn formats() -> String {
    let all = parsers::formats::ALL;
    let mut page = format!(
        "# Formats\n\n{HEAD}\n{} formats. What none of them knows is still an event, with `format = plain`.\n",
        all.len()
    );
    for format in all {
        write!(page, "\n## {}\n\n{}. Layout: {}.\n", format.name, format.title, format.reference).unwrap();
        if let Some(sample) = format.samples.first() {
            let text: String = sample.text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}");
            write!(page, "\n{}:\n\n```\n{text}\n```\n\n", sample.about).unwrap();
            for (column, value) in sample.expect {
                writeln!(page, "- `{column}` = `{}`", value.replace('`', "'")).unwrap();
            }
        }
    }
    page
}

fn functions() -> String {
    let mut page = format!(
        "# SQL functions\n\n{HEAD}\nBeside those of DataFusion.\n\n| function | what | che cosa | example |\n|---|---|---|---|\n"
    );
    for function in detect::functions::ALL {
        writeln!(
            page,
            "| `{}` | {} | {} | `{}` |",
            cell(function.signature),
            cell(function.meaning_en),
            cell(function.meaning_it),
            cell(function.example)
        )
        .unwrap();
    }
    page
}

fn sources() -> String {
    let mut page = format!(
        "# Sources\n\n{HEAD}\nA `[[source]]` of `campanile.toml` names one of these as its `type`. Of those that acknowledge, what a sender \
         was told is stored is durable; others are stored as they come.\n\n| type | listens on | acknowledges | what |\n|---|---|---|---|\n"
    );
    for kind in ingest::sources::kinds() {
        let acknowledges = if kind.acknowledges { "yes" } else { "" };
        writeln!(page, "| `{}` | `{}` | {acknowledges} | {} |", kind.name, kind.example, cell(kind.about))
            .unwrap();
    }
    page
}

fn rules() -> String {
    let (rules, problems) = detect::pack::builtin();
    assert!(problems.is_empty(), "built-in rules have problems");
    let mut page = format!("# Built-in detections\n\n{HEAD}\n{} rules.\n", rules.len());
    for rule in rules {
        let (title, description) = (&rule.title, &rule.description);
        write!(
            page,
            "\n## {} {}\n\n*{}*\n\n{}\n\n{}\n\n",
            rule.id, title.en, title.it, description.en, description.it
        )
        .unwrap();
        write!(page, "Severity {}. ATT&CK: {}. ", rule.severity.name(), rule.attack.join(", ")).unwrap();
        writeln!(page, "File: `detect/rules/{}`.\n", rule.path).unwrap();
        for step in &rule.response_it {
            writeln!(page, "- {step}").unwrap();
        }
        if let Some(FirstSeen { within_us, min_history_us, list }) = &rule.first_seen {
            let days = |span_us: &i64| span_us / 86_400_000_000;
            let (within, least) = (days(within_us), days(min_history_us));
            let learns = format!("silent about a source until it was watched for {least} days");
            let unless =
                list.as_ref().map_or(String::new(), |list| format!(", unless the list `{list}` has entries"));
            writeln!(page, "\nFirst seen: its entities together, in {within} days; {learns}{unless}.")
                .unwrap();
        }
        if let Some(Baseline { of, times, .. }) = &rule.baseline {
            writeln!(page, "\nBaseline: where HAVING holds, more `{of}` than the median of like hours and {times} median deviations.")
                .unwrap();
        }
        match &rule.chain {
            None => write!(page, "\n```sql\n{}\n```\n", rule.body().trim()).unwrap(),
            Some(chain) => write!(page, "\n{}\n", waits_for(chain)).unwrap(),
        }
    }
    page
}

/// What a chain waits for.
fn waits_for(chain: &ChainSpec) -> String {
    let hours = chain.within_us / 3_600_000_000;
    match &chain.of {
        ChainOf::Tenants(tenants) => {
            format!("Chain: alerts about one address outside, of {tenants} tenants, within {hours} hours.")
        }
        ChainOf::Steps(steps) => {
            let steps: Vec<String> = steps.iter().map(|words| words.join(" or ")).collect();
            format!("Chain, within {hours} hours, alerts of one incident:\n\n1. {}", steps.join("\n1. "))
        }
    }
}

/// A text that stays inside its table cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn generated_pages_are_those_of_the_registries() {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let pages = [
        ("columns.md", columns()),
        ("actions.md", actions()),
        ("formats.md", formats()),
        ("functions.md", functions()),
        ("rules.md", rules()),
        ("sources.md", sources()),
    ];
    for (name, page) in pages {
        let path = docs.join(name);
        if std::env::var_os("CAMPANILE_WRITE_DOCS").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == page, "docs/{name} is stale: run `just docs`");
    }
}
