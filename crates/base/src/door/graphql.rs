//! Pieces of GraphQL doors.

use async_graphql::{Context, Enum, ID, Json};
use serde_json::Value;
use uuid::Uuid;

use crate::ctx::Ctx;
use crate::error::{Common, Result};
use crate::fields::{self, BadField};
use crate::page::{Asked, ListRequest, PageBounds, PageRequest};
use crate::time::Moment;

/// The request's context, put there by the server.
pub fn ctx<'a>(door: &Context<'a>) -> Result<&'a Ctx> {
    door.data::<Ctx>().map_err(|_| Common::bug("a GraphQL request has no context").into())
}

/// An id argument: `<argument> must be a UUID` otherwise.
pub fn id(argument: &'static str, value: &ID) -> Result<Uuid> {
    Ok(fields::uuid(argument, value.as_str())?)
}

/// An id argument that may be left out.
pub fn optional_id(argument: &'static str, value: Option<&ID>) -> Result<Option<Uuid>> {
    value.map(|value| id(argument, value)).transpose()
}

/// An id as the interface shows it.
pub fn show(id: Uuid) -> ID {
    ID(id.to_string())
}

/// A JSON argument that may be left out.
pub fn json(value: Option<Json<Value>>) -> Option<Value> {
    value.map(|Json(value)| value)
}

/// An RFC 3339 argument: `<argument> must be RFC3339` otherwise.
pub fn moment(argument: &'static str, text: Option<&str>) -> Result<Option<Moment>> {
    text.map(|text| {
        Moment::parse_rfc3339(text)
            .ok_or_else(|| Common::Invalid(format!("{argument} must be RFC3339")).into())
    })
    .transpose()
}

/// The page asked for.
pub fn page(bounds: PageBounds, limit: Option<i32>, offset: Option<i32>) -> PageRequest {
    bounds.request(limit.map(i64::from), offset.map(i64::from))
}

/// The part of a list that was asked for; its total only where the query asks for that.
pub fn list<S>(
    door: &Context<'_>,
    bounds: PageBounds,
    sort: S,
    (limit, offset): (Option<i32>, Option<i32>),
    after: Option<String>,
) -> Result<ListRequest<S>> {
    let total = door.look_ahead().field("total").exists();
    let asked = Asked { limit: limit.map(i64::from), offset: offset.map(i64::from), sort, after, total };
    Ok(bounds.list(asked)?)
}

/// A total as the interface's `Int` shows it.
pub fn total(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// An argument that must be an object of JSON.
pub fn object(argument: &'static str, value: Option<Json<Value>>) -> Result<Value, BadField> {
    fields::object(argument, json(value))
}

/// Which rows a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case")]
pub enum DeletedFilter {
    /// Those that are not deleted.
    #[default]
    Live,
    /// Those that are.
    Deleted,
    /// Both.
    All,
}
