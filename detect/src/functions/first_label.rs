//! `first_label(name)`: the first label of a DNS name.

use arrow::array::StringViewArray;

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "first_label",
    signature: "first_label(name text) -> text",
    meaning_en: "First label of a DNS name",
    meaning_it: "Prima etichetta di un nome DNS",
    example: "first_label(dns_question_name)",
    arguments: &[Argument::Text],
    answer: Answer::Text,
    run: |arguments| {
        arguments.map::<_, StringViewArray>(|name| name.split('.').next().unwrap_or_default().to_owned())
    },
};
