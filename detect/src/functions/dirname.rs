//! `dirname(path)`: a path without its last part.

use arrow::array::StringViewArray;

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "dirname",
    signature: "dirname(path text) -> text",
    meaning_en: "A path without its last part and separator",
    meaning_it: "Un percorso senza l'ultima parte e il separatore",
    example: "dirname(file_path)",
    arguments: &[Argument::Text],
    answer: Answer::Text,
    run: |arguments| arguments.map::<_, StringViewArray>(|path| dirname(path).to_owned()),
};

fn dirname(path: &str) -> &str {
    path.rfind(['/', '\\']).and_then(|at| path.get(..at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_the_last_separator_is_the_folder() {
        assert_eq!(dirname("/srv/atti/delibera.pdf"), "/srv/atti");
        assert_eq!(dirname(r"C:\Atti\delibera.pdf"), r"C:\Atti");
        assert_eq!(dirname("solo"), "");
    }
}
