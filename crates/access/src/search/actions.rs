//! What somebody may do to an object.

use atoll_base::Result;
use atoll_base::ctx::Ctx;
use atoll_policy::ObjectRef;
use serde_json::Value;
use uuid::Uuid;

use super::asking::{Asked, asked_of, require_asking};
use super::cursor::Paging;

/// Which actions may `subject` do to `object`?
#[derive(Clone, Debug)]
pub struct ActionSearch {
    /// The entity that would act.
    pub subject: Uuid,
    /// What would be acted on.
    pub object: ObjectRef,
    /// What the caller claims.
    pub context: Value,
    /// Which page.
    pub page: Paging<String>,
}

/// A page of names of actions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionsFound {
    /// In alphabetical order.
    pub names: Vec<String>,
    /// Where to go on, unless that was all.
    pub next: Option<String>,
}

/// The actions that the subject may do to the object. Everybody may ask about themselves; about others, whoever may check
/// in the object's tenant.
pub async fn actions(ctx: &Ctx, search: &ActionSearch) -> Result<ActionsFound> {
    if ctx.signed_in()?.entity != search.subject {
        require_asking(ctx, asked_of(&*ctx.world()?, search.object))?;
    }
    let asked = Asked::new(ctx, Some(search.subject), "", &search.context)?;
    let (subject, object) = (search.subject, search.object);
    let names = asked.put(move |world, question| world.search_actions(subject, object, question)).await?;
    let after = search.page.after.as_deref();
    let mut left = names.iter().map(|name| &**name).filter(|name| after.is_none_or(|after| *name > after));
    let names: Vec<String> = left.by_ref().take(search.page.limit).map(str::to_owned).collect();
    let next = left.next().and_then(|_| names.last().cloned());
    Ok(ActionsFound { names, next })
}
