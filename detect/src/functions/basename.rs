//! `basename(path)`: the last part of a path.

use arrow::array::StringViewArray;

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "basename",
    signature: "basename(path text) -> text",
    meaning_en: "Last part of a path, with / or \\ as separator",
    meaning_it: "Ultima parte di un percorso, con / o \\ come separatore",
    example: "basename(file_path)",
    arguments: &[Argument::Text],
    answer: Answer::Text,
    run: |arguments| arguments.map::<_, StringViewArray>(|path| basename(path).to_owned()),
};

/// What follows the last separator.
pub(super) fn basename(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_separators_count() {
        assert_eq!(basename("/srv/atti/delibera.pdf"), "delibera.pdf");
        assert_eq!(basename(r"C:\Atti\delibera.pdf"), "delibera.pdf");
        assert_eq!(basename("solo"), "solo");
        assert_eq!(basename("cartella/"), "");
    }
}
