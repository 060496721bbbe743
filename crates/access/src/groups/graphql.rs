//! The GraphQL door of groups.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::door::graphql::{self as door, DeletedFilter};
use atoll_base::{ListSort, Listed, Moment, PageBounds, Result, fields};
use atoll_policy::GroupFlavour;
use serde_json::Value;

use super::model::{self, GroupPatch};
use super::{
    GroupFilter, NewGroup, create, delete, find, list, list_children, list_of_entity, members, update,
};
use super::{purge, remove_parent, restore, set_parent, set_status};
use crate::term::TermInput;
use crate::words::EntityStatus;

/// A group of principals or of objects.
#[derive(SimpleObject)]
#[graphql(name = "Group")]
pub struct GroupView {
    id: ID,
    name: String,
    tenant_id: Option<ID>,
    /// `object` or `principal`.
    group_type: String,
    description: Option<String>,
    parent_id: Option<ID>,
    status: EntityStatus,
    attributes: Json<Value>,
    deleted_at: Option<String>,
    deleted_by: Option<ID>,
    created_at: String,
    updated_at: Option<String>,
}

impl From<model::Group> for GroupView {
    fn from(group: model::Group) -> GroupView {
        GroupView {
            id: door::show(group.id),
            name: group.name,
            tenant_id: group.tenant.map(door::show),
            group_type: group.flavour.as_str().to_owned(),
            description: group.description,
            parent_id: group.parent.map(door::show),
            status: group.status.into(),
            attributes: Json(group.attributes),
            deleted_at: group.deleted_at.map(Moment::rfc3339),
            deleted_by: group.deleted_by.map(door::show),
            created_at: group.created_at.rfc3339(),
            updated_at: group.updated_at.map(Moment::rfc3339),
        }
    }
}

/// A page of groups.
#[derive(SimpleObject)]
pub struct GroupList {
    items: Vec<GroupView>,
    total: i64,
    /// The `after` of the next page; null at the end.
    next_cursor: Option<String>,
}

impl From<Listed<model::Group>> for GroupList {
    fn from(page: Listed<model::Group>) -> GroupList {
        GroupList {
            items: page.items.into_iter().map(Into::into).collect(),
            total: door::total(page.total.unwrap_or_default()),
            next_cursor: page.next,
        }
    }
}

/// A new group.
#[derive(InputObject)]
pub struct CreateGroupInput {
    /// An id of your own choice; made for you when left out.
    id: Option<ID>,
    name: String,
    tenant_id: Option<ID>,
    /// `object` or `principal`; said by the operation in `createObjectGroup` and `createPrincipalGroup`.
    group_type: Option<String>,
    description: Option<String>,
    attributes: Option<Json<Value>>,
}

impl CreateGroupInput {
    fn read(self, flavour: GroupFlavour) -> Result<NewGroup> {
        Ok(NewGroup {
            id: door::optional_id("id", self.id.as_ref())?,
            flavour,
            name: fields::name("name", &self.name)?,
            tenant: door::optional_id("tenantId", self.tenant_id.as_ref())?,
            description: fields::description(self.description.as_deref())?,
            attributes: door::object("attributes", self.attributes)?,
        })
    }
}

/// What to change: fields left out or null stay; a blank description is taken away.
#[derive(InputObject)]
pub struct UpdateGroupInput {
    name: Option<String>,
    description: Option<String>,
    status: Option<EntityStatus>,
    attributes: Option<Json<Value>>,
}

impl UpdateGroupInput {
    fn read(self) -> Result<GroupPatch> {
        Ok(GroupPatch {
            name: self.name.as_deref().map(|name| fields::name("name", name)).transpose()?,
            description: self.description.map(|text| fields::description(Some(&text))).transpose()?,
            status: self.status.map(Into::into),
            attributes: door::json(self.attributes)
                .filter(|value| !value.is_null())
                .map(|value| fields::object("attributes", Some(value)))
                .transpose()?,
        })
    }
}

/// Queries about groups.
#[derive(Default)]
pub struct GroupQuery;

#[Object]
impl GroupQuery {
    /// The groups of both types that you may read.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn groups(
        &self,
        door: &Context<'_>,
        q: Option<String>,
        tenant_id: Option<ID>,
        parent_id: Option<ID>,
        status: Option<EntityStatus>,
        deleted: Option<DeletedFilter>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<ListSort>,
        after: Option<String>,
    ) -> Result<GroupList> {
        let filter = filter(None, q, tenant_id, parent_id, status, deleted)?;
        listed(door, &filter, (limit, offset), sort, after).await
    }

    /// The object groups that you may read.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn object_groups(
        &self,
        door: &Context<'_>,
        q: Option<String>,
        tenant_id: Option<ID>,
        parent_id: Option<ID>,
        status: Option<EntityStatus>,
        deleted: Option<DeletedFilter>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<ListSort>,
        after: Option<String>,
    ) -> Result<GroupList> {
        let filter = filter(Some(GroupFlavour::Object), q, tenant_id, parent_id, status, deleted)?;
        listed(door, &filter, (limit, offset), sort, after).await
    }

    /// The principal groups that you may read.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn principal_groups(
        &self,
        door: &Context<'_>,
        q: Option<String>,
        tenant_id: Option<ID>,
        status: Option<EntityStatus>,
        deleted: Option<DeletedFilter>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<ListSort>,
        after: Option<String>,
    ) -> Result<GroupList> {
        let filter = filter(Some(GroupFlavour::Principal), q, tenant_id, None, status, deleted)?;
        listed(door, &filter, (limit, offset), sort, after).await
    }

    /// One group.
    async fn group(&self, door: &Context<'_>, id: ID) -> Result<GroupView> {
        Ok(find(door::ctx(door)?, door::id("id", &id)?).await?.into())
    }

    /// The groups directly below a group, as far as you may read them.
    async fn child_groups(
        &self,
        door: &Context<'_>,
        parent_id: ID,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<ListSort>,
        after: Option<String>,
    ) -> Result<GroupList> {
        let sort = sort.unwrap_or_default();
        let request = door::list(door, PageBounds::AUTHORIZED, sort, (limit, offset), after)?;
        Ok(list_children(door::ctx(door)?, door::id("parentId", &parent_id)?, &request).await?.into())
    }

    /// The principal groups that an entity is directly in.
    async fn entity_groups(&self, door: &Context<'_>, entity_id: ID) -> Result<Vec<ID>> {
        let groups = list_of_entity(door::ctx(door)?, door::id("entityId", &entity_id)?).await?;
        Ok(groups.into_iter().map(door::show).collect())
    }
}

fn filter(
    flavour: Option<GroupFlavour>,
    q: Option<String>,
    tenant: Option<ID>,
    parent: Option<ID>,
    status: Option<EntityStatus>,
    deleted: Option<DeletedFilter>,
) -> Result<GroupFilter> {
    Ok(GroupFilter {
        q,
        flavour,
        tenant: door::optional_id("tenantId", tenant.as_ref())?,
        parent: door::optional_id("parentId", parent.as_ref())?,
        status: status.map(Into::into),
        deleted: deleted.unwrap_or_default(),
    })
}

async fn listed(
    door: &Context<'_>,
    filter: &GroupFilter,
    part: (Option<i32>, Option<i32>),
    sort: Option<ListSort>,
    after: Option<String>,
) -> Result<GroupList> {
    let request = door::list(door, PageBounds::AUTHORIZED, sort.unwrap_or_default(), part, after)?;
    Ok(list(door::ctx(door)?, filter, &request).await?.into())
}

/// Changes of groups.
#[derive(Default)]
pub struct GroupMutation;

#[Object]
impl GroupMutation {
    /// Makes a group of the type given.
    async fn create_group(&self, door: &Context<'_>, input: CreateGroupInput) -> Result<GroupView> {
        let flavour = model::flavour(input.group_type.as_deref())?;
        Ok(create(door::ctx(door)?, input.read(flavour)?).await?.into())
    }

    /// Makes an object group.
    async fn create_object_group(&self, door: &Context<'_>, input: CreateGroupInput) -> Result<GroupView> {
        Ok(create(door::ctx(door)?, input.read(GroupFlavour::Object)?).await?.into())
    }

    /// Makes a principal group.
    async fn create_principal_group(&self, door: &Context<'_>, input: CreateGroupInput) -> Result<GroupView> {
        Ok(create(door::ctx(door)?, input.read(GroupFlavour::Principal)?).await?.into())
    }

    /// Changes a group.
    async fn update_group(&self, door: &Context<'_>, id: ID, input: UpdateGroupInput) -> Result<GroupView> {
        Ok(update(door::ctx(door)?, door::id("id", &id)?, input.read()?).await?.into())
    }

    /// Deletes a group softly: it can be restored.
    async fn delete_group(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Brings a deleted group back, for administrators of the platform.
    async fn restore_group(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        restore(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Removes a deleted group for good, for administrators of the platform: everything granted to it or by it goes too.
    async fn purge_group(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        purge(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Switches a group on.
    async fn enable_group(&self, door: &Context<'_>, id: ID) -> Result<GroupView> {
        Ok(set_status(door::ctx(door)?, door::id("id", &id)?, atoll_policy::Status::Active).await?.into())
    }

    /// Switches a group off.
    async fn disable_group(&self, door: &Context<'_>, id: ID) -> Result<GroupView> {
        Ok(set_status(door::ctx(door)?, door::id("id", &id)?, atoll_policy::Status::Inactive).await?.into())
    }

    /// Stops a group for now.
    async fn suspend_group(&self, door: &Context<'_>, id: ID) -> Result<GroupView> {
        Ok(set_status(door::ctx(door)?, door::id("id", &id)?, atoll_policy::Status::Suspended).await?.into())
    }

    /// Hangs a group under another of the same type and tenant. A principal group receives what the one above it holds,
    /// so you must be allowed to manage both.
    async fn set_group_parent(&self, door: &Context<'_>, id: ID, parent_id: ID) -> Result<GroupView> {
        let (id, parent) = (door::id("id", &id)?, door::id("parentId", &parent_id)?);
        Ok(set_parent(door::ctx(door)?, id, parent).await?.into())
    }

    /// Hangs a group under another of the same type and tenant.
    async fn set_object_group_parent(
        &self,
        door: &Context<'_>,
        object_group_id: ID,
        parent_group_id: ID,
    ) -> Result<GroupView> {
        let id = door::id("objectGroupId", &object_group_id)?;
        let parent = door::id("parentGroupId", &parent_group_id)?;
        Ok(set_parent(door::ctx(door)?, id, parent).await?.into())
    }

    /// Takes a group off the one above it.
    async fn remove_group_parent(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        remove_parent(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Takes a group off the one above it.
    async fn remove_object_group_parent(&self, door: &Context<'_>, object_group_id: ID) -> Result<bool> {
        remove_parent(door::ctx(door)?, door::id("objectGroupId", &object_group_id)?).await?;
        Ok(true)
    }

    /// Adds an entity to a principal group.
    async fn add_group_member(
        &self,
        door: &Context<'_>,
        group_id: ID,
        entity_id: ID,
        term: Option<TermInput>,
    ) -> Result<bool> {
        let (group, entity) = (door::id("groupId", &group_id)?, door::id("entityId", &entity_id)?);
        members::add(door::ctx(door)?, group, entity, TermInput::read(term)?).await?;
        Ok(true)
    }

    /// Takes an entity out of a principal group.
    async fn remove_group_member(&self, door: &Context<'_>, group_id: ID, entity_id: ID) -> Result<bool> {
        let (group, entity) = (door::id("groupId", &group_id)?, door::id("entityId", &entity_id)?);
        members::remove(door::ctx(door)?, group, entity).await?;
        Ok(true)
    }
}
