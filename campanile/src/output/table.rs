//! A table for people: bounded, cut to the terminal's width, control characters shown and not obeyed.

use std::io::Write;

use arrow::record_batch::RecordBatch;
use comfy_table::{Attribute, Cell, Color, ContentArrangement, LineStyle, Table, TableStyle};

use super::RowWriter;
use super::json_cell::Cells;
use super::timestamp::rfc3339;
use crate::exit::Result;
use crate::terminal::{Terminal, printable};

/// Rows shown; the rest is counted.
const ROWS_MAX: usize = 2_000;
/// A line under the header, nothing else.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─'));
/// Characters shown of a cell.
const CELL_CHARS_MAX: usize = 160;

/// Collects rows and writes them as a table at the end.
pub struct TableWriter {
    out: Box<dyn Write + Send>,
    terminal: Terminal,
    table: Table,
    has_header: bool,
    shown: usize,
    left_out: u64,
}

impl TableWriter {
    /// A writer over `out`.
    pub fn new(out: Box<dyn Write + Send>, terminal: &Terminal) -> TableWriter {
        TableWriter {
            out,
            terminal: terminal.clone(),
            table: empty_table(terminal),
            has_header: false,
            shown: 0,
            left_out: 0,
        }
    }
}

/// A table in the house's style.
pub fn empty_table(terminal: &Terminal) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE);
    if terminal.stdout_is_terminal {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    if !terminal.colours_out() {
        table.force_no_tty();
    } else {
        table.enforce_styling();
    }
    table
}

/// A bold header cell.
pub fn header(name: &str) -> Cell {
    Cell::new(name).add_attribute(Attribute::Bold)
}

/// The colour of a severity's word.
fn severity_colour(word: &str) -> Option<Color> {
    match word {
        "critical" | "critica" => Some(Color::Magenta),
        "high" | "alta" => Some(Color::Red),
        "medium" | "media" => Some(Color::Yellow),
        "low" | "bassa" => Some(Color::Cyan),
        _ => None,
    }
}

impl RowWriter for TableWriter {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let schema = rows.schema();
        if !self.has_header {
            self.has_header = true;
            self.table.set_header(schema.fields().iter().map(|field| header(field.name())));
        }
        let columns: Vec<Cells> =
            rows.columns().iter().map(Cells::new).collect::<std::result::Result<_, _>>()?;
        let room = ROWS_MAX.saturating_sub(self.shown).min(rows.num_rows());
        for row in 0..room {
            let cells = columns.iter().zip(schema.fields()).map(|(column, field)| {
                let text = text(column, row);
                let cell = Cell::new(&text);
                match severity_colour(&text).filter(|_| field.name() == "severity") {
                    Some(colour) => cell.fg(colour),
                    None => cell,
                }
            });
            self.table.add_row(cells.collect::<Vec<Cell>>());
        }
        self.shown += room;
        self.left_out += (rows.num_rows() - room) as u64;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        if self.has_header {
            writeln!(self.out, "{}", self.table.trim_fmt())?;
        }
        self.out.flush()?;
        if self.left_out > 0 {
            let left_out = self.left_out;
            self.terminal.note(format!("{left_out} more rows; --output ndjson or csv shows them all"));
        }
        Ok(())
    }
}

/// A cell's text, safe to show and not too long.
fn text(column: &Cells, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    let whole = match column {
        Cells::Text(array) => array.value(row).to_owned(),
        Cells::Utf8(array) => array.value(row).to_owned(),
        Cells::LargeUtf8(array) => array.value(row).to_owned(),
        Cells::Time(array) => rfc3339(array.value(row)),
        other => {
            let mut json = Vec::new();
            other.push(row, &mut json);
            String::from_utf8_lossy(&json).into_owned()
        }
    };
    let safe = printable(&whole, false);
    match safe.char_indices().nth(CELL_CHARS_MAX) {
        Some((at, _)) => format!("{}…", safe.get(..at).unwrap_or_default()),
        None => safe.into_owned(),
    }
}
