//! What is asked of people who sign in.

use std::time::Duration;

use atoll_base::ctx::Ctx;
use atoll_base::settings::SecondFactor;
use atoll_base::{Moment, Result};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::model::{PLATFORM, SignInPolicy};
use super::store;
use crate::tenants;

/// What a tenant asks, for whoever may read it; nothing unless somebody set it.
pub async fn find(ctx: &Ctx, tenant: Uuid) -> Result<SignInPolicy> {
    let tenant = tenants::find(ctx, tenant).await?;
    let found = store::of(&ctx.reader(), vec![tenant.id]).await?.pop();
    Ok(found.unwrap_or(SignInPolicy {
        tenant: tenant.id,
        second_factor: SecondFactor::None,
        grace: Duration::ZERO,
        set_at: Moment(0),
    }))
}

/// What applies to those who are at home there: the tenant's policy, and the platform's.
pub(crate) async fn that_apply(conn: &impl ConnectionTrait, home: Option<Uuid>) -> Result<Vec<SignInPolicy>> {
    store::of(conn, [Some(PLATFORM), home].into_iter().flatten().collect()).await
}
