//! `entropy(text)`: how little a text repeats itself.

use arrow::array::Float64Array;

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "entropy",
    signature: "entropy(text text) -> float",
    meaning_en: "Shannon entropy of a text's bytes, bits per byte: words have 2 to 3, random names over 3.5",
    meaning_it: "Entropia di Shannon dei byte di un testo, bit per byte: le parole hanno 2-3, i nomi casuali oltre 3,5",
    example: "entropy(first_label(dns_question_name))",
    arguments: &[Argument::Text],
    answer: Answer::Float,
    run: |arguments| arguments.map::<_, Float64Array>(entropy),
};

fn entropy(text: &str) -> f64 {
    let mut counts = [0u32; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let total = text.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / total)
        .map(|share| -share * share.log2())
        .sum::<f64>()
        .max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetition_has_none_and_variety_has_much() {
        assert_eq!(entropy(""), 0.0);
        assert_eq!(entropy("aaaa"), 0.0);
        assert_eq!(entropy("abcd"), 2.0);
        assert!(entropy("x7k2p9qz4m1vt8ra") > 3.5 && entropy("protocollo") < 3.0);
    }
}
