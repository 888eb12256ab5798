//! `in_list(value, 'name'[, time])`: whether a value is on one of the tenant's lists, at any time or at that one.

use std::sync::Arc;

use arrow::array::{Array, BooleanArray};

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "in_list",
    signature: "in_list(value text, list text [, time timestamp]) -> boolean",
    meaning_en: "True when the value is on that list of the tenant, at that time or, without one, ever; in any case; networks hold their addresses",
    meaning_it: "Vero se il valore è in quella lista del Comune, in quel momento o, se non indicato, in qualsiasi momento; maiuscole o minuscole; le reti contengono i loro indirizzi",
    example: "in_list(user_name, 'admins', timestamp)",
    arguments: &[Argument::Text, Argument::Text, Argument::OptionalTime],
    answer: Answer::Boolean,
    run: |arguments| {
        let (values, names) = (arguments.texts(0)?, arguments.texts(1)?);
        let times = arguments.optional_times(2)?;
        let lists = &arguments.context.lists;
        let listed = values.iter().zip(names.iter()).enumerate().map(|(row, (value, name))| {
            let (value, list) = (value?, lists.get(name?));
            match &times {
                None => Some(list.is_some_and(|list| list.contains(value))),
                Some(times) if times.is_null(row) => None,
                Some(times) => Some(list.is_some_and(|list| list.contains_at(value, times.value(row)))),
            }
        });
        Ok(Arc::new(listed.collect::<BooleanArray>()))
    },
};
