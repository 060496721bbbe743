//! The roles of a tenant at a glance.

use atoll_base::ctx::{Ctx, Within};
use atoll_base::{ListRequest, ListSort, Page, PageRequest, Result};
use uuid::Uuid;

use super::my_roles::actions_of;
use super::{About, READ};
use crate::roles::{self, RoleFilter};
use crate::{assignments, words::SubjectKind};

/// A role of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRole {
    /// The role.
    pub role: Uuid,
    /// Its name.
    pub name: String,
    /// Names of the actions in its blocks, whatever those say about them.
    pub actions: Vec<String>,
    /// How many entities are assigned to it themselves.
    pub entities: u64,
    /// How many principal groups are.
    pub groups: u64,
}

/// A page of the roles of a tenant, by name, for those who deal with policies there.
pub async fn tenant_roles(ctx: &Ctx, tenant: Uuid, page: PageRequest) -> Result<Page<TenantRole>> {
    ctx.require(&READ, &Within::<About>::tenant(Some(tenant)))?;
    let conn = &ctx.reader();
    let filter = RoleFilter { tenant: Some(tenant), ..RoleFilter::default() };
    let roles = roles::store::list(conn, &filter, &ListRequest::page(page, ListSort::NameAsc)).await?;
    let roles = Page::from(roles);
    let ids: Vec<Uuid> = roles.items.iter().map(|role| role.id).collect();
    let mut actions = actions_of(ctx, &ids).await?;
    let counts = assignments::store::counts(conn, &ids, ctx.now()).await?;
    let count = |role: Uuid, kind: SubjectKind| {
        counts.get(&(role, kind.as_str().to_owned())).copied().unwrap_or_default()
    };
    Ok(roles.map(|role| TenantRole {
        role: role.id,
        actions: actions.remove(&role.id).unwrap_or_default().into_iter().collect(),
        entities: count(role.id, SubjectKind::Entity),
        groups: count(role.id, SubjectKind::Group),
        name: role.name,
    }))
}
