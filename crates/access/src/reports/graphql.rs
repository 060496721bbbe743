//! The GraphQL door of reports.

use async_graphql::{Context, ID, Json, Object, SimpleObject};
use atoll_base::ctx::Ctx;
use atoll_base::door::graphql as door;
use atoll_base::{Common, ListSort, Page, PageBounds, Result};
use serde_json::Value;

use super::{
    Access, Effective, Grant, Holder, MyRole, Orphan, Source, TenantRole, effective_actions, entity_access,
    group_access, my_actions, my_tenant_roles, object_access, orphan_policies, role_holders, tenant_roles,
    unprotected_resources,
};
use crate::blocks::graphql::BlockView;
use crate::check::CheckRequest;
use crate::resources::graphql::ResourceList;
use crate::words::{EntityKind, EntityStatus, SubjectKind};

/// A role that you have in a tenant.
#[derive(SimpleObject)]
pub struct TenantRoleAssignment {
    role_id: ID,
    role_name: String,
    /// Names of the actions in its blocks, whatever those say about them.
    actions: Vec<String>,
    /// `direct`, or `group:` and the groups it comes through, the outermost first.
    assignment_paths: Vec<String>,
}

impl From<MyRole> for TenantRoleAssignment {
    fn from(role: MyRole) -> Self {
        TenantRoleAssignment {
            role_id: door::show(role.role),
            role_name: role.name,
            actions: role.actions,
            assignment_paths: role.paths,
        }
    }
}

/// A grant whose subject does not exist.
#[derive(SimpleObject)]
pub struct OrphanPolicy {
    id: ID,
    tenant_id: Option<ID>,
    /// `role_assignment` or `direct_policy`.
    source_kind: String,
    subject_kind: SubjectKind,
    subject_id: ID,
    role_id: Option<ID>,
    permission_block_id: Option<ID>,
    orphan_reason: String,
    created_at: String,
}

impl From<Orphan> for OrphanPolicy {
    fn from(orphan: Orphan) -> Self {
        let source = if orphan.role.is_some() { "role_assignment" } else { "direct_policy" };
        OrphanPolicy {
            id: door::show(orphan.id),
            tenant_id: orphan.tenant.map(door::show),
            source_kind: source.to_owned(),
            subject_kind: orphan.subject.into(),
            subject_id: door::show(orphan.subject.id()),
            role_id: orphan.role.map(door::show),
            permission_block_id: orphan.block.map(door::show),
            orphan_reason: "subject_not_found".to_owned(),
            created_at: orphan.created_at.rfc3339(),
        }
    }
}

/// Somebody who holds a role.
#[derive(SimpleObject)]
pub struct RoleHolder {
    entity_id: ID,
    entity_name: String,
    entity_kind: EntityKind,
    entity_status: EntityStatus,
    /// `direct`, or `group:` and the groups through which the role comes, the outermost first.
    paths: Vec<String>,
}

impl From<Holder> for RoleHolder {
    fn from(holder: Holder) -> Self {
        RoleHolder {
            entity_id: door::show(holder.entity),
            entity_name: holder.name,
            entity_kind: holder.kind.into(),
            entity_status: holder.status.into(),
            paths: holder.paths,
        }
    }
}

/// A page of those who hold a role.
#[derive(SimpleObject)]
pub struct RoleHolderList {
    items: Vec<RoleHolder>,
    total: i64,
}

/// A role of a tenant at a glance.
#[derive(SimpleObject)]
pub struct TenantRoleSummary {
    role_id: ID,
    role_name: String,
    /// Names of the actions in its blocks, whatever those say about them.
    actions: Vec<String>,
    /// How many entities are assigned to it themselves.
    entity_count: i64,
    /// How many principal groups are.
    group_count: i64,
}

impl From<TenantRole> for TenantRoleSummary {
    fn from(role: TenantRole) -> Self {
        TenantRoleSummary {
            role_id: door::show(role.role),
            role_name: role.name,
            actions: role.actions,
            entity_count: door::total(role.entities),
            group_count: door::total(role.groups),
        }
    }
}

/// A page of the roles of a tenant at a glance.
#[derive(SimpleObject)]
pub struct TenantRoleSummaryList {
    items: Vec<TenantRoleSummary>,
    total: i64,
}

/// One grant.
#[derive(SimpleObject)]
pub struct AccessGrant {
    /// `role_assignment` or `direct_policy`.
    source_kind: String,
    /// Id of that.
    source_id: ID,
    /// The only tenant in which it counts.
    tenant_id: Option<ID>,
    role_id: Option<ID>,
    role_name: Option<String>,
    /// What is granted, or refused.
    permission_block: BlockView,
    created_at: String,
}

/// The grants of one subject.
#[derive(SimpleObject)]
pub struct AccessOfSubject {
    subject_kind: SubjectKind,
    subject_id: ID,
    subject_name: Option<String>,
    /// How they come to whom the report is about: `direct`, or `group:` and the groups, the outermost first.
    paths: Vec<String>,
    grants: Vec<AccessGrant>,
}

/// A page of grants by subject; `total` counts grants.
#[derive(SimpleObject)]
pub struct AccessList {
    items: Vec<AccessOfSubject>,
    total: i64,
}

impl AccessList {
    /// Shows a page, with one look for the actions of all blocks.
    async fn of(ctx: &Ctx, page: Page<Access>) -> Result<AccessList> {
        let blocks = page.items.iter().flat_map(|access| &access.grants).map(|grant| grant.block.clone());
        let mut views = BlockView::of(ctx, blocks.collect()).await?.into_iter();
        let mut items = Vec::with_capacity(page.items.len());
        for access in page.items {
            let mut grants = Vec::with_capacity(access.grants.len());
            for grant in access.grants {
                let block = views.next().ok_or_else(|| Common::bug("a grant without a block"))?;
                grants.push(AccessGrant::new(grant, block));
            }
            items.push(AccessOfSubject {
                subject_kind: access.subject.into(),
                subject_id: door::show(access.subject.id()),
                subject_name: access.name,
                paths: access.paths,
                grants,
            });
        }
        Ok(AccessList { items, total: door::total(page.total) })
    }
}

impl AccessGrant {
    fn new(grant: Grant, permission_block: BlockView) -> AccessGrant {
        let (source_kind, id, role) = match grant.source {
            Source::Assignment { id, role } => ("role_assignment", id, Some(role)),
            Source::DirectPolicy { id } => ("direct_policy", id, None),
        };
        AccessGrant {
            source_kind: source_kind.to_owned(),
            source_id: door::show(id),
            tenant_id: grant.tenant.map(door::show),
            role_id: role.map(door::show),
            role_name: grant.role_name,
            permission_block,
            created_at: grant.since.rfc3339(),
        }
    }
}

/// An action and whether the subject may do it.
#[derive(SimpleObject)]
pub struct EffectiveAction {
    action: String,
    allowed: bool,
    reason: String,
}

impl From<Effective> for EffectiveAction {
    fn from(effective: Effective) -> Self {
        let Effective { action, allowed, reason } = effective;
        EffectiveAction { action, allowed, reason }
    }
}

/// Reports about who may do what.
#[derive(Default)]
pub struct ReportQuery;

#[Object]
impl ReportQuery {
    /// The seeded actions that you are granted on the whole platform, or in a tenant: what you can expect to be let do there.
    /// Grants on single objects, and on kinds of them, are left out.
    async fn my_actions(&self, door: &Context<'_>, tenant_id: Option<ID>) -> Result<Vec<&'static str>> {
        let tenant = tenant_id.as_ref().map(|id| door::id("tenantId", id)).transpose()?;
        my_actions(door::ctx(door)?, tenant)
    }

    /// The roles that you have in a tenant, and those of the platform, by name.
    async fn my_tenant_roles(&self, door: &Context<'_>, tenant_id: ID) -> Result<Vec<TenantRoleAssignment>> {
        let roles = my_tenant_roles(door::ctx(door)?, door::id("tenantId", &tenant_id)?).await?;
        Ok(roles.into_iter().map(Into::into).collect())
    }

    /// Grants whose subject does not exist, newest first, for administrators of the platform. There should be none.
    async fn orphan_policies(
        &self,
        door: &Context<'_>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<Vec<OrphanPolicy>> {
        let page = door::page(PageBounds::REPORT, limit, offset);
        Ok(orphan_policies(door::ctx(door)?, page).await?.into_iter().map(Into::into).collect())
    }

    /// Who holds a role, by name, and through which groups; for those who deal with policies where the role belongs.
    async fn role_holders(
        &self,
        door: &Context<'_>,
        role_id: ID,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<RoleHolderList> {
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        let page = role_holders(door::ctx(door)?, door::id("roleId", &role_id)?, page).await?;
        let total = door::total(page.total);
        Ok(RoleHolderList { total, items: page.items.into_iter().map(Into::into).collect() })
    }

    /// The roles of a tenant at a glance, by name, for those who deal with policies there.
    async fn tenant_roles(
        &self,
        door: &Context<'_>,
        tenant_id: ID,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<TenantRoleSummaryList> {
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        let page = tenant_roles(door::ctx(door)?, door::id("tenantId", &tenant_id)?, page).await?;
        let total = door::total(page.total);
        Ok(TenantRoleSummaryList { total, items: page.items.into_iter().map(Into::into).collect() })
    }

    /// What an entity has been granted in a tenant, or anywhere, itself and through its groups; for those who deal with
    /// policies there. What people may do as members of a tenant is not among it.
    async fn entity_access(
        &self,
        door: &Context<'_>,
        entity_id: ID,
        tenant_id: Option<ID>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<AccessList> {
        let ctx = door::ctx(door)?;
        let entity = door::id("entityId", &entity_id)?;
        let tenant = door::optional_id("tenantId", tenant_id.as_ref())?;
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        AccessList::of(ctx, entity_access(ctx, entity, tenant, page).await?).await
    }

    /// Every grant whose block covers an object, whether its conditions would hold or not; for those who deal with
    /// policies where the object belongs. Grants of the platform are shown to those who deal with policies there too.
    async fn object_access(
        &self,
        door: &Context<'_>,
        object_kind: String,
        object_id: Option<ID>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<AccessList> {
        let ctx = door::ctx(door)?;
        let id = door::optional_id("objectId", object_id.as_ref())?;
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        AccessList::of(ctx, object_access(ctx, &object_kind, id, page).await?).await
    }

    /// What a group gives: of a principal group, the grants that its members receive; of an object group, those whose
    /// blocks name it. For those who deal with policies where the group belongs.
    async fn group_access(
        &self,
        door: &Context<'_>,
        group_id: ID,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<AccessList> {
        let ctx = door::ctx(door)?;
        let page = door::page(PageBounds::ORDINARY, limit, offset);
        AccessList::of(ctx, group_access(ctx, door::id("groupId", &group_id)?, page).await?).await
    }

    /// What a subject may do to an object: one decision for each action that may be asked about it, by name. You may ask
    /// whatever you may check.
    async fn effective_actions(
        &self,
        door: &Context<'_>,
        subject_id: ID,
        object_kind: String,
        object_id: Option<ID>,
        context: Option<Json<Value>>,
    ) -> Result<Vec<EffectiveAction>> {
        let request = CheckRequest {
            subject: door::id("subjectId", &subject_id)?,
            object_kind: Some(object_kind),
            object_id: door::optional_id("objectId", object_id.as_ref())?,
            context: door::json(context).unwrap_or_default(),
            ..CheckRequest::default()
        };
        let found = effective_actions(door::ctx(door)?, request).await?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    /// The resources of a tenant, or all, on which nobody was given anything in particular: no unconditional allow reaches
    /// them but those over the whole tenant or the platform. For those who deal with policies there.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn unprotected_resources(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        kind: Option<String>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<ListSort>,
        after: Option<String>,
    ) -> Result<ResourceList> {
        let ctx = door::ctx(door)?;
        let tenant = door::optional_id("tenantId", tenant_id.as_ref())?;
        let kind = kind.as_deref().map(crate::resources::kind).transpose()?;
        let sort = sort.unwrap_or_default();
        let request = door::list(door, PageBounds::ORDINARY, sort, (limit, offset), after)?;
        ResourceList::of(ctx, unprotected_resources(ctx, tenant, kind, &request).await?).await
    }
}
