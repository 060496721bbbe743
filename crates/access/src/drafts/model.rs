//! A draft and what it changes.

use atoll_base::ctx::Guarded;
use atoll_base::{Fault, Kind, Moment};
use atoll_policy::{Change, Effect, Fact, FactKey, ObjectRef, Scope, ScopeError, Subject, Window};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::words::SubjectKind;

/// The most changes in one draft.
pub(super) const ENTRIES_MAX: usize = 200;
/// The most drafts of a tenant, or of the platform, that are in shadow at once.
pub(super) const SHADOWS_MAX: u64 = 8;
/// The most drafts of a tenant, or of the platform.
pub(super) const DRAFTS_MAX: u64 = 200;

/// A named set of changes of access that does not count yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Id.
    pub id: Uuid,
    /// The tenant whose access it changes; none means the platform's.
    pub tenant: Option<Uuid>,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Counts whenever what it changes does, or it goes into shadow: reports are about one version.
    pub version: i64,
    /// Whether the questions that come are put to it too.
    pub shadow: bool,
    /// When it was made live.
    pub applied_at: Option<Moment>,
    /// What it changes.
    pub entries: Vec<Entry>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

/// One change of a draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Id.
    pub id: Uuid,
    /// What changes.
    pub what: What,
}

/// What changes.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The subject is given a role.
    Assign {
        /// Who.
        subject: Subject,
        /// The role.
        role: Uuid,
    },
    /// The subject is given a block directly.
    Give {
        /// Who.
        subject: Subject,
        /// The block.
        block: Held,
    },
    /// A role holds a block.
    Link {
        /// The role.
        role: Uuid,
        /// The block.
        block: Held,
    },
    /// A role is taken away.
    LeaveAssignment(Uuid),
    /// A direct policy is taken away.
    LeavePolicy(Uuid),
    /// A role no longer holds a block.
    Unlink {
        /// The role.
        role: Uuid,
        /// The block.
        block: Uuid,
    },
}

/// A block that a draft hands out.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// One that exists.
    Known(Uuid),
    /// One that is made with the draft.
    New(Described),
}

/// The description of a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// The id it will have.
    pub id: Uuid,
    /// Where it applies.
    pub scope: Scope,
    /// What it does.
    pub effect: Effect,
    /// When it applies: an object of JSON.
    pub conditions: Value,
    /// Ids of its actions.
    pub actions: Vec<Uuid>,
}

impl Held {
    /// Id of the block.
    pub(super) fn id(&self) -> Uuid {
        match self {
            Held::Known(id) => *id,
            Held::New(described) => described.id,
        }
    }
}

impl Draft {
    /// What it changes for decisions. The world it is put on stays the same otherwise, so that it can be put on any.
    pub fn changes(&self) -> Vec<Change> {
        self.entries.iter().flat_map(|entry| self.changes_of(entry)).collect()
    }

    fn changes_of(&self, entry: &Entry) -> Vec<Change> {
        let (id, tenant, window) = (entry.id, self.tenant, Window::ALWAYS);
        match &entry.what {
            What::Assign { subject, role } => {
                vec![Change::Put(Fact::Assignment { id, tenant, subject: *subject, role: *role, window })]
            }
            What::Give { subject, block } => {
                let policy = Fact::DirectPolicy { id, tenant, subject: *subject, block: block.id(), window };
                self.made(block).into_iter().chain([Change::Put(policy)]).collect()
            }
            What::Link { role, block } => {
                let link = Fact::RoleBlock { role: *role, block: block.id() };
                self.made(block).into_iter().chain([Change::Put(link)]).collect()
            }
            What::LeaveAssignment(id) => vec![Change::Drop(FactKey::Assignment { id: *id })],
            What::LeavePolicy(id) => vec![Change::Drop(FactKey::DirectPolicy { id: *id })],
            What::Unlink { role, block } => {
                vec![Change::Drop(FactKey::RoleBlock { role: *role, block: *block })]
            }
        }
    }

    /// The block, where it is made with the draft.
    fn made(&self, block: &Held) -> Option<Change> {
        match block {
            Held::Known(_) => None,
            Held::New(described) => Some(Change::Put(Fact::Block {
                id: described.id,
                tenant: self.tenant,
                scope: described.scope.clone(),
                effect: described.effect,
                conditions: described.conditions.clone(),
                actions: described.actions.clone(),
            })),
        }
    }

    /// The draft as the ledger shows it.
    pub fn state(&self) -> Value {
        json!({
            "tenant_id": self.tenant,
            "name": self.name,
            "description": self.description,
            "shadow": self.shadow,
            "applied_at": self.applied_at.map(Moment::rfc3339),
            "entries": self.entries.iter().map(|entry| self.shown(entry)).collect::<Vec<_>>(),
        })
    }

    fn shown(&self, entry: &Entry) -> Value {
        let subject =
            |subject: &Subject| json!({ "kind": SubjectKind::from(*subject).as_str(), "id": subject.id() });
        let block = |block: &Held| match block {
            Held::Known(id) => json!(id),
            Held::New(described) => json!({
                "scope": described.scope.columns(self.tenant),
                "effect": described.effect.as_str(),
                "conditions": described.conditions,
                "action_ids": described.actions,
            }),
        };
        match &entry.what {
            What::Assign { subject: who, role } => {
                json!({ "assign": { "subject": subject(who), "role_id": role } })
            }
            What::Give { subject: who, block: held } => {
                json!({ "give": { "subject": subject(who), "permission_block": block(held) } })
            }
            What::Link { role, block: held } => {
                json!({ "link": { "role_id": role, "permission_block": block(held) } })
            }
            What::LeaveAssignment(id) => json!({ "leave_out": { "role_assignment_id": id } }),
            What::LeavePolicy(id) => json!({ "leave_out": { "direct_policy_id": id } }),
            What::Unlink { role, block } => {
                json!({ "leave_out": { "role_id": role, "permission_block_id": block } })
            }
        }
    }
}

impl Guarded for Draft {
    type Noun = Draft;

    fn object(&self) -> Option<ObjectRef> {
        None
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }
}

/// A draft that cannot be made or changed so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftFault {
    /// It does nothing.
    #[error("a draft adds or leaves out at least one grant, and at most {ENTRIES_MAX}")]
    Size,
    /// A grant that is none.
    #[error(
        "a grant of a draft is a subject with a role, a subject with a permission block, or a role with a permission block"
    )]
    NoGrant,
    /// The subject is not there, or has nothing to do with the tenant.
    #[error("the draft names an unknown subject {0}")]
    NoSubject(Uuid),
    /// The role is not there, or belongs elsewhere.
    #[error("the draft names an unknown role {0}")]
    NoRole(Uuid),
    /// The block is not there, or belongs elsewhere.
    #[error("the draft names an unknown permission block {0}")]
    NoBlock(Uuid),
    /// The action is not there.
    #[error("the draft names an unknown action {0}")]
    NoAction(Uuid),
    /// A described block belongs elsewhere.
    #[error("a permission block of a draft belongs to the tenant of the draft")]
    BlockTenant,
    /// A described block has no scope.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// What it leaves out is not there, or belongs elsewhere.
    #[error("the draft leaves out an unknown grant {0}")]
    NoSuchGrant(Uuid),
    /// It is live.
    #[error("this draft was made live already; make another one")]
    Applied,
    /// Too many in shadow.
    #[error("at most {SHADOWS_MAX} drafts may be in shadow at once; take another out of it first")]
    TooManyInShadow,
    /// Too many.
    #[error("there may be at most {DRAFTS_MAX} drafts; delete some first")]
    TooMany,
}

impl Fault for DraftFault {
    fn kind(&self) -> Kind {
        match self {
            DraftFault::Applied => Kind::Conflict,
            DraftFault::TooManyInShadow | DraftFault::TooMany => Kind::Limited,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            DraftFault::Applied => "draft.applied",
            DraftFault::TooManyInShadow | DraftFault::TooMany => "draft.too_many",
            DraftFault::Size | DraftFault::NoGrant => "draft.no_grant",
            DraftFault::BlockTenant | DraftFault::Scope(_) | DraftFault::NoAction(_) => "draft.bad_block",
            _ => "draft.unknown",
        }
    }
}
