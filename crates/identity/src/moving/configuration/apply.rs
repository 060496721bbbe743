//! Setting a tenant up as files say.

use atoll_base::alias::Alias;
use atoll_base::ctx::Ctx;
use atoll_base::{Common, Result};
use uuid::Uuid;

use super::carry_out::Taking;
use super::compare::{Change, Step, compare};
use super::export::export;
use super::model::{Tenant, Wish};
use super::settle;
use crate::tenants::{self, NewTenant, TenantRoute};

/// What would be done, or was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Whether the tenant itself is made.
    pub new: bool,
    /// What changes.
    pub steps: Vec<Step>,
    /// What files speak of that is not here, and is left out.
    pub left: Vec<String>,
}

impl Plan {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        !self.new && self.steps.is_empty()
    }

    /// How many things are taken away.
    pub fn removed(&self) -> usize {
        self.steps.iter().filter(|step| step.change == Change::Removed).count()
    }
}

/// Carries everything out, guards and all, says what it was, and undoes it. Without a tenant the one of the files is
/// made. A tenant that is named keeps its own name, alias and route.
pub async fn preview(ctx: &Ctx, tenant: Option<Uuid>, named: bool, wish: &Wish, prune: bool) -> Result<Plan> {
    ctx.ground().decisions().catch_up().await?;
    let (within, trial) = ctx.try_out().await?;
    let done = run(&within, tenant, named, wish, prune).await;
    drop(within);
    trial.end().await?;
    done
}

/// Carries everything out at once, or nothing of it. It is refused when it would not be what was `shown`.
pub async fn apply(
    ctx: &Ctx,
    tenant: Option<Uuid>,
    named: bool,
    wish: &Wish,
    prune: bool,
    shown: &Plan,
) -> Result<()> {
    ctx.ground().decisions().catch_up().await?;
    let (within, steps) = ctx.together().await?;
    let done = run(&within, tenant, named, wish, prune).await;
    drop(within);
    if done? == *shown {
        steps.keep(ctx).await?;
        return Ok(());
    }
    Err(Common::Invalid("something was changed meanwhile; run it again".into()).into())
}

async fn run(ctx: &Ctx, tenant: Option<Uuid>, named: bool, wish: &Wish, prune: bool) -> Result<Plan> {
    let said = &wish.configuration;
    let (tenant, new) = match tenant {
        Some(tenant) => (tenant, false),
        None => (made(ctx, wish, &said.tenant).await?, true),
    };
    let mut there = export(ctx, tenant, said.resources.is_some()).await?;
    there.names.look_up(ctx, tenant, said).await?;
    let (mut want, left) = settle::settle(ctx, wish, &there)?;
    if named {
        let own = &there.configuration.tenant;
        want.tenant.name.clone_from(&own.name);
        want.tenant.alias.clone_from(&own.alias);
        want.tenant.route.clone_from(&own.route);
    }
    let steps = compare(&there.configuration, &want);
    let mut taking = Taking::new(ctx, tenant, wish, &want, there);
    taking.everything(&steps, prune).await?;
    Ok(Plan { new, steps, left })
}

async fn made(ctx: &Ctx, wish: &Wish, said: &Tenant) -> Result<Uuid> {
    let alias = Alias::optional(said.alias.as_deref())
        .map_err(|why| wish.bad("tenant", &said.name, why.to_string()))?;
    let new = NewTenant {
        id: None,
        name: said.name.clone(),
        alias,
        route: TenantRoute::optional(said.route.as_deref())?,
        tags: said.tags.clone(),
        attributes: said.attributes.value(),
    };
    Ok(tenants::create(ctx, new).await?.id)
}
