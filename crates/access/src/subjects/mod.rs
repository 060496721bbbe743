//! Who may receive a grant where.

pub(crate) mod entities;
pub(crate) mod store;

use atoll_base::ctx::Tx;
use atoll_base::{Fault, Kind, Result};
use atoll_policy::{Fact, FactKey, GroupFlavour, Phase, Status, Subject};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::tenancy;
use crate::{assignments, groups, policies};

/// A grant that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantFault {
    /// The subject is not there or not in use.
    #[error("assignment references a deleted, disabled, or unknown subject")]
    SubjectNotInUse,
    /// There is no such principal group.
    #[error("assignment references unknown principal group")]
    UnknownGroup,
    /// The entity has nothing to do with the tenant.
    #[error("tenant assignment subject entity must belong to the tenant")]
    ForeignEntity,
    /// What belongs to a tenant receives nothing at the platform.
    #[error("platform assignment cannot target tenant-owned entity")]
    OwnedByTenant,
    /// The group belongs elsewhere.
    #[error("assignment subject principal group must be in the same tenant")]
    ForeignGroup,
    /// There is no such role.
    #[error("role assignment references unknown role")]
    UnknownRole,
    /// The role belongs elsewhere.
    #[error("role assignment tenantId must match role tenantId")]
    RoleTenant,
    /// There is no such block.
    #[error("direct policy references unknown permission block")]
    UnknownBlock,
    /// The block belongs elsewhere.
    #[error("direct policy tenantId must match permission block tenantId")]
    BlockTenant,
}

impl Fault for GrantFault {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            GrantFault::SubjectNotInUse | GrantFault::UnknownGroup => "grant.no_such_subject",
            GrantFault::ForeignEntity | GrantFault::OwnedByTenant | GrantFault::ForeignGroup => {
                "grant.foreign_subject"
            }
            GrantFault::UnknownRole => "grant.no_such_role",
            GrantFault::UnknownBlock => "grant.no_such_block",
            GrantFault::RoleTenant | GrantFault::BlockTenant => "grant.other_tenant",
        }
    }
}

/// Checks that the subject may receive a grant of this tenant, or of the platform.
pub(crate) async fn may_receive(tx: &Tx, subject: Subject, tenant: Option<Uuid>) -> Result<()> {
    match subject {
        Subject::Entity(id) => entity(tx, id, tenant).await,
        Subject::Group(id) => group(tx, id, tenant).await,
    }
}

/// Whether the entity is a member of the tenant, now or from a later moment on.
pub(crate) async fn is_member(tx: &Tx, tenant: Uuid, entity: Uuid) -> Result<bool> {
    Ok(match tx.fact(&FactKey::Membership { tenant, entity }).await? {
        Some(Fact::Membership { window, .. }) => window.phase(tx.ctx().now().0) != Phase::Over,
        _ => false,
    })
}

async fn entity(tx: &Tx, id: Uuid, tenant: Option<Uuid>) -> Result<()> {
    let found = tx.fact(&FactKey::Entity { id }).await?;
    let Some(Fact::Entity { tenant: home, status: Status::Active, deleted: false, .. }) = found else {
        return Err(GrantFault::SubjectNotInUse.into());
    };
    tenancy::active(tx, home).await?;
    match tenant {
        None if home.is_some() => return Err(GrantFault::OwnedByTenant.into()),
        Some(tenant) if home != Some(tenant) && !is_member(tx, tenant, id).await? => {
            return Err(GrantFault::ForeignEntity.into());
        }
        _ => {}
    }
    Ok(())
}

async fn group(tx: &Tx, id: Uuid, tenant: Option<Uuid>) -> Result<()> {
    groups::store::lock_chain(tx, id, None).await?;
    match groups::store::find_any(tx.conn(), id).await? {
        Some(group) if group.flavour == GroupFlavour::Principal => {
            if group.deleted_at.is_some() || group.status != Status::Active {
                return Err(GrantFault::SubjectNotInUse.into());
            }
            if group.tenant != tenant {
                return Err(GrantFault::ForeignGroup.into());
            }
        }
        _ => return Err(GrantFault::UnknownGroup.into()),
    }
    Ok(())
}

/// Whether an entity holds a role or a block itself.
pub async fn holds_anything(conn: &impl ConnectionTrait, entity: Uuid) -> Result<bool> {
    let subject = Subject::Entity(entity);
    Ok(!assignments::store::of_subject(conn, subject, None).await?.is_empty()
        || !policies::store::of_subject(conn, subject, None).await?.is_empty())
}
