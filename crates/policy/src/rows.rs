//! Facts as they are kept.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use hashbrown::HashSet;
use serde_json::Value;
use smallvec::SmallVec;
use uuid::Uuid;

use crate::bag::{Bag, Multi};
use crate::condition::Conditions;
use crate::fact::Subject;
use crate::scope::Scope;
use crate::window::Window;
use crate::words::{Effect, EntityKind, GroupFlavour, Status, TenantStatus};

/// Free-form data; none stands for `{}`.
pub(crate) type Attributes = Option<Arc<Value>>;

/// Keeps attributes only if there is something in them.
pub(crate) fn keep(attributes: Value) -> Attributes {
    let empty = attributes.as_object().is_some_and(serde_json::Map::is_empty);
    (!empty).then(|| Arc::new(attributes))
}

#[derive(Debug, Clone)]
pub(crate) struct TenantRow {
    pub(crate) status: TenantStatus,
    pub(crate) attributes: Attributes,
}

#[derive(Debug, Clone)]
pub(crate) struct EntityRow {
    pub(crate) tenant: Option<Uuid>,
    pub(crate) kind: EntityKind,
    pub(crate) name: Box<str>,
    pub(crate) status: Status,
    pub(crate) deleted: bool,
    pub(crate) attributes: Attributes,
}

#[derive(Debug, Clone)]
pub(crate) struct ResourceRow {
    pub(crate) tenant: Option<Uuid>,
    pub(crate) kind: Box<str>,
    pub(crate) name: Option<Box<str>>,
    pub(crate) deleted: bool,
    pub(crate) attributes: Attributes,
}

#[derive(Debug, Clone)]
pub(crate) struct GroupRow {
    pub(crate) tenant: Option<Uuid>,
    pub(crate) flavour: GroupFlavour,
    pub(crate) name: Box<str>,
    pub(crate) status: Status,
    pub(crate) deleted: bool,
    pub(crate) parent: Option<Uuid>,
    pub(crate) attributes: Attributes,
}

impl GroupRow {
    /// In use, and of this flavour.
    pub(crate) fn serves(&self, flavour: GroupFlavour) -> bool {
        self.flavour == flavour && self.status == Status::Active && !self.deleted
    }
}

#[derive(Debug, Clone)]
pub(crate) struct CredentialRow {
    pub(crate) entity: Uuid,
    pub(crate) tenant: Option<Uuid>,
    pub(crate) kind: Box<str>,
    pub(crate) attributes: Attributes,
}

#[derive(Debug, Clone)]
pub(crate) struct RoleRow {
    pub(crate) tenant: Option<Uuid>,
    pub(crate) name: Arc<str>,
    pub(crate) deleted: bool,
}

/// A permission block: its terms, and the one thing that its scope names. Blocks that differ in that alone, as most do,
/// can share their terms.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    terms: Arc<Terms>,
    named: Uuid,
}

/// What a block says, but for the thing that its scope names.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) tenant: Option<Uuid>,
    /// Naming nothing.
    pattern: Scope,
    pub(crate) effect: Effect,
    /// None if unconditional.
    pub(crate) conditions: Option<Arc<Conditions>>,
    /// Sorted, each once.
    pub(crate) actions: SmallVec<[Uuid; 1]>,
}

impl Block {
    pub(crate) fn new(
        tenant: Option<Uuid>,
        scope: Scope,
        effect: Effect,
        conditions: &Value,
        actions: Vec<Uuid>,
    ) -> Self {
        let mut actions: SmallVec<[Uuid; 1]> = actions.into();
        actions.sort_unstable();
        actions.dedup();
        let (pattern, named) = scope.apart();
        let conditions = Conditions::compile(conditions);
        Self { terms: Arc::new(Terms { tenant, pattern, effect, conditions, actions }), named }
    }

    /// Where it applies.
    pub(crate) fn scope(&self) -> Scope {
        self.terms.pattern.about(self.named)
    }

    /// The same block; it shares its terms with those that have been seen with the same.
    pub(crate) fn sharing(self, seen: &mut HashSet<Arc<Terms>>) -> Self {
        if self.terms.conditions.is_some() {
            return self;
        }
        let terms = seen.get_or_insert_with(&self.terms, Arc::clone);
        Self { terms: Arc::clone(terms), named: self.named }
    }
}

impl Deref for Block {
    type Target = Terms;

    fn deref(&self) -> &Terms {
        &self.terms
    }
}

/// Terms without conditions are the same if they say the same; no others are compared.
impl PartialEq for Terms {
    fn eq(&self, other: &Self) -> bool {
        let said = |terms: &Self| (terms.tenant, terms.effect, terms.conditions.is_none());
        said(self) == said(other)
            && self.conditions.is_none()
            && self.pattern == other.pattern
            && self.actions == other.actions
    }
}

impl Eq for Terms {}

impl Hash for Terms {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.tenant, self.effect, &self.pattern, &self.actions).hash(state);
    }
}

/// A block together with what uses it; users may be known before the block is.
#[derive(Debug, Clone, Default)]
pub(crate) struct BlockSlot {
    pub(crate) block: Option<Block>,
    pub(crate) users: Users,
}

/// What uses a block; mostly one thing.
#[derive(Debug, Clone, Default)]
pub(crate) enum Users {
    #[default]
    None,
    One(BlockUser),
    Many(Box<Bag<BlockUser>>),
}

impl Users {
    pub(crate) const fn is_empty(&self) -> bool {
        matches!(self, Self::None)
    }

    pub(crate) fn insert(&mut self, user: BlockUser) {
        match self {
            Self::None => *self = Self::One(user),
            Self::One(known) if *known == user => {}
            Self::One(known) => {
                let mut bag = Bag::default();
                bag.insert(*known);
                bag.insert(user);
                *self = Self::Many(Box::new(bag));
            }
            Self::Many(bag) => bag.insert(user),
        }
    }

    pub(crate) fn remove(&mut self, user: BlockUser) {
        match self {
            Self::One(known) if *known == user => *self = Self::None,
            Self::None | Self::One(_) => {}
            Self::Many(bag) => {
                bag.remove(&user);
                if bag.is_empty() {
                    *self = Self::None;
                }
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = BlockUser> + '_ {
        let (one, many) = match self {
            Self::None => (None, None),
            Self::One(user) => (Some(*user), None),
            Self::Many(bag) => (None, Some(bag.iter())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum BlockUser {
    Policy(Uuid),
    Role(Uuid),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) tenant: Option<Uuid>,
    pub(crate) subject: Subject,
    pub(crate) role: Uuid,
    /// Its window has to be looked up.
    pub(crate) timed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) tenant: Option<Uuid>,
    pub(crate) subject: Subject,
    pub(crate) block: Uuid,
    /// Its window has to be looked up.
    pub(crate) timed: bool,
}

/// The windows of those links of an entity that begin or end, by what it is linked to.
pub(crate) type Windows = SmallVec<[(Uuid, Window); 1]>;

/// What is attached to one entity or group itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held {
    pub(crate) policies: Bag<Uuid>,
    pub(crate) assignments: Bag<Uuid>,
}

/// Who a role is assigned to, with the ids of the assignments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Assignees {
    pub(crate) entities: Multi<Uuid, Uuid>,
    pub(crate) groups: Multi<Uuid, Uuid>,
}
