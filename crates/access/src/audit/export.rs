//! The audit log as a file: one record a line, from the oldest on, page by page.

use std::str::FromStr;

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Event, ListRequest, Result, TimeSort};
use serde_json::Value;

use super::list::AuditFilter;
use super::model::Record;
use super::{list, store};

/// What lines look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, with a line of names first.
    Csv,
    /// An object of JSON each.
    JsonLines,
}

impl FromStr for Format {
    type Err = Common;

    fn from_str(text: &str) -> Result<Format, Common> {
        match text {
            "csv" => Ok(Format::Csv),
            "jsonl" => Ok(Format::JsonLines),
            _ => Err(Common::Invalid("format must be csv or jsonl".into())),
        }
    }
}

impl Format {
    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::JsonLines => "application/jsonl; charset=utf-8",
        }
    }

    /// How files of it end.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::JsonLines => "jsonl",
        }
    }
}

/// The names of the columns, in order. `cursor` is what `after` takes to go on behind a line.
const COLUMNS: [&str; 19] = [
    "id",
    "revision",
    "createdAt",
    "event",
    "outcome",
    "reason",
    "tenantId",
    "actorEntityId",
    "act",
    "credentialId",
    "permission",
    "targetKind",
    "targetId",
    "details",
    "before",
    "after",
    "address",
    "requestId",
    "cursor",
];

/// Records read at once.
const PAGE: u64 = 500;

/// An export on its way. Each page asks anew whether the caller still may.
pub struct Export {
    ctx: Ctx,
    filter: AuditFilter,
    format: Format,
    after: Option<String>,
    begun: bool,
    over: bool,
}

impl Export {
    /// Begins an export of the records that pass the filter, after a cursor or from the oldest on. That somebody exports is
    /// kept in the ledger.
    ///
    /// # Errors
    /// As [`list`].
    pub async fn begin(
        ctx: &Ctx,
        filter: AuditFilter,
        format: Format,
        after: Option<String>,
    ) -> Result<Export> {
        let export = Export { ctx: ctx.clone(), filter, format, after, begun: false, over: false };
        export.page(1).await?;
        ctx.note(Event::new("audit.export").of(export.filter.tenant).detail("format", format.ending()));
        Ok(export)
    }

    /// The next lines; none at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        if self.over {
            return Ok(None);
        }
        let records = self.page(PAGE).await?;
        let mut lines = Vec::new();
        if !self.begun && self.format == Format::Csv {
            lines = row(COLUMNS)?;
        }
        self.begun = true;
        self.over = (records.len() as u64) < PAGE;
        for record in &records {
            lines.extend(self.line(record)?);
        }
        if let Some(last) = records.last() {
            self.after = Some(store::cursor(last));
        }
        Ok(Some(lines))
    }

    async fn page(&self, limit: u64) -> Result<Vec<Record>> {
        let request = ListRequest {
            limit,
            offset: 0,
            sort: TimeSort::CreatedAsc,
            after: self.after.clone(),
            total: false,
        };
        Ok(list(&self.ctx, &self.filter, &request).await?.items)
    }

    fn line(&self, record: &Record) -> Result<Vec<u8>> {
        let mut shown = record.shown();
        shown["cursor"] = Value::String(store::cursor(record));
        match self.format {
            Format::JsonLines => Ok(format!("{shown}\n").into_bytes()),
            Format::Csv => row(COLUMNS.map(|column| cell(&shown[column]))),
        }
    }
}

fn row(cells: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells).map_err(Common::bug)?;
    Ok(writer.into_inner().map_err(Common::bug)?)
}

/// A value as a cell. What a spreadsheet would take for a formula gets an apostrophe before it, as does an apostrophe, so that
/// it can be taken away again.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let first = text.chars().next();
    let risky = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\'' | '|' | '%' | '＝' | '＋' | '－' | '＠')
    );
    if risky && value.is_string() { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'x", "=cmd|' /C calc'!A0", "＝1"] {
            assert_eq!(cell(&json!(formula)), format!("'{formula}"));
        }
        assert_eq!(cell(&json!("a=1")), "a=1");
        assert_eq!(cell(&json!(-3)), "-3");
        assert_eq!(cell(&json!(null)), "");
        assert_eq!(cell(&json!({ "=x": 1 })), r#"{"=x":1}"#);
    }

    #[test]
    fn rows_are_quoted_where_that_is_needed() {
        assert_eq!(row(["a", "b,c", "d\"e", "f\ng"]).unwrap(), b"a,\"b,c\",\"d\"\"e\",\"f\ng\"\r\n");
    }
}
