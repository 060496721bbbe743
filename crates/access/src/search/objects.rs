//! What somebody may do something to.

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use atoll_policy::ObjectKind;
use serde_json::Value;
use uuid::Uuid;

use super::asking::{Asked, asked_at, require_asking};
use super::cursor::Paging;
use super::found::Matches;

/// To which objects may `subject` do `action`?
#[derive(Clone, Debug)]
pub struct ObjectSearch {
    /// The entity that would act.
    pub subject: Uuid,
    /// Name of the action.
    pub action: String,
    /// Coarse kind of the objects.
    pub kind: ObjectKind,
    /// Only objects of this sub-kind.
    pub sub: Option<String>,
    /// Only objects of this tenant; needed for asking about others, unless one may at the platform.
    pub tenant: Option<Uuid>,
    /// What the caller claims.
    pub context: Value,
    /// Which page.
    pub page: Paging<Uuid>,
}

/// The objects that the subject may do it to. Everybody may ask about themselves, wherever the objects are; about others,
/// whoever may check in the tenant that the search stays in.
pub async fn objects(ctx: &Ctx, search: &ObjectSearch) -> Result<Matches> {
    if ctx.signed_in()?.entity != search.subject {
        require_asking(ctx, asked_at(search.kind, search.tenant))?;
    }
    let asked = Asked::new(ctx, Some(search.subject), &search.action, &search.context)?.page(&search.page);
    let (subject, kind, sub, tenant) = (search.subject, search.kind, search.sub.clone(), search.tenant);
    asked
        .put(move |world, question| {
            let found = world.search_objects(subject, kind, sub.as_deref(), tenant, question);
            Matches::of(world, kind, found)
        })
        .await
}
