//! The GraphQL door of memberships.

use async_graphql::{Context, ID, Object};
use atoll_access::TermInput;
use atoll_base::door::graphql as door;
use atoll_base::{ListSort, PageBounds, Result};

use super::{add, assignable, list, remove};
use crate::entities::graphql::EntityList;

/// Queries about members.
#[derive(Default)]
pub struct MembershipQuery;

#[Object]
impl MembershipQuery {
    /// The people who are members of a tenant.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn tenant_members(
        &self,
        door: &Context<'_>,
        tenant_id: ID,
        q: Option<String>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<ListSort>,
        after: Option<String>,
    ) -> Result<EntityList> {
        let ctx = door::ctx(door)?;
        let tenant = door::id("tenantId", &tenant_id)?;
        let sort = sort.unwrap_or_default();
        let request = door::list(door, PageBounds::ORDINARY, sort, (limit, offset), after)?;
        EntityList::of(ctx, list(ctx, tenant, q.as_deref(), &request).await?).await
    }

    /// People who could become members of a tenant, by at least three characters of their names or attributes: of those
    /// you may read.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn tenant_assignable_entities(
        &self,
        door: &Context<'_>,
        tenant_id: ID,
        q: String,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<ListSort>,
        after: Option<String>,
    ) -> Result<EntityList> {
        let ctx = door::ctx(door)?;
        let tenant = door::id("tenantId", &tenant_id)?;
        let sort = sort.unwrap_or_default();
        let request = door::list(door, PageBounds::FEW, sort, (limit, offset), after)?;
        EntityList::of(ctx, assignable(ctx, tenant, &q, &request).await?).await
    }
}

/// Changes of memberships.
#[derive(Default)]
pub struct MembershipMutation;

#[Object]
impl MembershipMutation {
    /// Makes an entity a member of a tenant; with a role of that tenant, if you name one. The term is that of the
    /// membership; with it the entity loses what it was given there.
    async fn add_tenant_member(
        &self,
        door: &Context<'_>,
        tenant_id: ID,
        entity_id: ID,
        role_id: Option<ID>,
        term: Option<TermInput>,
    ) -> Result<bool> {
        let tenant = door::id("tenantId", &tenant_id)?;
        let entity = door::id("entityId", &entity_id)?;
        let role = door::optional_id("roleId", role_id.as_ref())?;
        add(door::ctx(door)?, tenant, entity, role, TermInput::read(term)?).await?;
        Ok(true)
    }

    /// Ends a membership and whatever the entity was given in the tenant.
    async fn remove_tenant_member(&self, door: &Context<'_>, tenant_id: ID, entity_id: ID) -> Result<bool> {
        remove(door::ctx(door)?, door::id("tenantId", &tenant_id)?, door::id("entityId", &entity_id)?)
            .await?;
        Ok(true)
    }
}
