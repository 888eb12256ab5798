//! The rules that words name: ids of built-in rules, files and folders.
//!
//! Promises: an unknown id is an error with the nearest one; files come once, in order.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use detect::Rule;
use detect::pack::{self, RuleFile};
use detect::sigma::{self, RuleText, SigmaSet};

use crate::detections::loading::of_sigma;
use crate::diagnostics::Fault;
use crate::exit::{Failure, Result};
use crate::suggest;

/// Rules chosen by words.
pub struct Selection {
    /// Their files.
    pub files: Vec<RuleFile>,
    /// SQL rules that could be read.
    pub rules: Vec<Rule>,
    /// Sigma rules that could be read.
    pub sigma: SigmaSet,
    /// What is wrong with files.
    pub faults: Vec<Fault>,
    /// Notes of the Sigma loader.
    pub notes: Vec<sigma::Problem>,
}

impl Selection {
    /// The rules that the words name; the built-in ones when there are none.
    pub fn of(words: &[String]) -> Result<Selection> {
        let builtin = pack::builtin_files();
        if words.is_empty() {
            return Ok(Selection::read(builtin, Vec::new()));
        }
        let (paths, ids): (Vec<&String>, Vec<&String>) =
            words.iter().partition(|word| Path::new(word).exists());
        let (mut files, mut faults) = (Vec::new(), Vec::new());
        for path in paths {
            let (found, problems) = pack::files_at(Path::new(path));
            files.extend(found);
            faults.extend(problems.iter().map(Fault::of_rule));
        }
        let wanted = wanted_files(&ids, &builtin)?;
        files.splice(0..0, wanted);
        Ok(Selection::read(files, faults))
    }

    fn read(files: Vec<RuleFile>, mut faults: Vec<Fault>) -> Selection {
        let (rules, problems) = pack::read_all(&files);
        faults.extend(problems.iter().map(Fault::of_rule));
        let texts = files.iter().filter(|file| file.is_sigma());
        let texts: Vec<RuleText> = texts
            .map(|file| RuleText { path: Arc::from(file.path.as_str()), text: file.text.clone() })
            .collect();
        let (sigma, problems) = SigmaSet::compile(texts);
        let (errors, notes): (Vec<_>, Vec<_>) = problems.into_iter().partition(|problem| problem.is_error());
        faults.extend(errors.iter().map(|problem| of_sigma(problem, &files)));
        Selection { files, rules, sigma, faults, notes }
    }
}

/// The built-in files of these ids.
fn wanted_files(ids: &[&String], builtin: &[RuleFile]) -> Result<Vec<RuleFile>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (rules, _) = pack::read_all(builtin);
    let texts = builtin.iter().filter(|file| file.is_sigma());
    let texts = texts.map(|file| RuleText { path: Arc::from(file.path.as_str()), text: file.text.clone() });
    let (sigma, _) = SigmaSet::compile(texts);
    let of_sql = rules.iter().map(|rule| (rule.id.as_str(), rule.path.as_str()));
    let of_sigma = sigma.rules().iter().map(|rule| (rule.id.as_str(), &*rule.path));
    let known: Vec<(&str, &str)> = of_sql.chain(of_sigma).collect();
    let mut paths = BTreeSet::new();
    for id in ids {
        match known.iter().find(|(known, _)| known.eq_ignore_ascii_case(id)) {
            Some((_, path)) => {
                paths.insert(*path);
            }
            None => {
                let near = suggest::nearest(id, known.iter().map(|(known, _)| *known));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`campanile rules list` lists the built-in ones; a file or folder must exist"
                        .to_owned(),
                };
                return Err(Failure::usage_text(format!("no rule and no file `{id}`"), help));
            }
        }
    }
    Ok(builtin.iter().filter(|file| paths.contains(file.path.as_str())).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_that_sigma_log_sources_are_told_by_is_registered() {
        let is_registered = |family: &str| {
            let goes_on = |name: &str| name.strip_prefix(family).is_some_and(|rest| rest.starts_with('_'));
            family == parsers::PLAIN
                || parsers::by_name(family).is_some()
                || parsers::formats::ALL.iter().any(|format| goes_on(format.name))
        };
        let unknown: Vec<&str> =
            sigma::format_families().into_iter().filter(|family| !is_registered(family)).collect();
        assert_eq!(unknown, [] as [&str; 0]);
    }
}
