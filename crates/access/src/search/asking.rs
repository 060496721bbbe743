//! Who may ask, and putting a question to the engine.

use std::sync::Arc;

use atoll_base::ctx::{Ctx, Within};
use atoll_base::decisions::RevisionToken;
use atoll_base::ledger::PLATFORM_STREAM;
use atoll_base::{Common, Result};
use atoll_policy::{Ceiling, ObjectKind, ObjectRef, Search, World};
use serde_json::{Value, json};
use uuid::Uuid;

use super::cursor::Paging;
use crate::check::Answer;
use crate::check::decide::{RULE, bounded, own_session};

/// Whether the caller may ask what others may do in a tenant, or at the platform.
pub fn may_ask(ctx: &Ctx, at: Option<Uuid>) -> Result<bool> {
    ctx.may(&RULE, &Within::<Answer>::tenant(at))
}

/// The caller may ask what others may do in a tenant, or at the platform; `forbidden` otherwise, which is remembered.
pub fn require_asking(ctx: &Ctx, at: Option<Uuid>) -> Result<()> {
    ctx.require(&RULE, &Within::<Answer>::tenant(at))?;
    Ok(())
}

/// Where one must be allowed to ask about objects of a kind in a tenant: there, or at the platform, exactly as for a check.
pub fn asked_at(kind: ObjectKind, tenant: Option<Uuid>) -> Option<Uuid> {
    tenant.filter(|_| matches!(kind, ObjectKind::Tenant | ObjectKind::Resource | ObjectKind::Entity))
}

/// Where one must be allowed to ask about an object.
pub fn asked_of(world: &World, object: ObjectRef) -> Option<Uuid> {
    asked_at(object.kind, world.object_tenant(object).flatten())
}

/// What an answer about objects of the tenant holds at least, if it is asked for from now on.
pub fn revision(ctx: &Ctx, tenant: Option<Uuid>) -> Result<RevisionToken> {
    Ok(RevisionToken::of(&*ctx.world()?, [PLATFORM_STREAM].into_iter().chain(tenant)))
}

/// The same about one object.
pub fn revision_of(ctx: &Ctx, object: ObjectRef) -> Result<RevisionToken> {
    let tenant = ctx.world()?.object_tenant(object).flatten();
    revision(ctx, tenant)
}

/// A question with a gap in it, and everything it needs to be answered on another thread.
pub(super) struct Asked {
    world: Arc<World>,
    action: String,
    context: Value,
    session: Value,
    now: i64,
    ceiling: Option<Arc<Ceiling>>,
    after: Option<Uuid>,
    limit: usize,
}

impl Asked {
    /// The question as a check would ask it: what is known about the caller's proof counts only where the caller is the
    /// subject.
    pub(super) fn new(ctx: &Ctx, subject: Option<Uuid>, action: &str, context: &Value) -> Result<Asked> {
        let own = ctx.caller().signed_in().filter(|caller| Some(caller.entity) == subject);
        Ok(Asked {
            world: ctx.world()?,
            action: action.to_owned(),
            context: bounded(context)?,
            session: subject.map_or_else(|| json!({}), |subject| own_session(ctx, subject)),
            now: ctx.now().0,
            ceiling: own.and_then(|caller| caller.ceiling.clone()),
            after: None,
            limit: 0,
        })
    }

    /// The same, of one page.
    pub(super) fn page(self, page: &Paging<Uuid>) -> Asked {
        Asked { after: page.after, limit: page.limit, ..self }
    }

    /// Puts it to the engine, on a thread that may be busy for a while: one page can look at thousands of candidates.
    pub(super) async fn put<T: Send + 'static>(
        self,
        search: impl FnOnce(&World, &Search<'_>) -> T + Send + 'static,
    ) -> Result<T> {
        let answer = tokio::task::spawn_blocking(move || {
            let question = Search {
                action: &self.action,
                context: &self.context,
                session: &self.session,
                now: self.now,
                ceiling: self.ceiling.as_deref(),
                after: self.after,
                limit: self.limit,
            };
            search(&self.world, &question)
        });
        Ok(answer.await.map_err(Common::bug)?)
    }
}
