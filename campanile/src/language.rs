//! The language of what people read on the terminal: Italian where the system speaks it, else English.
//!
//! Machine outputs carry both and do not depend on it.

/// A language we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Italiano.
    Italian,
    /// English.
    English,
}

impl Language {
    /// By the usual variables, the strongest first.
    pub fn of_environment() -> Language {
        let name = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(std::env::var_os)
            .find(|value| !value.is_empty())
            .unwrap_or_default();
        Language::of_locale(&name.to_string_lossy())
    }

    fn of_locale(name: &str) -> Language {
        if name.starts_with("it") { Language::Italian } else { Language::English }
    }

    /// The one of the two texts that is in this language.
    pub fn pick<T>(self, english: T, italian: T) -> T {
        match self {
            Language::English => english,
            Language::Italian => italian,
        }
    }
}

/// A number and what it counts: `1 incident`, `0 incidents`.
pub fn counted(number: u64, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_italian_locale_speaks_italian_and_any_other_english() {
        assert_eq!(Language::of_locale("it_IT.UTF-8"), Language::Italian);
        assert_eq!(Language::of_locale("C"), Language::English);
        assert_eq!(Language::of_locale("de_AT.UTF-8").pick("a", "b"), "a");
    }

    #[test]
    fn one_is_counted_in_the_singular() {
        let said = [0, 1, 2].map(|number| counted(number, "incidente", "incidenti"));
        assert_eq!(said, ["0 incidenti", "1 incidente", "2 incidenti"]);
    }
}
