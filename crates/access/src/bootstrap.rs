//! What a new tenant starts with.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Common, Event, Result};
use atoll_policy::{Change, Effect, Fact, FactKey, Scope, Subject};
use serde_json::json;
use uuid::Uuid;

use crate::assignments::{self, Assignment};
use crate::blocks::{self, Block};
use crate::roles::{self, Role};
use crate::term::Term;
use crate::{actions, rules};

/// What an administrator of a tenant may do in it.
const TENANT_ADMIN: [&str; 9] =
    ["manage", "read", "write", "delete", "publish", "subscribe", "execute", "policy.manage", "role.manage"];

/// Makes the role `tenant-admin` with a block over the whole tenant, and gives it to the entity that made the tenant.
/// Guardrails apply; the maker need not have what it receives, because the tenant is its own.
pub async fn tenant_admin(tx: &mut Tx, allowed: &Allowed<'_, Role>, tenant: Uuid, maker: Uuid) -> Result<()> {
    let actions = actions::store::by_names(tx.conn(), &TENANT_ADMIN).await?;
    if actions.len() != TENANT_ADMIN.len() {
        return Err(Common::bug("an action of tenant administrators does not exist any more").into());
    }
    let now = tx.ctx().now();
    let role = Role {
        id: tx.ctx().new_id(),
        name: "tenant-admin".into(),
        tenant: Some(tenant),
        description: Some("Default tenant administration role".into()),
        deleted_by: None,
        deleted_at: None,
        created_at: now,
        updated_at: None,
    };
    let mut ids: Vec<Uuid> = actions.iter().map(|action| action.id).collect();
    ids.sort_unstable();
    let block = Block {
        id: tx.ctx().new_id(),
        tenant: Some(tenant),
        scope: Scope::Tenant(tenant),
        effect: Effect::Allow,
        conditions: json!({}),
        actions: ids,
        created_at: now,
        updated_at: now,
    };
    let Some(Fact::Entity { kind, .. }) = tx.fact(&FactKey::Entity { id: maker }).await? else {
        return Err(Common::bug("a tenant was made by nobody").into());
    };
    rules::receives(tx, kind, Some(tenant), &block).await?;
    roles::store::insert(tx, allowed, &role).await?;
    blocks::store::insert(tx, &allowed.part(), &block).await?;
    roles::store::link(tx, allowed, role.id, &[block.id]).await?;
    tx.record(
        allowed,
        Event::new("role.create")
            .by_house()
            .of(Some(tenant))
            .on("role", role.id)
            .detail("permission_block_id", block.id.to_string())
            .after(role.state())
            .changes([
                Change::Put(role.fact()),
                Change::Put(block.fact()),
                Change::Put(Fact::RoleBlock { role: role.id, block: block.id }),
            ]),
    );
    let assignment = Assignment {
        id: tx.ctx().new_id(),
        tenant: Some(tenant),
        subject: Subject::Entity(maker),
        role: role.id,
        term: Term::default(),
        created_at: now,
    };
    assignments::store::insert(tx, &allowed.part(), &assignment).await?;
    tx.record(allowed, assignments::created(&assignment).by_house());
    Ok(())
}
