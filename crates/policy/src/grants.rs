//! All that a subject holds, one grant after the other. For what has to look at everything: lists and explanations.

use uuid::Uuid;

use crate::asker::Asker;
use crate::fact::Subject;
use crate::index::narrowed;
use crate::rows::{Block, RoleRow};
use crate::window::Window;
use crate::world::World;

/// A block that a subject holds, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grant<'a> {
    /// The direct policy or role assignment.
    pub(crate) id: Uuid,
    /// The subject itself, or the group it is attached to.
    pub(crate) holder: Subject,
    pub(crate) role: Option<(Uuid, &'a RoleRow)>,
    pub(crate) block_id: Uuid,
    pub(crate) block: &'a Block,
    /// Tenant of the policy or assignment.
    pub(crate) tenant: Option<Uuid>,
    /// When it counts: the window of the policy or assignment, within that of the membership of the tenant it is bounded
    /// to.
    pub(crate) window: Window,
}

impl Grant<'_> {
    /// The one tenant it is bounded to, if any; `Err` if its boundaries contradict each other.
    pub(crate) fn boundary(&self) -> Result<Option<Uuid>, ()> {
        narrowed([self.tenant, self.block.tenant, self.block.scope().boundary()])
    }
}

impl World {
    /// Every grant of the asker, open or not: direct policies by id, then roles by role, assignment and block.
    pub(crate) fn grants<'a>(&'a self, asker: &Asker<'_>) -> Vec<Grant<'a>> {
        let mut subjects: Vec<Subject> = asker.subjects().collect();
        subjects.sort_unstable();
        subjects.dedup();
        let (mut direct, mut through_roles) = (Vec::new(), Vec::new());
        for holder in subjects {
            let Some(held) = self.held.get(&holder) else { continue };
            for id in held.policies.iter() {
                let Some(policy) = self.policies.get(&id) else { continue };
                direct.extend(self.block(policy.block).map(|block| Grant {
                    id,
                    holder,
                    role: None,
                    block_id: policy.block,
                    block,
                    tenant: policy.tenant,
                    window: self.window(id, policy.timed),
                }));
            }
            for id in held.assignments.iter() {
                let Some(assignment) = self.assignments.get(&id) else { continue };
                let Some(role) = self.roles.get(&assignment.role).filter(|role| !role.deleted) else {
                    continue;
                };
                let blocks = self.role_blocks.get(&assignment.role);
                for block_id in blocks.into_iter().flat_map(|blocks| blocks.iter()) {
                    through_roles.extend(self.block(block_id).map(|block| Grant {
                        id,
                        holder,
                        role: Some((assignment.role, role)),
                        block_id,
                        block,
                        tenant: assignment.tenant,
                        window: self.window(id, assignment.timed),
                    }));
                }
            }
        }
        direct.sort_unstable_by_key(|grant| grant.id);
        through_roles
            .sort_unstable_by_key(|grant| (grant.role.map(|(role, _)| role), grant.id, grant.block_id));
        direct.append(&mut through_roles);
        if self.membership_windows.contains(&asker.id) {
            for grant in &mut direct {
                if let Ok(Some(tenant)) = grant.boundary() {
                    grant.window = grant.window.and(asker.membership(tenant));
                }
            }
        }
        direct
    }

    fn window(&self, id: Uuid, timed: bool) -> Window {
        if timed { self.windows.get(&id).copied().unwrap_or_default() } else { Window::ALWAYS }
    }

    pub(crate) fn block(&self, id: Uuid) -> Option<&Block> {
        self.blocks.get(&id)?.block.as_ref()
    }
}
