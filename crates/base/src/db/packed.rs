//! Reading long tables quickly.
//!
//! SQLite's driver copies every value of every row for itself and hands it to another thread, which takes several times as long
//! as reading them. So rows are packed into one value by SQLite itself: ids as their 16 bytes, texts and numbers after their
//! length in bytes and a colon, what may be missing with a byte before it that says whether it is there. PostgreSQL's
//! driver has no such trouble: there the same is read column by column.

use std::str::FromStr;

use futures::TryStreamExt as _;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{DatabaseTransaction, QueryResult, StreamTrait as _};
use uuid::Uuid;

use super::Engine;
use crate::error::{Common, Result};

/// A column that is read.
#[derive(Clone, Copy, Debug)]
pub enum Packed {
    /// An id.
    Id(&'static str),
    /// An id, or none.
    MaybeId(&'static str),
    /// A text.
    Text(&'static str),
    /// A text, or none.
    MaybeText(&'static str),
    /// JSON.
    Json(&'static str),
    /// A whole number, or none.
    MaybeNumber(&'static str),
}

impl Packed {
    /// The column as SQLite packs it.
    fn packed(self) -> String {
        let maybe = |name: &str, there: &str| {
            format!("(CASE WHEN \"{name}\" IS NULL THEN x'00' ELSE x'01' || {there} END)")
        };
        // The length of a text is that of its letters, up to the first zero; of a blob, that of its bytes.
        let measured = |name: &str| format!("length(CAST(\"{name}\" AS BLOB)) || ':' || \"{name}\"");
        match self {
            Packed::Id(name) => format!("\"{name}\""),
            Packed::MaybeId(name) => maybe(name, &format!("\"{name}\"")),
            Packed::Text(name) | Packed::Json(name) => measured(name),
            Packed::MaybeText(name) | Packed::MaybeNumber(name) => maybe(name, &measured(name)),
        }
    }

    /// The column as PostgreSQL's driver reads it.
    fn plain(self) -> Expr {
        match self {
            Packed::Id(name)
            | Packed::MaybeId(name)
            | Packed::Text(name)
            | Packed::MaybeText(name)
            | Packed::MaybeNumber(name) => Expr::col(name),
            Packed::Json(name) => Expr::cust(format!("\"{name}\"::text")),
        }
    }
}

/// The values of a row, one after the other, in the order in which they were asked for.
#[derive(Debug)]
pub struct Values<'r> {
    row: Row<'r>,
}

#[derive(Debug)]
enum Row<'r> {
    Packed(&'r [u8]),
    Plain(&'r QueryResult, usize),
}

impl Values<'_> {
    /// An id.
    pub fn id(&mut self) -> Result<Uuid> {
        match &mut self.row {
            Row::Packed(rest) => {
                let (id, after) = rest.split_first_chunk::<16>().ok_or_else(short)?;
                *rest = after;
                Ok(Uuid::from_bytes(*id))
            }
            Row::Plain(row, next) => Ok(row.try_get_by_index(step(next))?),
        }
    }

    /// An id, or none.
    pub fn maybe_id(&mut self) -> Result<Option<Uuid>> {
        match &mut self.row {
            Row::Packed(rest) => match is_there(rest)? {
                true => self.id().map(Some),
                false => Ok(None),
            },
            Row::Plain(row, next) => Ok(row.try_get_by_index(step(next))?),
        }
    }

    /// A text, or JSON as text.
    pub fn text(&mut self) -> Result<String> {
        match &mut self.row {
            Row::Packed(rest) => Ok(measured(rest)?.to_owned()),
            Row::Plain(row, next) => Ok(row.try_get_by_index(step(next))?),
        }
    }

    /// A text, or none.
    pub fn maybe_text(&mut self) -> Result<Option<String>> {
        match &mut self.row {
            Row::Packed(rest) => match is_there(rest)? {
                true => Ok(Some(measured(rest)?.to_owned())),
                false => Ok(None),
            },
            Row::Plain(row, next) => Ok(row.try_get_by_index(step(next))?),
        }
    }

    /// A whole number, or none.
    pub fn maybe_number(&mut self) -> Result<Option<i64>> {
        match &mut self.row {
            Row::Packed(rest) => match is_there(rest)? {
                true => Ok(Some(i64::from_str(measured(rest)?).map_err(Common::bug)?)),
                false => Ok(None),
            },
            Row::Plain(row, next) => Ok(row.try_get_by_index(step(next))?),
        }
    }
}

/// The index that is next.
fn step(next: &mut usize) -> usize {
    *next += 1;
    *next - 1
}

fn short() -> Common {
    Common::bug("a packed row ends too early")
}

/// Whether what may be missing is there.
fn is_there(rest: &mut &[u8]) -> Result<bool> {
    let (there, after) = rest.split_first().ok_or_else(short)?;
    *rest = after;
    Ok(*there == 1)
}

/// The text after its length.
fn measured<'r>(rest: &mut &'r [u8]) -> Result<&'r str> {
    let colon = rest.iter().position(|byte| *byte == b':').ok_or_else(short)?;
    let (length, text) = rest.split_at(colon);
    let length: usize = std::str::from_utf8(length).map_err(Common::bug)?.parse().map_err(Common::bug)?;
    let (text, after) = text.get(1..).and_then(|text| text.split_at_checked(length)).ok_or_else(short)?;
    *rest = after;
    Ok(std::str::from_utf8(text).map_err(Common::bug)?)
}

/// Takes these columns of every row that the query finds, in the order in which they come. The query selects nothing yet.
pub async fn each_packed(
    tx: &DatabaseTransaction,
    mut query: SelectStatement,
    columns: &[Packed],
    mut take: impl FnMut(&mut Values<'_>) -> Result<()> + Send,
) -> Result<()> {
    if Engine::of(tx) == Engine::Sqlite {
        let all: Vec<String> = columns.iter().map(|column| column.packed()).collect();
        query.expr(Expr::cust(format!("CAST({} AS BLOB)", all.join(" || "))));
        let mut rows = tx.stream(&query).await?;
        while let Some(row) = rows.try_next().await? {
            let bytes: Vec<u8> = row.try_get_by_index(0)?;
            take(&mut Values { row: Row::Packed(&bytes) })?;
        }
        return Ok(());
    }
    query.exprs(columns.iter().map(|column| column.plain()));
    let mut rows = tx.stream(&query).await?;
    while let Some(row) = rows.try_next().await? {
        take(&mut Values { row: Row::Plain(&row, 0) })?;
    }
    Ok(())
}
