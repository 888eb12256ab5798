//! `fold_case(value)`: a text without the case of its letters.

use arrow::array::StringViewArray;

use super::{Answer, Argument, Function};
use crate::clues::fold;

pub(super) const FUNCTION: Function = Function {
    name: "fold_case",
    signature: "fold_case(value text) -> text",
    meaning_en: "The text in small letters, one for one, as Sigma rules compare texts",
    meaning_it: "Il testo in minuscolo, lettera per lettera, come confrontano i testi le regole Sigma",
    example: "fold_case(process_executable)",
    arguments: &[Argument::Text],
    answer: Answer::Text,
    run: |arguments| arguments.map::<_, StringViewArray>(|text| fold(text).into_owned()),
};
