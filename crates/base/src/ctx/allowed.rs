//! The witness that somebody asked.

use std::marker::PhantomData;

use atoll_policy::ObjectRef;
use uuid::Uuid;

use super::Ctx;

/// Proof that the caller may do something with a `T`. Only [`Ctx::require`] makes it, and stores do not write without
/// it, so that forgetting the check does not compile.
pub struct Allowed<'c, T: ?Sized> {
    ctx: &'c Ctx,
    action: &'static str,
    object: Option<ObjectRef>,
    tenant: Option<Uuid>,
    noun: PhantomData<fn(&T)>,
}

impl<'c, T: ?Sized> Allowed<'c, T> {
    pub(super) fn new(
        ctx: &'c Ctx,
        action: &'static str,
        object: Option<ObjectRef>,
        tenant: Option<Uuid>,
    ) -> Self {
        Allowed { ctx, action, object, tenant, noun: PhantomData }
    }

    /// The request it was given in.
    pub fn ctx(&self) -> &'c Ctx {
        self.ctx
    }

    /// The action that permitted it.
    pub fn action(&self) -> &'static str {
        self.action
    }

    /// The object it was given for; `None` when it was given for making a new one.
    pub fn object(&self) -> Option<ObjectRef> {
        self.object
    }

    /// The tenant it was given in; `None` is the platform.
    pub fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }

    /// The same permission for a part of what it was given for: a tenant's first role, an entity's placement.
    pub fn part<U: ?Sized>(&self) -> Allowed<'c, U> {
        Allowed {
            ctx: self.ctx,
            action: self.action,
            object: self.object,
            tenant: self.tenant,
            noun: PhantomData,
        }
    }
}
