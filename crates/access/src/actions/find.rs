//! Reading actions and what they may be asked about.

use std::collections::HashMap;

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Common, Page, PageRequest, Result};
use atoll_policy::{ObjectKind, ObjectType};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::model::Action;
use super::store::{self, ApplicabilityEntry};

/// Who may list actions: whoever deals with policies in a tenant, or at the platform.
pub(crate) const LIST: Rule =
    Rule::any(&[May::scope("policy.manage"), May::scope("read"), May::scope("manage")]).even_inactive();

/// Which actions to list.
#[derive(Clone, Debug, Default)]
pub struct ActionFilter {
    /// That may be asked about objects of this coarse kind.
    pub kind: Option<String>,
    /// That may be asked about objects of this type, `kind:sub`.
    pub object_type: Option<String>,
}

/// Which rows of applicability to list.
#[derive(Clone, Debug, Default)]
pub struct ApplicabilityFilter {
    /// Text in the name of the action.
    pub action_name: Option<String>,
    /// About objects of this coarse kind.
    pub kind: Option<String>,
    /// About objects of this type, `kind:sub`.
    pub object_type: Option<String>,
}

/// Reads a kind and a type of a filter; a type may be written with or without its kind in front.
pub(super) fn spelled(kind: Option<String>, object_type: Option<String>) -> (Option<String>, Option<String>) {
    let known: Option<ObjectKind> = kind.as_deref().and_then(|kind| kind.parse().ok());
    let object_type = match (known, object_type) {
        (Some(kind), Some(text)) => {
            Some(ObjectType::within(kind, &text).map_or(text, |whole| whole.to_string()))
        }
        (_, text) => text,
    };
    (kind, object_type)
}

/// One action, for somebody who deals with policies in this tenant.
pub async fn find(ctx: &Ctx, tenant: Option<Uuid>, id: Uuid) -> Result<Action> {
    ctx.signed_in()?;
    ctx.require(&LIST, &Within::<Action>::tenant(tenant))?;
    let found = store::find(&ctx.reader(), id).await?;
    Ok(found.ok_or_else(|| Common::not_found("capability", id))?)
}

/// A page of the actions, for somebody who deals with policies in this tenant.
pub async fn list(
    ctx: &Ctx,
    tenant: Option<Uuid>,
    filter: &ActionFilter,
    page: PageRequest,
) -> Result<Page<Action>> {
    ctx.signed_in()?;
    ctx.require(&LIST, &Within::<Action>::tenant(tenant))?;
    store::list(&ctx.reader(), filter, page).await
}

/// A page of what actions may be asked about, for somebody who deals with policies in this tenant.
pub async fn list_applicability(
    ctx: &Ctx,
    tenant: Option<Uuid>,
    filter: &ApplicabilityFilter,
    page: PageRequest,
) -> Result<Page<ApplicabilityEntry>> {
    ctx.signed_in()?;
    ctx.require(&LIST, &Within::<Action>::tenant(tenant))?;
    store::list_rows(&ctx.reader(), filter, page).await
}

/// The ids of actions by name, of those that exist; where two share a name, the lowest.
pub async fn ids_of(conn: &impl ConnectionTrait, names: &[&str]) -> Result<HashMap<String, Uuid>> {
    let mut found = HashMap::new();
    for batch in names.chunks(NAMES_AT_ONCE) {
        for action in store::by_names(conn, batch).await? {
            let id = found.entry(action.name).or_insert(action.id);
            *id = action.id.min(*id);
        }
    }
    Ok(found)
}

/// The names of actions by id, of those that exist.
pub async fn names_of(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let found = store::by_ids(conn, ids).await?;
    Ok(found.into_iter().map(|(id, action)| (id, action.name)).collect())
}

/// Names asked for in one statement.
const NAMES_AT_ONCE: usize = 500;
