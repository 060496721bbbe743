//! What a new installation starts with.

use atoll_base::ctx::{Allowed, Seed, Tx};
use atoll_base::{Event, Moment, Result};
use atoll_policy::{
    Change, Effect, EntityKind, Fact, GroupFlavour, ObjectKind, Scope, Status, Subject, Window, catalogue,
};
use serde_json::json;
use uuid::Uuid;

use crate::actions::{self, Action, Applicability};
use crate::assignments::{self, Assignment};
use crate::blocks::{self, Block};
use crate::groups::{self, Group};
use crate::roles::{self, Role};
use crate::rules::{self, Guardrail, Verdict};
use crate::term::Term;

/// The entity `admin`, which is there before.
const ADMIN: Uuid = Uuid::from_u128(0x0001);
/// The entity `example-service`, which is there before.
const EXAMPLE_SERVICE: Uuid = Uuid::from_u128(0x0003);
/// The group that every person joins.
pub const AUTHENTICATED_USERS: Uuid = Uuid::from_u128(0x0005);

/// A role with one block over the platform.
struct SeededRole {
    role: Uuid,
    block: Uuid,
    name: &'static str,
    description: &'static str,
    /// Names of actions; none means all.
    actions: Option<&'static [&'static str]>,
    holder: Subject,
}

const ROLES: [SeededRole; 3] = [
    SeededRole {
        role: Uuid::from_u128(0x0002),
        block: Uuid::from_u128(0x0007),
        name: "atom-admin",
        description: "Full administrative access",
        actions: None,
        holder: Subject::Entity(ADMIN),
    },
    SeededRole {
        role: Uuid::from_u128(0x0004),
        block: Uuid::from_u128(0x0008),
        name: "example-service",
        description: "Access of the example service integration",
        actions: Some(&[
            "manage",
            "read",
            "write",
            "delete",
            "publish",
            "subscribe",
            "execute",
            "policy.manage",
            "role.manage",
            "authz.check",
        ]),
        holder: Subject::Entity(EXAMPLE_SERVICE),
    },
    SeededRole {
        role: Uuid::from_u128(0x0006),
        block: Uuid::from_u128(0x0009),
        name: "domain-creator",
        description: "May make tenants",
        actions: Some(&["create"]),
        holder: Subject::Group(AUTHENTICATED_USERS),
    },
];

const GUARDRAILS: [(EntityKind, &str, ObjectKind, Verdict); 14] = {
    use EntityKind::{Device, Human, Service};
    use ObjectKind::{AuditLog, Credential, Entity, Group, Policy, Resource, Role};
    use Verdict::{Allow, Deny};
    [
        (Device, "manage", Resource, Deny),
        (Device, "delete", Resource, Deny),
        (Device, "write", Resource, Deny),
        (Human, "manage", Resource, Allow),
        (Human, "manage", Entity, Allow),
        (Human, "manage", Group, Allow),
        (Human, "manage", Credential, Allow),
        (Human, "read", AuditLog, Allow),
        (Human, "policy.manage", Policy, Allow),
        (Human, "role.manage", Role, Allow),
        (Service, "manage", Resource, Allow),
        (Service, "manage", Credential, Allow),
        (Service, "policy.manage", Policy, Allow),
        (Service, "role.manage", Role, Allow),
    ]
};

/// Fills an empty store with the catalogue of actions, the first roles with their holders, the group of everybody who
/// can sign in, and the first guardrails; a store that knows any action stays as it is. The entities `admin` and
/// `example-service` are there before.
pub async fn seed(tx: &mut Tx, allowed: &Allowed<'_, Seed>) -> Result<()> {
    if actions::store::any(tx.conn()).await? {
        return Ok(());
    }
    let mut changes = catalogue(tx, allowed).await?;
    changes.extend(everybody(tx, allowed).await?);
    for seeded in &ROLES {
        changes.extend(role(tx, allowed, seeded).await?);
    }
    guardrails(tx, allowed).await?;
    tx.record(allowed, Event::new("access.seed").changes(changes));
    Ok(())
}

async fn catalogue(tx: &Tx, allowed: &Allowed<'_, Seed>) -> Result<Vec<Change>> {
    for seeded in &catalogue::ACTIONS {
        let rows = catalogue::APPLICABILITY.iter().filter(|row| row.action == seeded.name);
        let action = Action {
            id: seeded.id,
            name: seeded.name.to_owned(),
            description: None,
            applicability: rows
                .map(|row| Applicability {
                    kind: row.object_kind,
                    object_type: row.object_type.map(str::to_owned),
                })
                .collect(),
            created_at: tx.ctx().now(),
            updated_at: tx.ctx().now(),
        };
        actions::store::insert(tx, &allowed.part(), &action).await?;
    }
    Ok(catalogue::facts().map(Change::Put).collect())
}

async fn everybody(tx: &Tx, allowed: &Allowed<'_, Seed>) -> Result<[Change; 2]> {
    let group = Group {
        id: AUTHENTICATED_USERS,
        flavour: GroupFlavour::Principal,
        name: "authenticated-users".into(),
        tenant: None,
        parent: None,
        description: Some("Everybody who can sign in".into()),
        status: Status::Active,
        attributes: json!({ "system": true, "purpose": "authenticated-users" }),
        deleted_by: None,
        deleted_at: None,
        created_at: tx.ctx().now(),
        updated_at: None,
    };
    groups::store::insert(tx, &allowed.part(), &group).await?;
    groups::members::store::put(tx, &allowed.part(), group.id, ADMIN, &Term::default()).await?;
    Ok([
        Change::Put(group.fact()),
        Change::Put(Fact::Member { group: group.id, entity: ADMIN, window: Window::ALWAYS }),
    ])
}

async fn role(tx: &Tx, allowed: &Allowed<'_, Seed>, seeded: &SeededRole) -> Result<[Change; 4]> {
    let now = tx.ctx().now();
    let role = Role {
        id: seeded.role,
        name: seeded.name.to_owned(),
        tenant: None,
        description: Some(seeded.description.to_owned()),
        deleted_by: None,
        deleted_at: None,
        created_at: now,
        updated_at: None,
    };
    let block = Block {
        id: seeded.block,
        tenant: None,
        scope: Scope::Platform,
        effect: Effect::Allow,
        conditions: json!({}),
        actions: action_ids(seeded.actions),
        created_at: now,
        updated_at: now,
    };
    let id = if seeded.holder == Subject::Entity(ADMIN) { ADMIN } else { tx.ctx().new_id() };
    let assignment = Assignment {
        id,
        tenant: None,
        subject: seeded.holder,
        role: role.id,
        term: Term::default(),
        created_at: now,
    };
    roles::store::insert(tx, &allowed.part(), &role).await?;
    blocks::store::insert(tx, &allowed.part(), &block).await?;
    roles::store::link(tx, &allowed.part(), role.id, &[block.id]).await?;
    assignments::store::insert(tx, &allowed.part(), &assignment).await?;
    Ok([
        Change::Put(role.fact()),
        Change::Put(block.fact()),
        Change::Put(Fact::RoleBlock { role: role.id, block: block.id }),
        Change::Put(assignment.fact()),
    ])
}

fn action_ids(names: Option<&[&str]>) -> Vec<Uuid> {
    let wanted = |name: &str| names.is_none_or(|names| names.contains(&name));
    let mut ids: Vec<Uuid> =
        catalogue::ACTIONS.iter().filter(|action| wanted(action.name)).map(|action| action.id).collect();
    ids.sort_unstable();
    ids
}

async fn guardrails(tx: &Tx, allowed: &Allowed<'_, Seed>) -> Result<()> {
    let now: Moment = tx.ctx().now();
    let all: Vec<Guardrail> = GUARDRAILS
        .iter()
        .map(|(entity_kind, action, object_kind, verdict)| Guardrail {
            id: tx.ctx().new_id(),
            tenant: None,
            entity_kind: *entity_kind,
            action: (*action).to_owned(),
            object_kind: *object_kind,
            object_type: None,
            verdict: *verdict,
            absolute: *verdict == Verdict::Deny,
            created_at: now,
        })
        .collect();
    rules::store::insert_all(tx, &allowed.part(), &all).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_roles_hold_actions_of_the_catalogue() {
        assert_eq!(action_ids(None).len(), 13);
        for seeded in ROLES.iter().filter_map(|seeded| seeded.actions) {
            assert_eq!(action_ids(Some(seeded)).len(), seeded.len());
        }
    }

    #[test]
    fn only_what_devices_must_not_receive_is_denied_and_that_absolutely() {
        let denied: Vec<_> = GUARDRAILS.iter().filter(|rule| rule.3 == Verdict::Deny).collect();
        assert_eq!(denied.len(), 3);
        assert!(denied.iter().all(|rule| rule.0 == EntityKind::Device && rule.2 == ObjectKind::Resource));
    }
}
