//! Mapping files: the examples of the guide are read as they say, and wrong files are refused with line and key.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parsers::Mapping;

fn guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide")
}

fn problems(text: &str) -> String {
    Mapping::read(text).unwrap_err().to_string()
}

#[test]
fn every_example_of_the_guide_passes_its_samples() {
    let mut count = 0;
    for entry in fs::read_dir(guide().join("mappings")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let mapping = Arc::new(
            Mapping::read(&text).unwrap_or_else(|problems| panic!("{}:\n{problems}", path.display())),
        );
        assert_eq!(Some(mapping.name()), path.file_stem().and_then(|stem| stem.to_str()));
        let failures: Vec<String> = mapping.check().iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{}:\n{}", path.display(), failures.join("\n"));
        assert!(text.contains("[[sample]]"), "{}", path.display());
        count += 1;
    }
    assert!(count >= 8);
}

#[test]
fn the_guides_show_the_worked_example_as_it_is() {
    let example = fs::read_to_string(guide().join("mappings/suite_audit.toml")).unwrap();
    for name in ["mapping.md", "mapping.it.md"] {
        assert!(fs::read_to_string(guide().join(name)).unwrap().contains(&example), "{name}");
    }
}

#[test]
fn faults_are_told_by_line_and_key_with_what_was_meant() {
    let text = "name = \"x\"\n[read]\nkind = \"csv\"\nseparatr = \";\"\ncolumns = [\"data\", \"utente\"]\n\
                [time]\nfield = \"dato\"\nformat = \"YYYY\"\nzone = \"Europe/Roma\"\n\
                [columns]\nsouce_ip = \"utente\"\nevent_action = \"utente\"\nuser_name = 7\n\
                [action]\nfield = \"utente\"\n[action.values]\nA = \"exports\"\n";
    assert_eq!(
        problems(text),
        "line 4: `read.separatr`: no such key; did you mean `separator`?\n\
         line 7: `time.field`: [read] has no field `dato`; did you mean `data`?\n\
         line 8: `time.format`: `Y` means nothing; write iso, epoch, or letters such as dd/MM/yyyy HH:mm:ss\n\
         line 9: `time.zone`: unknown time zone `Europe/Roma`: give an IANA name such as Europe/Rome, or UTC\n\
         line 11: `columns.souce_ip`: no such column; did you mean `source_ip`? Fields without a column are kept as they are\n\
         line 12: `columns.event_action`: write it under [action]\n\
         line 13: `columns.user_name`: a text in quotes, not integer\n\
         line 17: `action.values.A`: no such word as `exports`; did you mean `export`?"
    );
}

#[test]
fn what_cannot_be_a_mapping_is_refused() {
    for (text, said) in [
        ("", "`name`: is missing"),
        ("name = ", "line 1: "),
        ("name = \"openssh\"\n[read]\nkind = \"json\"", "choose another name"),
        ("name = \"Mia Suite\"\n[read]\nkind = \"json\"", "only lower-case letters"),
        ("name = \"x\"\n[read]\nkind = \"cvs\"", "did you mean `csv`?"),
        ("name = \"x\"\n[read]\nkind = \"csv\"\nseparator = \"::\"", "one character"),
        ("name = \"x\"\n[read]\nkind = \"regex\"\npattern = '(a'", "`read.pattern`: "),
        ("name = \"x\"\n[read]\nkind = \"regex\"\npattern = '(a)'", "no named group"),
        ("name = \"x\"\n[read]\nkind = \"json\"\n[outcome]\ndefault = \"ok\"", "no such word as `ok`"),
        (
            "name = \"x\"\n[read]\nkind = \"json\"\n[[sample]]\ntext = \"{}\"\nexpect = { user = \"a\" }",
            "sample.1.expect.user",
        ),
    ] {
        assert!(problems(text).contains(said), "{text}\n{}", problems(text));
    }
}

#[test]
fn a_sample_that_became_something_else_says_what() {
    let text = "name = \"x\"\n[read]\nkind = \"json\"\n[columns]\nuser_name = \"u\"\n\
                [[sample]]\nabout = \"one\"\ntext = '{\"u\":\"a\"}'\nexpect = { user_name = \"b\", source_ip = \"192.0.2.1\" }\nabsent = [\"user_name\"]\n";
    let failures: Vec<String> =
        Arc::new(Mapping::read(text).unwrap()).check().iter().map(ToString::to_string).collect();
    assert_eq!(
        failures,
        [
            "sample `one`: source_ip is missing, not `192.0.2.1`",
            "sample `one`: user_name is `a`, not `b`",
            "sample `one`: user_name is `a` and must stay empty",
        ]
    );
}

#[test]
fn a_header_of_the_stream_names_the_columns_and_is_an_event_of_its_own() {
    let text = "name = \"x\"\n[read]\nkind = \"csv\"\n[columns]\nuser_name = \"utente\"\n\
                [[sample]]\nheader = \"utente,nota\"\ntext = 'a,\"b \"\"c\"\"\"'\nexpect = { user_name = \"a\", \"fields.nota\" = 'b \"c\"' }\n\
                [[sample]]\nheader = \"utente,nota\"\ntext = \"utente,nota\"\nexpect = { event_action = \"application_event\" }\nabsent = [\"user_name\", \"parse_error\"]\n\
                [[sample]]\ntext = \"a,b\"\nexpect = { parse_error = \"no first line names the columns\" }\n";
    assert_eq!(Arc::new(Mapping::read(text).unwrap()).check(), []);
}

#[test]
fn a_fiscal_code_in_clear_becomes_no_subject() {
    let text = "name = \"x\"\n[read]\nkind = \"key_value\"\n[columns]\nsubject_ref = \"cf\"\nuser_name = \"u\"\n\
                [[sample]]\ntext = \"u=a cf=RSSMRA80A01H501U\"\nexpect = { user_name = \"a\" }\nabsent = [\"subject_ref\", \"fields.cf\"]\n";
    assert_eq!(Arc::new(Mapping::read(text).unwrap()).check(), []);
}
