//! PostgreSQL's level words, in English and Italian (`lc_messages`).
//!
//! Source: PostgreSQL, src/backend/utils/error/elog.c and src/backend/po/it.po.

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Level {
    Debug,
    Log,
    Notice,
    Warning,
    Error,
    /// The session ends.
    Fatal,
    /// All sessions end.
    Panic,
    /// A line that explains the one before it.
    Detail,
    /// The statement that the line before it is about.
    Statement,
}

impl Level {
    /// The level of a word.
    pub(in crate::formats) fn of(word: &str) -> Option<Level> {
        Some(match word {
            "LOG" => Level::Log,
            "ERROR" | "ERRORE" => Level::Error,
            "FATAL" | "FATALE" => Level::Fatal,
            "PANIC" | "PANICO" => Level::Panic,
            "WARNING" | "ATTENZIONE" => Level::Warning,
            "NOTICE" | "NOTIFICA" | "INFO" => Level::Notice,
            "STATEMENT" | "ISTRUZIONE" => Level::Statement,
            "DETAIL" | "DETTAGLI" | "HINT" | "SUGGERIMENTO" | "CONTEXT" | "CONTESTO" | "QUERY"
            | "LOCATION" | "POSIZIONE" | "BACKTRACE" => Level::Detail,
            "DEBUG" | "DEBUG1" | "DEBUG2" | "DEBUG3" | "DEBUG4" | "DEBUG5" => Level::Debug,
            _ => return None,
        })
    }
}
