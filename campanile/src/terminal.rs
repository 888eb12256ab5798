//! What standard output and standard error are: colours, width, quiet; and text made safe to show.
//!
//! Promises: data goes to standard output and everything else to standard error; colours only on a
//! terminal and never with `NO_COLOR`; a received control character never reaches a terminal as one.

use std::borrow::Cow;
use std::io::{BufWriter, IsTerminal, Write};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

/// Flags every command has.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TerminalArgs {
    /// Say nothing but results and errors.
    #[arg(long, short, global = true, help_heading = "Terminal")]
    pub quiet: bool,
    /// No progress bar.
    #[arg(long, global = true, help_heading = "Terminal")]
    pub no_progress: bool,
}

/// The two ends we write to.
#[derive(Debug, Clone)]
pub struct Terminal {
    /// Standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Only results and errors.
    pub quiet: bool,
    /// Progress bars are welcome.
    pub progress: bool,
    /// Colours are welcome where there is a terminal.
    pub colours: bool,
}

impl Terminal {
    /// As the process finds them.
    pub fn new(args: &TerminalArgs) -> Terminal {
        let stderr_is_terminal = std::io::stderr().is_terminal();
        Terminal {
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal,
            quiet: args.quiet,
            progress: stderr_is_terminal && !args.quiet && !args.no_progress,
            colours: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// True when results may be coloured.
    pub fn colours_out(&self) -> bool {
        self.stdout_is_terminal && self.colours
    }

    /// True when standard output can be drawn upon: a terminal that knows more than to print.
    pub fn stdout_is_screen(&self) -> bool {
        self.stdout_is_terminal
            && std::env::var_os("TERM").is_some_and(|name| !name.is_empty() && name != "dumb")
    }

    /// Standard output, buffered.
    pub fn out(&self) -> Box<dyn Write + Send> {
        Box::new(BufWriter::with_capacity(1 << 16, std::io::stdout()))
    }

    /// One line to standard error, unless quiet.
    pub fn note(&self, text: impl AsRef<str>) {
        if !self.quiet {
            self.error_text(text.as_ref());
        }
    }

    /// One line to standard error, also when quiet.
    pub fn error_text(&self, text: &str) {
        // Nobody is left to tell when standard error itself is closed.
        drop(writeln!(std::io::stderr().lock(), "{}", printable(text, true)));
    }

    /// An error or a warning, with its place and mend.
    pub fn report(&self, diagnostic: &dyn Diagnostic) {
        let theme = match (self.stderr_is_terminal, self.colours) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, _) => GraphicalTheme::none(),
        };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(110).with_links(false);
        let mut text = String::new();
        if handler.render_report(&mut text, diagnostic).is_err() {
            text = diagnostic.to_string();
        }
        drop(writeln!(std::io::stderr().lock(), "{}", text.trim_end()));
    }
}

/// The text with control characters written as escapes (`\x1b`); line ends stay when `lines`.
pub fn printable(text: &str, lines: bool) -> Cow<'_, str> {
    let is_bad = |c: char| (c.is_control() && !(lines && c == '\n')) || is_bidi(c);
    if !text.contains(is_bad) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\t' => shown.push_str("  "),
            c if is_bad(c) && c.is_ascii() => shown.push_str(&format!("\\x{:02x}", c as u32)),
            c if is_bad(c) => shown.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Marks that turn the direction of text: they make one thing look like another.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_received_escape_sequence_is_shown_and_not_obeyed() {
        assert_eq!(printable("a\x1b[31mred\u{9b}2J", false), "a\\x1b[31mred\\u{9b}2J");
        assert_eq!(printable("two\nlines", true), "two\nlines");
        assert_eq!(printable("two\nlines", false), "two\\x0alines");
        assert_eq!(printable("exe.\u{202e}fdp", false), "exe.\\u{202e}fdp");
    }
}
