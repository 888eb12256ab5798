//! Reads a rule file's header: the TOML in its leading comment, from `/*---` to a line `---*/`.
//!
//! Promises: an unknown key, a missing one or a bad value is a [`Problem`] with its place in the file.
//! Must not know: SQL.

use std::collections::BTreeMap;
use std::ops::Range;

use schema::Severity;
use serde::Deserialize;
use toml::Spanned;

use crate::attack::Tactic;
use crate::incident::SPAN_MAX_US;
use crate::problem::Problem;
use crate::rule::{
    Baseline, Bilingual, ChainOf, ChainSpec, Family, FirstSeen, Origin, ParamValue, Requires, Rule, RuleTest,
    TestLine, WhenEmpty, sha256_hex,
};
use crate::span::{DAY_US, parse_span_us};

/// First line of a rule file.
const OPENING: &str = "/*---";
/// Line that ends the header.
const CLOSING: &str = "---*/";
/// When a test starts unless it says otherwise: a Monday in office hours.
const TEST_START: &str = "2026-03-16T10:00:00+01:00";
/// Most lines one `[[test.line]]` may stand for.
const TEST_LINES_MAX: u32 = 100_000;
/// Most steps of a chain.
const CHAIN_STEPS_MAX: usize = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    id: Spanned<String>,
    #[serde(default = "first_version")]
    version: u32,
    title: Bilingual,
    description: Bilingual,
    severity: Severity,
    family: Family,
    window: Option<Spanned<String>>,
    first_seen: Option<Spanned<FirstSeenHeader>>,
    baseline: Option<Spanned<BaselineHeader>>,
    chain: Option<Spanned<ChainHeader>>,
    entity: Option<Vec<String>>,
    #[serde(default)]
    attack: Vec<String>,
    #[serde(default)]
    acn_class: String,
    #[serde(default)]
    requires: Requires,
    #[serde(default)]
    false_positives: Vec<String>,
    #[serde(default)]
    false_positives_it: Vec<String>,
    #[serde(default)]
    response_it: Vec<String>,
    #[serde(default = "no_privacy")]
    privacy: String,
    enabled: Option<Spanned<bool>>,
    reason_disabled: Option<Bilingual>,
    #[serde(default)]
    param: BTreeMap<String, ParamValue>,
    #[serde(default)]
    list: BTreeMap<String, ListHeader>,
    #[serde(default)]
    test: Vec<TestHeader>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstSeenHeader {
    within: Spanned<String>,
    min_history: Spanned<String>,
    list: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineHeader {
    of: String,
    times: f64,
    min_history: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChainHeader {
    within: Spanned<String>,
    steps: Option<Spanned<Vec<Vec<Spanned<String>>>>>,
    tenants: Option<Spanned<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListHeader {
    when_empty: WhenEmpty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestHeader {
    name: String,
    start: Option<Spanned<String>>,
    timezone: Option<Spanned<String>>,
    #[serde(default)]
    lists: BTreeMap<String, Vec<String>>,
    alerts: Vec<BTreeMap<String, EntityValue>>,
    #[serde(default)]
    line: Vec<LineHeader>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineHeader {
    text: String,
    at: Option<Spanned<String>>,
    count: Option<Spanned<u32>>,
    every: Option<Spanned<String>>,
    #[serde(default = "test_file")]
    file: String,
    #[serde(default = "test_tenant")]
    tenant: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum EntityValue {
    Text(String),
    Integer(i64),
}

fn first_version() -> u32 {
    1
}

fn no_privacy() -> String {
    "no".to_owned()
}

fn test_file() -> String {
    "test.log".to_owned()
}

fn test_tenant() -> String {
    "default".to_owned()
}

/// Reads the rule file `text`.
pub(crate) fn read(path: &str, text: &str, origin: Origin) -> Result<Rule, Vec<Problem>> {
    let (header_span, body_start) = cut(path, text).map_err(|problem| vec![problem])?;
    let offset = header_span.start;
    let toml_text = text.get(header_span).unwrap_or_default();
    let header: Header =
        toml::from_str(toml_text).map_err(|error| vec![toml_problem(path, text, offset, &error)])?;
    let mut reader = Reader { path, text, offset, problems: Vec::new() };
    let rule = reader.rule(header, origin, body_start);
    if reader.problems.is_empty() { Ok(rule) } else { Err(reader.problems) }
}

/// Bytes of the TOML, and where the SQL starts.
fn cut(path: &str, text: &str) -> Result<(Range<usize>, usize), Problem> {
    let missing = |message: &str| {
        let help = "a rule file starts with a line /*--- , the header as TOML, and a line ---*/";
        Problem::at(path, text, 1, 1, 5, message).with_help(help)
    };
    let opening = text.len() - text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']).len();
    if !text.get(opening..).is_some_and(|rest| rest.starts_with(OPENING)) {
        return Err(missing("the file has no header"));
    }
    let start = opening + OPENING.len();
    let mut line_start = start;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        if line.trim() == CLOSING {
            return Ok((start..line_start, line_start + line.len()));
        }
        line_start += line.len();
    }
    Err(missing("the header has no end"))
}

/// A TOML or serde error as a problem; an unknown word gets the nearest known one.
fn toml_problem(path: &str, text: &str, offset: usize, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or(0..0);
    let message = error.message().trim();
    let problem = Problem::at_bytes(path, text, span.start + offset..span.end + offset, message);
    // Serde names the unknown word first and then the known ones, each in back quotes.
    let mut words = message.split('`').skip(1).step_by(2);
    match (message.starts_with("unknown "), words.next()) {
        (true, Some(unknown)) => problem.did_you_mean(unknown, words),
        _ => problem,
    }
}

struct Reader<'t> {
    path: &'t str,
    text: &'t str,
    /// Byte of the file at which the TOML starts.
    offset: usize,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn rule(&mut self, header: Header, origin: Origin, body_start: usize) -> Rule {
        self.check_id(&header.id);
        let window_us = header.window.as_ref().map(|window| self.window_us(window));
        let first_seen = header.first_seen.as_ref();
        let first_seen = first_seen.map(|first_seen| self.first_seen(first_seen.get_ref(), &header.list));
        let chain = header.chain.as_ref().and_then(|chain| self.chain(chain, body_start));
        if let (Some(window), true) = (&header.window, header.chain.is_some()) {
            self.problem(
                window.span(),
                "a chain has no window".to_owned(),
                "`within` in [chain] says how long",
            );
        }
        if let (Some(first_seen), true) = (&header.first_seen, window_us.is_some() || chain.is_some()) {
            let help = "leave out `window`, or `[first_seen]`";
            self.problem(first_seen.span(), "what is seen first is a single event".to_owned(), help);
        }
        let baseline = header.baseline.as_ref().map(|baseline| {
            if window_us.is_none() {
                let help = "give it a `window`: a baseline is of what a window counts";
                self.problem(baseline.span(), "there is nothing to compare".to_owned(), help);
            }
            let BaselineHeader { of, times, min_history } = baseline.get_ref();
            if !(times.is_finite() && *times > 0.0) {
                let help = "so many median deviations above the median are usual: 8, say";
                self.problem(baseline.span(), "`times` is no positive number".to_owned(), help);
            }
            Baseline { of: of.clone(), times: *times, min_history_us: self.min_history_us(min_history) }
        });
        let disabled = self.disabled(header.enabled.as_ref(), header.reason_disabled);
        let tests = header.test.into_iter().map(|test| self.test(test)).collect();
        Rule {
            id: header.id.into_inner(),
            version: header.version,
            title: header.title,
            description: header.description,
            severity: header.severity,
            family: header.family,
            window_us,
            first_seen,
            baseline,
            chain,
            entity: header.entity,
            attack: header.attack,
            acn_class: header.acn_class,
            requires: header.requires,
            false_positives: header.false_positives,
            false_positives_it: header.false_positives_it,
            response_it: header.response_it,
            privacy: header.privacy,
            disabled,
            params: header.param,
            lists: header.list.into_iter().map(|(name, list)| (name, list.when_empty)).collect(),
            tests,
            text: self.text.into(),
            sha256: sha256_hex(self.text),
            origin,
            path: self.path.to_owned(),
            body_start,
        }
    }

    fn problem(&mut self, span: Range<usize>, message: String, help: &str) {
        let span = span.start + self.offset..span.end + self.offset;
        self.problems.push(Problem::at_bytes(self.path, self.text, span, message).with_help(help));
    }

    fn check_id(&mut self, id: &Spanned<String>) {
        let text = id.get_ref();
        if text.is_empty() || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            self.problem(
                id.span(),
                format!("`{text}` cannot be an id"),
                "letters, digits, - and _, as AC-01",
            );
        }
    }

    fn window_us(&mut self, window: &Spanned<String>) -> i64 {
        let window_us = self.span_us(window);
        if window_us == 0 && self.problems.is_empty() {
            self.problem(window.span(), "a window cannot be empty".to_owned(), "as 90s, 10m, 1h30m");
        }
        window_us
    }

    fn first_seen(&mut self, header: &FirstSeenHeader, lists: &BTreeMap<String, ListHeader>) -> FirstSeen {
        let within_us = self.window_us(&header.within);
        for list in header.list.iter().filter(|list| !lists.contains_key(list.get_ref())) {
            let message = format!("the rule asks no list `{}`", list.get_ref());
            self.problem(list.span(), message, "name one of its [list] tables, whose entries are known");
        }
        let list = header.list.as_ref().map(|list| list.get_ref().clone());
        FirstSeen { within_us, min_history_us: self.min_history_us(&header.min_history), list }
    }

    fn min_history_us(&mut self, min_history: &Spanned<String>) -> i64 {
        let min_history_us = self.span_us(min_history);
        // Longer than what comes late: what is on time must not make a source's past longer behind an event.
        if min_history_us < DAY_US && self.problems.is_empty() {
            let message = "nobody knows a town so soon".to_owned();
            self.problem(min_history.span(), message, "1d at least, 14d to have seen two weekends");
        }
        min_history_us
    }

    fn chain(&mut self, chain: &Spanned<ChainHeader>, body_start: usize) -> Option<ChainSpec> {
        let ChainHeader { within, steps, tenants } = chain.get_ref();
        let within_us = self.window_us(within);
        if within_us > SPAN_MAX_US {
            self.problem(within.span(), "no incident goes on for so long".to_owned(), "7d at most");
        }
        if !self.text.get(body_start..).unwrap_or_default().trim().is_empty() {
            self.problem(chain.span(), "a chain has no SQL".to_owned(), "leave out what follows the header");
        }
        let of = match (steps, tenants) {
            (Some(steps), None) => ChainOf::Steps(self.steps(steps)),
            (None, Some(tenants)) if *tenants.get_ref() >= 2 => ChainOf::Tenants(*tenants.get_ref()),
            (None, Some(tenants)) => {
                self.problem(tenants.span(), "these are not several tenants".to_owned(), "2 or more");
                return None;
            }
            _ => {
                let help = "steps = [[\"AC-03\"], [\"TA0008\"]], or tenants = 3";
                self.problem(chain.span(), "a chain has either steps or tenants".to_owned(), help);
                return None;
            }
        };
        Some(ChainSpec { within_us, of })
    }

    fn steps(&mut self, steps: &Spanned<Vec<Vec<Spanned<String>>>>) -> Vec<Vec<String>> {
        let number = steps.get_ref().len();
        if !(2..=CHAIN_STEPS_MAX).contains(&number) || steps.get_ref().iter().any(Vec::is_empty) {
            let help = "each with a rule, a technique or a tactic at least";
            self.problem(steps.span(), format!("a chain has 2 to {CHAIN_STEPS_MAX} steps"), help);
        }
        for word in steps.get_ref().iter().flatten() {
            let text = word.get_ref();
            if text.starts_with("TA") && Tactic::by_id(text).is_none() {
                let near = Tactic::nearest(text).unwrap_or("TA0008");
                let help = format!("did you mean `{near}`?");
                self.problem(word.span(), format!("there is no tactic {text}"), &help);
            }
        }
        let words = |step: &Vec<Spanned<String>>| step.iter().map(|word| word.get_ref().clone()).collect();
        steps.get_ref().iter().map(words).collect()
    }

    fn span_us(&mut self, span: &Spanned<String>) -> i64 {
        parse_span_us(span.get_ref()).unwrap_or_else(|| {
            let message = format!("`{}` is no length of time", span.get_ref());
            self.problem(span.span(), message, "a number and s, m, h or d, as 90s, 10m, 1h30m");
            0
        })
    }

    fn disabled(&mut self, enabled: Option<&Spanned<bool>>, reason: Option<Bilingual>) -> Option<Bilingual> {
        match (enabled, reason) {
            (Some(enabled), None) if !enabled.get_ref() => {
                let help = "add reason_disabled.en and reason_disabled.it";
                self.problem(enabled.span(), "a rule off by default must say why".to_owned(), help);
                None
            }
            (Some(enabled), reason) if !enabled.get_ref() => reason,
            _ => None,
        }
    }

    fn test(&mut self, test: TestHeader) -> RuleTest {
        if let Some(start) = &test.start
            && start.get_ref().parse::<jiff::Timestamp>().is_err()
        {
            let message = format!("`{}` is no time", start.get_ref());
            self.problem(start.span(), message, "RFC 3339, as 2026-03-16T10:00:00+01:00");
        }
        if let Some(zone) = &test.timezone
            && jiff::tz::TimeZone::get(zone.get_ref()).is_err()
        {
            let message = format!("`{}` is no time zone", zone.get_ref());
            self.problem(zone.span(), message, "an IANA name, as Europe/Rome");
        }
        let alerts = test.alerts.into_iter().map(|entities| {
            entities.into_iter().map(|(column, value)| match value {
                EntityValue::Text(text) => (column, text),
                EntityValue::Integer(number) => (column, number.to_string()),
            })
        });
        RuleTest {
            name: test.name,
            start: test.start.map_or_else(|| TEST_START.to_owned(), Spanned::into_inner),
            timezone: test.timezone.map_or_else(|| "Europe/Rome".to_owned(), Spanned::into_inner),
            lists: test.lists,
            alerts: alerts.map(Iterator::collect).collect(),
            lines: test.line.into_iter().map(|line| self.line(line)).collect(),
        }
    }

    fn line(&mut self, line: LineHeader) -> TestLine {
        if let Some(count) = &line.count
            && *count.get_ref() > TEST_LINES_MAX
        {
            let message = format!("{} lines are too many for a test", count.get_ref());
            self.problem(count.span(), message, "100000 at most");
        }
        TestLine {
            text: line.text,
            at_us: line.at.as_ref().map_or(0, |at| self.span_us(at)),
            count: line.count.map_or(1, |count| count.into_inner().min(TEST_LINES_MAX)),
            every_us: line.every.as_ref().map_or(1_000_000, |every| self.span_us(every)),
            file: line.file,
            tenant: line.tenant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"/*---
id = "AC-01"
title.en = "Repeated failures"
title.it = "Tentativi ripetuti"
description.en = "d"
description.it = "d"
severity = "medium"
family = "both"
window = "10m"
[param]
failures = 20
---*/
SELECT 1
"#;

    fn problem(text: &str) -> Problem {
        Rule::parse("a.sql", text, Origin::File).unwrap_err().remove(0)
    }

    #[test]
    fn a_header_is_read_and_the_sql_keeps_its_line() {
        let rule = Rule::parse("access/a.sql", GOOD, Origin::File).unwrap();
        assert_eq!(rule.window_us, Some(600_000_000));
        assert_eq!(rule.params["failures"], ParamValue::Integer(20));
        assert_eq!(rule.body(), "SELECT 1");
        assert_eq!(rule.body_in_place().lines().nth(12), Some("SELECT 1"));
        assert_eq!(rule.folder(), "access");
    }

    #[test]
    fn an_unknown_key_is_shown_in_its_line_with_the_nearest_known_one() {
        let problem = problem(&GOOD.replace("severity", "severty"));
        assert_eq!((problem.line, problem.column, problem.width), (7, 1, 7));
        assert_eq!(problem.source_line, "severty = \"medium\"");
        assert_eq!(problem.help.as_deref(), Some("did you mean `severity`?"));
    }

    #[test]
    fn an_unknown_severity_is_shown_with_the_nearest_known_one() {
        let problem = problem(&GOOD.replace("\"medium\"", "\"mediun\""));
        assert_eq!((problem.line, problem.column), (7, 12));
        assert_eq!(problem.help.as_deref(), Some("did you mean `medium`?"));
    }

    #[test]
    fn a_window_that_is_no_time_is_shown_in_its_place() {
        let problem = problem(&GOOD.replace("10m", "ten minutes"));
        assert_eq!((problem.line, problem.column), (9, 10));
        assert!(problem.message.contains("ten minutes"));
    }

    #[test]
    fn a_file_without_header_or_without_its_end_says_what_a_header_is() {
        assert!(problem("SELECT 1").message.contains("no header"));
        assert!(problem("/*---\nid = 'x'\n").message.contains("no end"));
        assert!(problem("").help.unwrap().contains("/*---"));
    }

    #[test]
    fn a_missing_key_is_named() {
        assert!(problem(&GOOD.replace("title.it = \"Tentativi ripetuti\"\n", "")).message.contains("`it`"));
    }

    #[test]
    fn what_is_seen_first_has_a_past_and_no_window() {
        let window = "window = \"10m\"\n";
        let with = |lines: &str| GOOD.replace(window, "").replace("[param]", &format!("{lines}\n[param]"));
        let text = with("[first_seen]\nwithin = \"60d\"\nmin_history = \"14d\"");
        let first_seen = Rule::parse("a.sql", &text, Origin::File).unwrap().first_seen.unwrap();
        assert_eq!((first_seen.within_us, first_seen.min_history_us), (60 * DAY_US, 14 * DAY_US));
        let message = problem(&text.replace("[first_seen]", &format!("{window}[first_seen]"))).message;
        assert!(message.contains("single event"), "{message}");
        assert!(problem(&text.replace("14d", "2h")).message.contains("so soon"));
        assert!(problem(&text.replace("60d", "0s")).message.contains("cannot be empty"));
        let listed = text.replace("\"14d\"", "\"14d\"\nlist = \"known_devices\"");
        assert!(problem(&listed).message.contains("asks no list `known_devices`"));
    }

    #[test]
    fn a_baseline_is_of_a_window() {
        let of = |min_history: &str| {
            let baseline = format!("[baseline]\nof = \"n\"\ntimes = 8\nmin_history = \"{min_history}\"");
            GOOD.replace("[param]", &format!("{baseline}\n[param]"))
        };
        let baseline = Rule::parse("a.sql", &of("14d"), Origin::File).unwrap().baseline.unwrap();
        assert_eq!((&*baseline.of, baseline.times, baseline.min_history_us), ("n", 8.0, 14 * DAY_US));
        assert!(problem(&of("14d").replace("window = \"10m\"\n", "")).message.contains("nothing to compare"));
        assert!(problem(&of("1h")).message.contains("so soon"));
        for times in ["times = -1.0", "times = nan", "times = inf"] {
            assert!(problem(&of("14d").replace("times = 8", times)).message.contains("positive"), "{times}");
        }
    }

    fn chain(lines: &str) -> String {
        let header = GOOD.replace("window = \"10m\"\n", "").replace("[param]\nfailures = 20", lines);
        header.replace("SELECT 1\n", "")
    }

    #[test]
    fn a_chain_has_steps_or_tenants_and_no_sql() {
        let text = chain("[chain]\nwithin = \"48h\"\nsteps = [[\"AC-03\", \"TA0001\"], [\"T1021\"]]");
        let spec = Rule::parse("a.sql", &text, Origin::File).unwrap().chain.unwrap();
        assert_eq!(spec.within_us, 48 * 3_600_000_000);
        let ChainOf::Steps(steps) = spec.of else { panic!("{spec:?}") };
        assert_eq!(steps, [vec!["AC-03", "TA0001"], vec!["T1021"]]);
        for (lines, said) in [
            ("[chain]\nwithin = \"8d\"\ntenants = 3", "so long"),
            ("[chain]\nwithin = \"1d\"\ntenants = 1", "several tenants"),
            ("[chain]\nwithin = \"1d\"", "either steps or tenants"),
            ("[chain]\nwithin = \"1d\"\nsteps = [[\"AC-03\"]]", "2 to 8 steps"),
            ("[chain]\nwithin = \"1d\"\nsteps = [[\"AC-03\"], []]", "2 to 8 steps"),
            ("[chain]\nwithin = \"1d\"\nsteps = [[\"AC-03\"], [\"TA0012\"]]", "no tactic TA0012"),
        ] {
            assert!(problem(&chain(lines)).message.contains(said), "{lines}");
        }
        assert!(problem(&(text + "SELECT 1\n")).message.contains("no SQL"));
    }

    #[test]
    fn a_comment_mark_inside_a_test_line_does_not_end_the_header() {
        let test =
            "[[test]]\nname = 'x'\nalerts = []\n[[test.line]]\ntext = 'UNION/**/SELECT ---*/ x'\n---*/";
        let rule = Rule::parse("a.sql", &GOOD.replace("---*/", test), Origin::File).unwrap();
        assert_eq!(rule.tests[0].lines[0].text, "UNION/**/SELECT ---*/ x");
    }
}
