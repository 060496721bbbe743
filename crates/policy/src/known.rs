//! Facts read back out of a world.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::fact::{Fact, FactKey};
use crate::rows::{Attributes, Windows};
use crate::sharded::Sharded;
use crate::window::Window;
use crate::world::World;

impl World {
    /// The fact with this key as the world has it; none if there is none. Putting it into a world that is otherwise
    /// the same changes nothing. Actions and their applicability are not read back.
    pub fn fact(&self, key: &FactKey) -> Option<Fact> {
        match *key {
            FactKey::Tenant { id } => self.tenants.get(&id).map(|row| Fact::Tenant {
                id,
                status: row.status,
                attributes: given(&row.attributes),
            }),
            FactKey::Entity { id } => self.entities.get(&id).map(|row| Fact::Entity {
                id,
                tenant: row.tenant,
                kind: row.kind,
                name: row.name.clone().into(),
                status: row.status,
                deleted: row.deleted,
                attributes: given(&row.attributes),
            }),
            FactKey::Resource { id } => self.resources.get(&id).map(|row| Fact::Resource {
                id,
                tenant: row.tenant,
                kind: row.kind.clone().into(),
                name: row.name.clone().map(String::from),
                deleted: row.deleted,
                attributes: given(&row.attributes),
            }),
            FactKey::Group { id } => self.groups.get(&id).map(|row| Fact::Group {
                id,
                tenant: row.tenant,
                flavour: row.flavour,
                name: row.name.clone().into(),
                status: row.status,
                deleted: row.deleted,
                parent: row.parent,
                attributes: given(&row.attributes),
            }),
            FactKey::Credential { id } => self.credentials.get(&id).map(|row| Fact::Credential {
                id,
                entity: row.entity,
                tenant: row.tenant,
                kind: row.kind.clone().into(),
                attributes: given(&row.attributes),
            }),
            FactKey::ApiEndpoint { id } => {
                self.endpoints.get(&id).map(|tenant| Fact::ApiEndpoint { id, tenant: *tenant })
            }
            FactKey::Action { .. } | FactKey::Applicability { .. } => None,
            FactKey::Placement { object } => {
                self.placements.get(&object).map(|group| Fact::Placement { object, group: *group })
            }
            FactKey::Member { group, entity } => linked(&self.joined_windows, entity, group)
                .filter(|_| self.joined.get(&entity).is_some_and(|groups| groups.contains(&group)))
                .map(|window| Fact::Member { group, entity, window }),
            FactKey::Membership { tenant, entity } => linked(&self.membership_windows, entity, tenant)
                .filter(|_| self.memberships.get(&entity).is_some_and(|tenants| tenants.contains(&tenant)))
                .map(|window| Fact::Membership { tenant, entity, window }),
            _ => self.granted_fact(key),
        }
    }

    /// The facts about what is granted.
    fn granted_fact(&self, key: &FactKey) -> Option<Fact> {
        let window = |id| self.windows.get(&id).copied().unwrap_or_default();
        match *key {
            FactKey::Block { id } => self.block(id).map(|block| Fact::Block {
                id,
                tenant: block.tenant,
                scope: block.scope(),
                effect: block.effect,
                conditions: block
                    .conditions
                    .as_ref()
                    .map_or_else(empty, |conditions| conditions.raw().clone()),
                actions: block.actions.to_vec(),
            }),
            FactKey::Role { id } => self.roles.get(&id).map(|row| Fact::Role {
                id,
                tenant: row.tenant,
                name: row.name.as_ref().to_owned(),
                deleted: row.deleted,
            }),
            FactKey::RoleBlock { role, block } => {
                let linked = self.role_blocks.get(&role).is_some_and(|blocks| blocks.contains(&block));
                linked.then_some(Fact::RoleBlock { role, block })
            }
            FactKey::Assignment { id } => self.assignments.get(&id).map(|row| Fact::Assignment {
                id,
                tenant: row.tenant,
                subject: row.subject,
                role: row.role,
                window: window(id),
            }),
            FactKey::DirectPolicy { id } => self.policies.get(&id).map(|row| Fact::DirectPolicy {
                id,
                tenant: row.tenant,
                subject: row.subject,
                block: row.block,
                window: window(id),
            }),
            _ => None,
        }
    }
}

fn empty() -> Value {
    Value::Object(Map::new())
}

fn given(attributes: &Attributes) -> Value {
    attributes.as_deref().cloned().unwrap_or_else(empty)
}

/// The window of a link, which is always there if there are no windows of the entity at all.
fn linked(windows: &Sharded<Uuid, Windows>, entity: Uuid, other: Uuid) -> Option<Window> {
    let windows = windows.get(&entity).into_iter().flatten();
    Some(windows.copied().find(|(known, _)| *known == other).map_or(Window::ALWAYS, |(_, window)| window))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{DIRECTORY, Scenario};

    #[test]
    fn what_was_put_is_read_back() {
        for file in std::fs::read_dir(DIRECTORY).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let scenario = Scenario::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let world = scenario.world();
            for mut fact in scenario.facts {
                if let Fact::Block { actions, .. } = &mut fact {
                    actions.sort_unstable();
                }
                let expected = match fact {
                    Fact::Action { .. } | Fact::Applicability { .. } => None,
                    ref other => Some(other.clone()),
                };
                assert_eq!(world.fact(&fact.key()), expected, "{}", path.display());
            }
            assert_eq!(world.fact(&FactKey::Member { group: Uuid::nil(), entity: Uuid::nil() }), None);
        }
    }
}
