//! The settings file: TOML with one key per setting.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Value;

use super::load::Problem;
use super::source::Source;

/// The file's keys with their values as text, as if they had been set in the environment.
pub(super) fn rows(
    path: &Path,
    read: std::io::Result<String>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, String> {
    let source = Source::File(path.to_owned());
    let text = match read {
        Ok(text) => text,
        Err(error) => {
            problems.push(Problem::unreadable(path, &error));
            return BTreeMap::new();
        }
    };
    let table = match text.parse::<toml::Table>() {
        Ok(table) => table,
        Err(error) => {
            problems.push(malformed(path.to_owned(), &text, &error));
            return BTreeMap::new();
        }
    };
    let mut rows = BTreeMap::new();
    for (key, value) in table {
        match as_text(&value) {
            Ok(text) => drop(rows.insert(key, text)),
            Err(wrong) => problems.push(Problem {
                name: key,
                source: source.clone(),
                wrong: wrong.into(),
                allowed: Some("key = value, one for each setting, without [headings]".into()),
            }),
        }
    }
    rows
}

/// Says where and what, without repeating the line: it may hold a secret.
fn malformed(path: PathBuf, text: &str, error: &toml::de::Error) -> Problem {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    Problem {
        name: format!("line {line}"),
        source: Source::File(path),
        wrong: format!("is not TOML: {}", error.message().replace('\n', ", ")),
        allowed: None,
    }
}

fn as_text(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Float(number) => Ok(number.to_string()),
        Value::Boolean(yes) => Ok(yes.to_string()),
        Value::Datetime(_) => Err("is a date"),
        Value::Table(_) => Err("is a table"),
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_table) => {
            serde_json::to_string(items).map_err(|_| "has an item that cannot be read")
        }
        Value::Array(items) => {
            let texts: Result<Vec<_>, _> = items
                .iter()
                .map(|item| match item {
                    Value::Array(_) | Value::Table(_) => Err("has an item that is not a plain value"),
                    item => as_text(item),
                })
                .collect();
            texts.map(|texts| texts.join(","))
        }
    }
}
