//! Grants that are left of somebody who does not exist.

use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Moment, PageRequest, Result};
use atoll_policy::Subject;
use uuid::Uuid;

use super::store;
use crate::tenancy::ADMINISTER;

/// A grant whose subject does not exist, not even deleted. The store itself keeps roles and blocks that are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Id of the assignment or policy.
    pub id: Uuid,
    /// Its tenant.
    pub tenant: Option<Uuid>,
    /// Who held it.
    pub subject: Subject,
    /// The role, of an assignment.
    pub role: Option<Uuid>,
    /// The block, of a direct policy.
    pub block: Option<Uuid>,
    /// When it was given.
    pub created_at: Moment,
}

/// A page of such grants, newest first. There should be none.
pub async fn orphan_policies(ctx: &Ctx, page: PageRequest) -> Result<Vec<Orphan>> {
    ctx.require(&ADMINISTER, &Within::<Orphan>::platform())?;
    store::orphans(&ctx.reader(), page).await
}
