//! One round of removing what was deleted long enough ago.

use std::sync::Arc;
use std::time::{Duration, Instant};

use atoll_access::tenancy::ADMINISTER;
use atoll_access::{groups, resources, roles};
use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Event, Ground, Kind, Moment, Result};
use atoll_policy::GroupFlavour;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{entities, tenants};

/// A round ends here; what is left is for the next one. Shorter than the lease of a job.
const PATIENCE: Duration = Duration::from_secs(40);

/// What is removed, in this order: what others lie in first, tenants with all that is left in them last.
#[derive(Clone, Copy, Debug)]
enum Table {
    ObjectGroups,
    PrincipalGroups,
    Resources,
    Entities,
    Roles,
    Tenants,
}

impl Table {
    const ALL: [Table; 6] = [
        Table::ObjectGroups,
        Table::PrincipalGroups,
        Table::Resources,
        Table::Entities,
        Table::Roles,
        Table::Tenants,
    ];

    const fn name(self) -> &'static str {
        match self {
            Table::ObjectGroups => "object_groups",
            Table::PrincipalGroups => "principal_groups",
            Table::Resources => "resources",
            Table::Entities => "entities",
            Table::Roles => "roles",
            Table::Tenants => "tenants",
        }
    }

    async fn deleted_before(self, ctx: &Ctx, before: Moment, most: u64) -> Result<Vec<Uuid>> {
        let conn = &ctx.reader();
        match self {
            Table::ObjectGroups => groups::deleted_before(conn, GroupFlavour::Object, before, most).await,
            Table::PrincipalGroups => {
                groups::deleted_before(conn, GroupFlavour::Principal, before, most).await
            }
            Table::Resources => resources::deleted_before(conn, before, most).await,
            Table::Entities => entities::store::deleted_before(conn, before, most).await,
            Table::Roles => roles::deleted_before(conn, before, most).await,
            Table::Tenants => tenants::store::deleted_before(conn, before, most).await,
        }
    }

    async fn purge(self, ctx: &Ctx, id: Uuid) -> Result<()> {
        match self {
            Table::ObjectGroups | Table::PrincipalGroups => groups::purge(ctx, id).await,
            Table::Resources => resources::purge(ctx, id).await,
            Table::Entities => entities::purge(ctx, id).await,
            Table::Roles => roles::purge(ctx, id).await,
            Table::Tenants => tenants::purge(ctx, id).await,
        }
    }
}

/// Removes at most one batch of each noun that was deleted longer ago than the settings say; how many in all. Each goes
/// in a transaction of its own, so that one which cannot go does not keep the others.
pub async fn purge_old(ground: &Arc<Ground>) -> Result<u64> {
    let ctx = Ctx::platform(ground.clone(), "purge");
    let settings = ground.settings();
    let cutoff = ctx.now().minus(settings.purge_retention_days);
    let begun = Instant::now();
    let mut counts = Map::new();
    let mut total = 0;
    for table in Table::ALL {
        let mut removed: u64 = 0;
        for id in table.deleted_before(&ctx, cutoff, u64::from(settings.purge_batch_size)).await? {
            if begun.elapsed() > PATIENCE {
                break;
            }
            match table.purge(&ctx, id).await {
                Ok(()) => removed += 1,
                // Brought back or removed meanwhile.
                Err(error) if error.kind() == Kind::Missing => {}
                Err(error) => {
                    tracing::warn!(error = error.for_log(), table = table.name(), %id, "was not removed");
                }
            }
        }
        if removed > 0 {
            counts.insert(table.name().to_owned(), removed.into());
        }
        total += removed;
    }
    if total > 0 {
        remember(&ctx, total, cutoff, counts).await?;
    }
    Ok(total)
}

async fn remember(ctx: &Ctx, total: u64, cutoff: Moment, counts: Map<String, Value>) -> Result<()> {
    let settings = ctx.ground().settings();
    let allowed = ctx.require(&ADMINISTER, &Within::<Table>::platform())?;
    let mut tx = ctx.begin().await?;
    tx.record(
        &allowed,
        Event::new("purge.cleanup")
            .detail("deleted_rows", total)
            .detail("cutoff", cutoff.rfc3339())
            .detail("retention_days", settings.purge_retention_days.as_secs() / 86_400)
            .detail("batch_size", settings.purge_batch_size)
            .detail("tables", counts),
    );
    tx.commit().await?;
    Ok(())
}
