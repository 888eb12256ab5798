//! `number(value)`: the number that a text is.

use std::sync::Arc;

use arrow::array::Float64Array;

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "number",
    signature: "number(value text) -> float",
    meaning_en: "The number that a text is, blanks around it left out; null for any other text",
    meaning_it: "Il numero che un testo rappresenta, senza gli spazi attorno; nullo per ogni altro testo",
    example: "number(fields['LogonType'])",
    arguments: &[Argument::Text],
    answer: Answer::Float,
    run: |arguments| {
        let texts = arguments.texts(0)?;
        Ok(Arc::new(texts.iter().map(|text| number(text?)).collect::<Float64Array>()))
    },
};

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| !number.is_nan())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_has_no_value() {
        assert_eq!(number(" 10.5\t"), Some(10.5));
        assert_eq!(number("-1e3"), Some(-1000.0));
        for text in ["", "0x10", "many", "NaN", "1 000"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
