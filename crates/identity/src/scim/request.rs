//! One request about resources, by whatever way it came: an address of its own, or a place among many.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Result};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::change::Change;
use super::fault::ScimFault;
use super::resource::Site;
use super::schema::Noun;
use super::{groups, users};
use crate::passwords::Hasher;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Show it.
    Get,
    /// Make one.
    Post,
    /// Make it this.
    Put,
    /// Change parts of it.
    Patch,
    /// Delete it.
    Delete,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// What is to be done.
    pub verb: Verb,
    /// With what kind of resource.
    pub noun: Noun,
    /// With which one; none for a new one.
    pub id: Option<Uuid>,
    /// What was sent.
    pub data: &'a Map<String, Value>,
    /// Only if it still has this version.
    pub if_match: Option<&'a str>,
}

impl Request<'_> {
    /// Carries it out. What the resource is then; none when it is deleted.
    pub async fn carry_out(
        &self,
        ctx: &Ctx,
        site: &Site,
        hasher: &Hasher,
    ) -> Result<Option<Map<String, Value>>> {
        ctx.signed_in()?;
        let unchanged = |resource: &Map<String, Value>| self.unchanged(resource);
        let data = self.data;
        let id = match (self.verb, self.id) {
            (Verb::Post, None) => {
                let made = match self.noun {
                    Noun::User => users::create(ctx, site, hasher, data).await?,
                    Noun::Group => groups::create(ctx, site, data).await?,
                };
                return Ok(Some(made));
            }
            (Verb::Post, Some(_)) | (_, None) => {
                return Err(Common::Invalid("this cannot be done here".into()).into());
            }
            (_, Some(id)) => id,
        };
        let change = match self.verb {
            Verb::Put => Change::Replace(data),
            _ => Change::Patch(data),
        };
        let shown = match (self.verb, self.noun) {
            (Verb::Get, Noun::User) => users::find(ctx, site, id).await?,
            (Verb::Get, Noun::Group) => groups::find(ctx, site, id).await?,
            (Verb::Delete, Noun::User) => {
                users::delete(ctx, site, id, unchanged).await?;
                return Ok(None);
            }
            (Verb::Delete, Noun::Group) => {
                groups::delete(ctx, site, id, unchanged).await?;
                return Ok(None);
            }
            (_, Noun::User) => users::change(ctx, site, hasher, id, change, unchanged).await?,
            (_, Noun::Group) => groups::change(ctx, site, id, change, unchanged).await?,
        };
        Ok(Some(shown))
    }

    fn unchanged(&self, resource: &Map<String, Value>) -> Result<(), ScimFault> {
        let version = resource["meta"]["version"].as_str().unwrap_or_default();
        match self.if_match {
            Some(wanted) if !is_among(version, wanted) => Err(ScimFault::Changed),
            _ => Ok(()),
        }
    }
}

/// Whether a version is among those of an `If-Match` or `If-None-Match`; weak ones compare by their text.
pub fn is_among(version: &str, listed: &str) -> bool {
    let strong = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    listed.trim() == "*" || listed.split(',').any(|one| strong(one) == strong(version))
}
