//! A list as a file of comma-separated values (RFC 4180), page by page as it is on screen.

use std::fmt::Write as _;

use super::cell::Cell;

/// Spreadsheets run what begins with one of these.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The rows below their headings.
pub(super) fn csv<'r>(headings: &[String], rows: impl Iterator<Item = &'r [Cell]>) -> String {
    let mut out = String::new();
    line(&mut out, headings.iter().cloned());
    for row in rows {
        line(&mut out, row.iter().map(text));
    }
    out
}

fn line(out: &mut String, values: impl Iterator<Item = String>) {
    for (nth, value) in values.enumerate() {
        let guard = if value.starts_with(FORMULA) { "'" } else { "" };
        let comma = if nth > 0 { "," } else { "" };
        let _ = write!(out, "{comma}\"{guard}{}\"", value.replace('"', "\"\""));
    }
    out.push_str("\r\n");
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) | Cell::Code(text) | Cell::Time(text) => text.clone(),
        Cell::Link { text, .. } | Cell::Badge { text, .. } => text.clone(),
        Cell::Tags(all) => all.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_cell_nor_run() {
        let rows = [vec![Cell::Text("a \"b\", c".into()), Cell::Text("=1+1".into())]];
        let out = csv(&["Name".into(), "Other".into()], rows.iter().map(Vec::as_slice));
        assert_eq!(out, "\"Name\",\"Other\"\r\n\"a \"\"b\"\", c\",\"'=1+1\"\r\n");
    }
}
