//! `file_extension(path)`: what follows the last dot of a file name.

use arrow::array::StringViewArray;

use super::basename::basename;
use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "file_extension",
    signature: "file_extension(path text) -> text",
    meaning_en: "Extension of a file name, in lower case without the dot; empty when it has none",
    meaning_it: "Estensione di un nome di file, minuscola e senza punto; vuota se manca",
    example: "file_extension(file_path)",
    arguments: &[Argument::Text],
    answer: Answer::Text,
    run: |arguments| arguments.map::<_, StringViewArray>(file_extension),
};

fn file_extension(path: &str) -> String {
    // A name that only starts with a dot (`.htaccess`) has no extension.
    match basename(path).rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_lowercase(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_dot_of_the_name_counts() {
        assert_eq!(file_extension("/srv/v1.2/delibera.PDF.Lockd"), "lockd");
        assert_eq!(file_extension("/srv/v1.2/LEGGIMI"), "");
        assert_eq!(file_extension("/var/www/.htaccess"), "");
    }
}
