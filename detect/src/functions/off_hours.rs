//! `off_hours(time)`: whether the offices are closed.

use std::sync::Arc;

use arrow::array::BooleanArray;

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "off_hours",
    signature: "off_hours(time timestamp) -> boolean",
    meaning_en: "True outside the town's office hours, at weekends and on Italian and local holidays",
    meaning_it: "Vero fuori dall'orario d'ufficio del Comune, nei fine settimana e nei giorni festivi, patrono compreso",
    example: "off_hours(timestamp)",
    arguments: &[Argument::Time],
    answer: Answer::Boolean,
    run: |arguments| {
        let calendar = &arguments.context.calendar;
        let times = arguments.times(0)?;
        let closed = times.iter().map(|time| time.map(|time_us| calendar.is_off_hours(time_us)));
        Ok(Arc::new(closed.collect::<BooleanArray>()))
    },
};
