//! The engine against the plain meaning of its formulas, row by row: no needles, no columns, no sets of rows.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use schema::{Action, Column, EventBatch, EventBuilder, FrameBatch, Origin, StreamContext};

use super::RuleText;
use super::atoms::OperandId;
use super::fields::layers_of;
use super::formula::Formula;
use super::matcher::{Matcher, has_part};
use super::routes::{Route, rows_by_signature};
use super::set::{RuleMatches, SigmaSet};
use crate::clues::fold;

/// One row as the rules of a route see it.
struct Row<'b> {
    set: &'b SigmaSet,
    batch: &'b EventBatch,
    route: &'b Route,
    row: usize,
}

impl Row<'_> {
    fn values(&self, operand: OperandId) -> Vec<String> {
        let operand = self.set.compiled.atoms.operand_of(operand).unwrap();
        let layers = layers_of(self.batch, self.route.view(), operand);
        layers.iter().filter_map(|layer| layer.value(self.row)).map(Into::into).collect()
    }

    fn satisfies(&self, formula: &Formula) -> bool {
        let holding = |parts: &[Formula]| parts.iter().filter(|part| self.satisfies(part)).count();
        match formula {
            Formula::Atom(id) => {
                let atom = self.set.compiled.atoms.get(*id).unwrap();
                self.values(atom.operand).iter().any(|value| self.is_accepted(value, &atom.matcher))
            }
            Formula::Not(inner) => !self.satisfies(inner),
            Formula::All(parts) => holding(parts) == parts.len(),
            Formula::Any(parts) => holding(parts) > 0,
            Formula::AtLeast(least, parts) => holding(parts) >= *least,
        }
    }

    fn is_accepted(&self, value: &str, matcher: &Matcher) -> bool {
        let Matcher::SameAs { other, part, cased } = matcher else {
            return matcher.accepts(value, &fold(value));
        };
        self.values(*other).iter().any(|other| match cased {
            true => has_part(value, other, *part),
            false => has_part(&fold(value), &fold(other), *part),
        })
    }
}

fn plainly(set: &SigmaSet, batch: &EventBatch) -> Vec<RuleMatches> {
    let mut found = Vec::new();
    for rule in 0..set.rules().len() {
        let mut rows = Vec::new();
        for (signature, of_signature) in rows_by_signature(batch) {
            let routes = set.panels.iter().flat_map(|panel| panel.routes_of(rule));
            for route in routes.filter(|route| route.takes(&signature)) {
                let holds = |row: &u32| {
                    let row = Row { set, batch, route, row: *row as usize };
                    row.satisfies(set.compiled.formulas.get(rule).unwrap())
                };
                rows.extend(of_signature.iter().copied().filter(holds));
            }
        }
        rows.sort_unstable();
        rows.dedup();
        if !rows.is_empty() {
            found.push(RuleMatches { rule, rows });
        }
    }
    found
}

/// Texts that overlap, differ in case only, are beyond ASCII, or are signs to somebody.
const WORDS: [&str; 17] = [
    "al",
    "Alf",
    "lf",
    "fa",
    "a",
    "ÈS",
    "ès",
    "ſ\u{212a}",
    "K",
    "\u{212a}",
    " -x",
    " /x",
    "12",
    "0.0.2.1",
    "?a",
    "l*a",
    "YWxm",
];

const QUESTIONS: [&str; 17] = [
    "A|contains",
    "A|contains|all",
    "A|startswith",
    "A|endswith",
    "A",
    "B",
    "A|cased",
    "A|contains|cased",
    "A|contains|windash",
    "A|neq",
    "B|re",
    "A|re|i",
    "A|base64|contains",
    "B|gte",
    "B|cidr",
    "A|fieldref",
    "A|exists",
];

const EXPRESSIONS: [&str; 10] =
    ["al", "^alf?a", "(alf|fa)+", "[ks]", "sk", "s", "l.a$", "[0-9]{2}", "(?i)ÈS", "al.*(fa|12)"];

const CONDITIONS: [&str; 8] = [
    "a and b",
    "a or b",
    "a and not b",
    "not a",
    "2 of them",
    "1 of them and not c",
    "all of them",
    "not (a and b) or c",
];

/// One line of a search, as YAML.
fn item() -> impl Strategy<Value = String> {
    (select(&QUESTIONS[..]), prop::collection::vec((select(&WORDS[..]), any::<Index>()), 1..4)).prop_map(
        |(question, choices)| {
            let values = choices.iter().map(|(word, other)| match question {
                "B|re" | "A|re|i" => other.get(&EXPRESSIONS).to_string(),
                "B|gte" => other.index(20).to_string(),
                "B|cidr" => format!("10.0.2.0/{}", other.index(33)),
                "A|fieldref" => "B".to_owned(),
                "A|base64|contains" => "alf".to_owned(),
                _ => format!("{word}{}", other.get(&["", "", "a", "lf"])),
            });
            let values: Vec<String> = match question {
                "A|exists" => vec![(choices.len() == 1).to_string()],
                "A" if choices.len() == 3 => vec!["''".to_owned(), "null".to_owned()],
                _ => values.map(|value| format!("'{value}'")).collect(),
            };
            format!("{question}: [{}]", values.join(", "))
        },
    )
}

fn search() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(item(), 1..3).prop_map(|items| {
            items.iter().map(|item| format!("    - {item}\n")).collect()
        }),
        4 => item().prop_map(|item| format!("    {item}\n")),
        1 => select(&WORDS[..]).prop_map(|word| format!("    - '{word}'\n")),
    ]
}

/// Log sources that share events, views or neither.
const SOURCES: [&str; 5] = [
    "{product: windows, category: process_creation}",
    "{product: windows, service: sysmon}",
    "{product: windows, category: file_event}",
    "{category: process_creation}",
    "{product: linux}",
];

fn rule() -> impl Strategy<Value = String> {
    (search(), search(), search(), select(&CONDITIONS[..]), select(&SOURCES[..])).prop_map(|(a, b, c, condition, source)| {
        format!(
            "title: A rule\nlogsource: {source}\ndetection:\n  a:\n{a}  b:\n{b}  c:\n{c}  condition: {condition}\n"
        )
    })
}

/// Channel and id of events that some of the log sources have.
const IDS: [(&str, &str); 4] = [
    ("Microsoft-Windows-Sysmon/Operational", "1"),
    ("Microsoft-Windows-Sysmon/Operational", "11"),
    ("Security", "4688"),
    ("Security", "1"),
];

/// Which event it is, and what it has of A and B: nothing, or some of the words in either case.
type Event = ((&'static str, &'static str), Option<String>, Option<String>);

fn event() -> impl Strategy<Value = Event> {
    let text = || {
        let word = (select(&WORDS[..]), any::<bool>())
            .prop_map(|(word, upper)| if upper { word.to_uppercase() } else { word.to_owned() });
        prop::option::of(prop::collection::vec(word, 0..4).prop_map(|words| words.concat()))
    };
    let other =
        prop_oneof![2 => text(), 1 => Just(Some("10.0.2.9".to_owned())), 1 => Just(Some("14".to_owned()))];
    (select(&IDS[..]), text(), other)
}

fn batch(format: &str, events: &[Event]) -> EventBatch {
    let origin = Origin { collector: "events".into(), source: "test".into(), tenant: "default".into() };
    let frames =
        FrameBatch::new(Arc::new(origin), 0, StreamContext::default(), String::new(), Vec::new(), Vec::new());
    let mut builder = EventBuilder::new("");
    for (seq, ((channel, id), a, b)) in (1..).zip(events) {
        builder.timestamp_us(seq);
        builder.ingested_us(seq);
        builder.int(Column::Seq, seq);
        builder.int(Column::Sub, 0);
        builder.int(Column::EventCount, 1);
        builder.action(Action::ProcessStart);
        builder.field("Channel", channel);
        builder.field("EventID", id);
        for (key, value) in [("A", a), ("B", b)] {
            if let Some(value) = value {
                builder.field(key, value);
            }
        }
        builder.finish_event();
    }
    builder.finish(&frames, format, "1").unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn what_is_found_is_the_plain_meaning_of_every_rule(
        rules in prop::collection::vec(rule(), 1..8),
        events in prop::collection::vec(event(), 1..100),
    ) {
        let texts = rules.iter().map(|text| RuleText { path: "rule.yml".into(), text: text.clone() });
        let (set, problems) = SigmaSet::compile(texts);
        prop_assert!(problems.iter().all(|problem| !problem.is_error()), "{:?}", problems);
        for format in ["windows_json", "syslog"] {
            let batch = batch(format, &events);
            prop_assert_eq!(set.matches(&batch), plainly(&set, &batch), "{}", rules.join("\n"));
        }
    }
}
