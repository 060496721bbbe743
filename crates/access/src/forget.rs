//! What this room forgets about an entity or a tenant that the room below removes for good.

use atoll_base::Result;
use atoll_base::ctx::{Allowed, Tx};
use atoll_policy::{Change, FactKey, ObjectKind, ObjectRef, Subject};
use uuid::Uuid;

use crate::assignments::{self, Assignment};
use crate::groups::members;
use crate::groups::placement;
use crate::{blocks, drafts, groups, overrides, policies, policy_tests, recorded, resources, roles};

/// Takes from an entity everything that it was given anywhere, and removes what was granted on it and on its
/// credentials.
pub async fn entity(
    tx: &mut Tx,
    allowed: &Allowed<'_, Assignment>,
    id: Uuid,
    credentials: &[Uuid],
) -> Result<()> {
    assignments::drop_of_subject(tx, allowed, Subject::Entity(id), None).await?;
    members::leave_all(tx, &allowed.part(), id).await?;
    placement::clear(tx, &allowed.part(), ObjectRef::new(ObjectKind::Entity, id)).await?;
    blocks::forget_object(tx, &allowed.part(), id).await?;
    overrides::store::forget(tx, &allowed.part(), id).await?;
    for credential in credentials {
        blocks::forget_object(tx, &allowed.part(), *credential).await?;
    }
    recorded::store::forget_entity(tx, &allowed.part(), id).await?;
    drafts::store::forget_subject(tx, &allowed.part(), Subject::Entity(id)).await?;
    policy_tests::store::forget_entity(tx, &allowed.part(), id).await?;
    Ok(())
}

/// Removes what grants outside a tenant say about anything in it. Returns what decisions have to forget when the rows
/// of the tenant go: the store removes those with the tenant itself.
pub async fn tenant(tx: &mut Tx, allowed: &Allowed<'_, Assignment>, id: Uuid) -> Result<Vec<Change>> {
    assignments::drop_outside(tx, allowed, id).await?;
    policies::drop_outside(tx, &allowed.part(), id).await?;
    blocks::forget_outside(tx, &allowed.part(), id).await?;
    recorded::store::forget_tenant(tx, &allowed.part(), id).await?;
    let conn = tx.conn();
    let mut gone: Vec<FactKey> = Vec::new();
    let members = members::store::in_tenant(conn, id).await?;
    gone.extend(members.into_iter().map(|(group, entity)| FactKey::Member { group, entity }));
    let placed = placement::in_tenant(conn, id).await?;
    gone.extend(placed.into_iter().map(|object| FactKey::Placement { object }));
    let linked = roles::store::links_in_tenant(conn, id).await?;
    gone.extend(linked.into_iter().map(|(role, block)| FactKey::RoleBlock { role, block }));
    let ids = assignments::store::ids_in_tenant(conn, id).await?;
    gone.extend(ids.into_iter().map(|id| FactKey::Assignment { id }));
    let ids = policies::store::ids_in_tenant(conn, id).await?;
    gone.extend(ids.into_iter().map(|id| FactKey::DirectPolicy { id }));
    let ids = roles::store::ids_in_tenant(conn, id).await?;
    gone.extend(ids.into_iter().map(|id| FactKey::Role { id }));
    let ids = blocks::store::ids_in_tenant(conn, id).await?;
    gone.extend(ids.into_iter().map(|id| FactKey::Block { id }));
    let ids = resources::store::ids_in_tenant(conn, id).await?;
    gone.extend(ids.into_iter().map(|id| FactKey::Resource { id }));
    let ids = groups::store::ids_in_tenant(conn, id).await?;
    gone.extend(ids.into_iter().map(|id| FactKey::Group { id }));
    Ok(gone.into_iter().map(Change::Drop).collect())
}
