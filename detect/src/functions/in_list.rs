//! `in_list(value, 'name')`: whether a value is on one of the tenant's lists.

use std::sync::Arc;

use arrow::array::BooleanArray;

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "in_list",
    signature: "in_list(value text, list text) -> boolean",
    meaning_en: "True when the value is on that list of the tenant, in any case; networks hold their addresses",
    meaning_it: "Vero se il valore è in quella lista del Comune, maiuscole o minuscole; le reti contengono i loro indirizzi",
    example: "in_list(user_name, 'admins')",
    arguments: &[Argument::Text, Argument::Text],
    answer: Answer::Boolean,
    run: |arguments| {
        let (values, names) = (arguments.texts(0)?, arguments.texts(1)?);
        let lists = &arguments.context.lists;
        let listed = values.iter().zip(names.iter()).map(|(value, name)| {
            let (value, name) = (value?, name?);
            Some(lists.get(name).is_some_and(|list| list.contains(value)))
        });
        Ok(Arc::new(listed.collect::<BooleanArray>()))
    },
};
