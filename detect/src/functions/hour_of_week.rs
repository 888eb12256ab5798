//! `hour_of_week(time)`: the hour of the local week.

use std::sync::Arc;

use arrow::array::Int64Array;

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "hour_of_week",
    signature: "hour_of_week(time timestamp) -> integer",
    meaning_en: "Hour of the town's week: 0 is Monday from 0:00, 167 Sunday from 23:00",
    meaning_it: "Ora della settimana del Comune: 0 è lunedì dalle 0:00, 167 domenica dalle 23:00",
    example: "hour_of_week(timestamp)",
    arguments: &[Argument::Time],
    answer: Answer::Integer,
    run: |arguments| {
        let calendar = &arguments.context.calendar;
        let times = arguments.times(0)?;
        let hours = times.iter().map(|time| time.map(|time_us| calendar.hour_of_week(time_us)));
        Ok(Arc::new(hours.collect::<Int64Array>()))
    },
};
