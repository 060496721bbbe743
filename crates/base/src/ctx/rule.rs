//! What an operation requires, as data: written once beside the use case, read by [`super::Ctx::require`], by the
//! generated table of operations, and by people.

use std::marker::PhantomData;
use std::sync::Arc;

use atoll_policy::{ObjectKind, ObjectRef, Only, Visible, World};
use uuid::Uuid;

/// Where an action must be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// At the platform.
    Platform,
    /// In the object's tenant; at the platform when it has none. Grants at the platform count too.
    Scope,
    /// On exactly this object. Grants at the platform count too.
    Object,
    /// By a whole decision about this object: all scopes, conditions.
    Decision,
}

/// One way to be permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct May {
    /// The action's name.
    pub action: &'static str,
    /// Where.
    pub on: On,
}

impl May {
    /// `action` at the platform.
    pub const fn platform(action: &'static str) -> May {
        May { action, on: On::Platform }
    }

    /// `action` in the object's tenant, or at the platform.
    pub const fn scope(action: &'static str) -> May {
        May { action, on: On::Scope }
    }

    /// `action` on exactly the object.
    pub const fn object(action: &'static str) -> May {
        May { action, on: On::Object }
    }

    /// `action` on the object, by a whole decision.
    pub const fn decision(action: &'static str) -> May {
        May { action, on: On::Decision }
    }
}

/// What an operation requires: any one of these.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub(super) ways: &'static [May],
    pub(super) or_self: bool,
    pub(super) unscoped: bool,
    pub(super) even_inactive: bool,
}

impl Rule {
    /// Any one of `ways`.
    pub const fn any(ways: &'static [May]) -> Rule {
        Rule { ways, or_self: false, unscoped: false, even_inactive: false }
    }

    /// Also permitted to the entity that the object is or belongs to, unless it came with a scoped token.
    pub const fn or_self(mut self) -> Rule {
        self.or_self = true;
        self
    }

    /// Never with a scoped access token.
    pub const fn unscoped(mut self) -> Rule {
        self.unscoped = true;
        self
    }

    /// Also in a tenant that is not active: for looking at it and for bringing it back.
    pub const fn even_inactive(mut self) -> Rule {
        self.even_inactive = true;
        self
    }

    /// The ways, for the generated table of operations.
    pub const fn ways(&self) -> &'static [May] {
        self.ways
    }
}

/// Something that can be asked about.
pub trait Guarded {
    /// The noun that witnesses are made for.
    type Noun: ?Sized;

    /// The object itself; `None` when it is about to be made.
    fn object(&self) -> Option<ObjectRef>;

    /// The tenant it belongs to; for a tenant, itself.
    fn tenant(&self) -> Option<Uuid>;

    /// The entity it is, or belongs to, for rules that permit oneself.
    fn owner(&self) -> Option<Uuid> {
        None
    }
}

/// A place in which a `T` is to be made or looked for: a tenant, or the platform.
pub struct Within<T: ?Sized> {
    tenant: Option<Uuid>,
    noun: PhantomData<fn(&T)>,
}

impl<T: ?Sized> Within<T> {
    /// In this tenant, or at the platform.
    pub fn tenant(tenant: Option<Uuid>) -> Self {
        Within { tenant, noun: PhantomData }
    }

    /// At the platform.
    pub fn platform() -> Self {
        Within::tenant(None)
    }
}

impl<T: ?Sized> Guarded for Within<T> {
    type Noun = T;

    fn object(&self) -> Option<ObjectRef> {
        None
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}

/// What of a kind a caller may see in a list: a filter that stores carry out.
#[derive(Clone, Debug)]
pub enum Visibility {
    /// Everything.
    Everything,
    /// Whatever any of these lets pass.
    Any {
        /// Coarse kind of what is listed.
        kind: ObjectKind,
        /// The filters.
        filters: Vec<Visible>,
        /// What they were made from.
        world: Arc<World>,
    },
}

impl Visibility {
    /// How many there are to see, but for [`Everything`](Self::Everything), of which only the store knows.
    pub fn count(&self, only: Only<'_>) -> Option<u64> {
        match self {
            Visibility::Everything => None,
            Visibility::Any { kind, filters, world } => Some(world.count_visible(*kind, filters, only)),
        }
    }
}
