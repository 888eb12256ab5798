//! Where a field of Sigma stands, in SQL: the same places as `fields`, for an engine that knows no batches.
//!
//! Promises: null where the engine finds no value. Must not know: conditions.

use schema::{Column, Kind};

use super::Unsayable;
use super::layout::quoted;
use crate::sigma::atoms::Operand;
use crate::sigma::fields::{INTEGRITY_LEVELS, NAMES, OF_4688, Place, View};

/// An operand as an expression that is a text.
pub(super) fn expression(operand: &Operand, view: View) -> Result<String, Unsayable> {
    match (operand, view) {
        (Operand::AnyText, _) => Err(Unsayable::new(
            "keywords look at every text of an event, and SQL has no word for that",
            "name the column that holds them, as message|contains: 'text'",
        )),
        (Operand::Field(name), View::Columns) => of_columns(name),
        (Operand::Field(name), View::Windows) => of_windows(name),
        (Operand::Field(name), View::Security4688) => of_4688(name),
    }
}

/// A key of `fields`.
pub(super) fn key(name: &str) -> String {
    format!("fields[{}]", quoted(name))
}

fn of_windows(name: &str) -> Result<String, Unsayable> {
    match name {
        "Data" => Err(Unsayable::new(
            "`Data` is any of an event's unnamed values, and SQL has no word for that",
            "name one: param1, param2...",
        )),
        name => Ok(key(name)),
    }
}

fn of_4688(name: &str) -> Result<String, Unsayable> {
    if name == "IntegrityLevel" {
        let levels = INTEGRITY_LEVELS.iter();
        let cases = levels.map(|(sid, level)| format!("WHEN {} THEN {}", quoted(sid), quoted(level)));
        return Ok(format!(
            "CASE {} {} END",
            key("MandatoryLabel"),
            cases.collect::<Vec<String>>().join(" ")
        ));
    }
    match OF_4688.iter().find(|(sysmon, _)| *sysmon == name) {
        Some((_, security)) => Ok(key(security)),
        None => of_windows(name),
    }
}

fn of_columns(name: &str) -> Result<String, Unsayable> {
    let own = key(name);
    let column = match NAMES.iter().find(|(sigma, _)| *sigma == name).map(|(_, place)| place) {
        Some(Place::Of(column)) => Some(*column),
        Some(Place::PathAndQuery) => {
            return Ok(format!("coalesce({own}, url_path || '?' || url_query, url_path)"));
        }
        Some(Place::Extension) => {
            let extension = r"regexp_replace(url_path, '(?s)^.*\.', '')";
            let has_one = r"regexp_like(url_path, '\.[^./]*$')";
            return Ok(format!("coalesce({own}, CASE WHEN {has_one} THEN {extension} END)"));
        }
        None => Column::by_name(name).or_else(|| Column::by_name(&name.replace('.', "_"))),
    };
    let Some(column) = column else { return Ok(own) };
    match column.kind() {
        Kind::Text => Ok(format!("coalesce({own}, {})", column.name())),
        Kind::Int => Ok(format!("coalesce({own}, CAST({} AS VARCHAR))", column.name())),
        Kind::Time => Err(Unsayable::new(
            format!("`{name}` is a time, and its text is not the same in SQL"),
            format!("compare the column {} by hand", column.name()),
        )),
    }
}
