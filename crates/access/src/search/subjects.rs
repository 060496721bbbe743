//! Who may do something to an object.

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use atoll_policy::{EntityKind, ObjectKind, ObjectRef};
use serde_json::Value;
use uuid::Uuid;

use super::asking::{Asked, asked_of, require_asking};
use super::cursor::Paging;
use super::found::Matches;

/// Which entities may do `action` to `object`?
#[derive(Clone, Debug)]
pub struct SubjectSearch {
    /// What would be acted on.
    pub object: ObjectRef,
    /// Name of the action.
    pub action: String,
    /// Only entities of this kind.
    pub kind: Option<EntityKind>,
    /// What the caller claims.
    pub context: Value,
    /// Which page.
    pub page: Paging<Uuid>,
}

/// The entities that may, for whoever may check in the object's tenant. Nothing is taken as known about how they sign in,
/// the caller included.
pub async fn subjects(ctx: &Ctx, search: &SubjectSearch) -> Result<Matches> {
    ctx.signed_in()?;
    let (object, kind) = (search.object, search.kind);
    require_asking(ctx, asked_of(&*ctx.world()?, object))?;
    let asked = Asked::new(ctx, None, &search.action, &search.context)?.page(&search.page);
    asked
        .put(move |world, question| {
            Matches::of(world, ObjectKind::Entity, world.search_subjects(object, kind, question))
        })
        .await
}
