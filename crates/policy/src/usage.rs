//! How a block is used, and what that means for the index.

use uuid::Uuid;

use crate::fact::Subject;
use crate::index::narrowed;
use crate::posting::{Entry, GrantId, Holder};
use crate::rows::{Block, BlockUser, Policy};

/// What uses a block, with all that the index needs of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Use {
    Policy(Uuid, Policy),
    Role(Uuid),
}

impl Use {
    pub(crate) const fn key(self) -> BlockUser {
        match self {
            Self::Policy(policy, _) => BlockUser::Policy(policy),
            Self::Role(role) => BlockUser::Role(role),
        }
    }

    /// The index entry for this use of a block, and its boundary; none if it can match nothing.
    pub(crate) fn entry(self, id: Uuid, block: &Block) -> Option<(Option<Uuid>, Entry)> {
        let (own, holder, grant, timed) = match self {
            Self::Policy(policy, row) => match row.subject {
                Subject::Entity(entity) => (row.tenant, Holder::Entity(entity), policy, row.timed),
                Subject::Group(group) => (row.tenant, Holder::Group(group), policy, row.timed),
            },
            // Boundary and window of a role are those of each assignment, looked at when a question is asked.
            Self::Role(role) => (None, Holder::Role(role), id, false),
        };
        let boundary = narrowed([own, block.tenant, block.scope().boundary()]).ok()?;
        let grant = GrantId { id: grant, conditional: block.conditions.is_some(), timed };
        Some((boundary, Entry { effect: block.effect, holder, grant }))
    }
}
