//! `campanile alerts show`.

use std::io::Write;

use access::delivery::ToldAlert;
use jiff::tz::TimeZone;
use schema::{Judgement, Place};

use super::{FileArgs, named, zone};
use crate::detections::alert_rows::entities_shown;
use crate::detections::told_rows;
use crate::exit::{Exit, Result};
use crate::language::Language;
use crate::output::{self, OutputFormat};
use crate::service::COLLECTOR;
use crate::terminal::{Terminal, printable};
use crate::told::Told;
use crate::{config, moment, state};

/// Places of evidence that are named.
const PLACES_MAX: usize = 10;

#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// The alert: its id, or how it begins.
    #[arg(value_name = "ID")]
    alert: String,
    #[command(flatten)]
    file: FileArgs,
}

/// Shows.
pub fn run(args: &ShowArgs, terminal: &Terminal) -> Result<Exit> {
    let settings = config::settings(&args.file.config)?;
    let told = Told::judged(&settings.data_dir)?;
    let alert = named(&told, &args.alert)?;
    match args.file.output.format(terminal) {
        OutputFormat::Table => {
            let mut judgements = state::judgements(&settings.data_dir)?;
            judgements.retain(|judgement| {
                told.now(&judgement.alert).is_some_and(|now| now.alert.id == alert.alert.id)
            });
            let text = text(alert, &judgements, &zone(&settings)?, Language::of_environment());
            let mut out = terminal.out();
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
        format => output::write_all(format, &told_rows::alerts(&[alert], &told)?, terminal)?,
    }
    Ok(Exit::Done)
}

/// All that there is to know, a line each.
fn text(told: &ToldAlert, judgements: &[Judgement], zone: &TimeZone, language: Language) -> String {
    let ToldAlert { alert, standing, .. } = told;
    let time = |us| moment::local(us, zone);
    let title = language.pick(&alert.rule_title, &alert.rule_title_it);
    let severity = language.pick(alert.severity.name(), alert.severity.name_it());
    let places: Vec<String> = alert.evidence.iter().take(PLACES_MAX).map(place).collect();
    let more = if alert.evidence.len() > PLACES_MAX || alert.evidence_truncated { " …" } else { "" };
    let (first, last) = (time(alert.first_us), time(alert.last_us));
    let mut lines = vec![
        (language.pick("alert", "segnalazione"), alert.id.clone()),
        (language.pick("rule", "regola"), format!("{} {title} ({severity})", alert.rule_id)),
        (language.pick("who", "chi"), entities_shown(alert)),
        (
            language.pick("when", "quando"),
            format!("{first} - {last}, {}", language.pick("rang ", "scattata "),) + &time(alert.rang_us),
        ),
        (language.pick("events", "eventi"), alert.count.to_string()),
        (language.pick("standing", "stato"), standing.clone()),
        (language.pick("tenant", "ente"), alert.tenant.clone()),
        (language.pick("evidence", "prove"), places.join(" ") + more),
    ];
    lines.extend(alert.incident.clone().map(|incident| (language.pick("incident", "incidente"), incident)));
    let verdict = language.pick("verdict", "verdetto");
    lines.extend(judgements.iter().rev().map(|judgement| (verdict, said(judgement, zone))));
    // What a log or a person brought may hold line ends.
    lines.into_iter().map(|(what, is)| format!("{what:<13}{}\n", printable(&is, false))).collect()
}

/// A place as `evidence show` takes it.
fn place(place: &Place) -> String {
    match &*place.file {
        COLLECTOR => place.line.to_string(),
        collector => format!("{collector}:{}", place.line),
    }
}

/// A judgement in words: `false, anna, 16/03/2026 10:00:00: the supplier's scan`.
pub fn said(judgement: &Judgement, zone: &TimeZone) -> String {
    let Judgement { verdict, judged_by, judged_us, note, .. } = judgement;
    let note = note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
    let said = format!("{}, {judged_by}, {}{note}", verdict.name(), moment::local(*judged_us, zone));
    printable(&said, false).into_owned()
}
