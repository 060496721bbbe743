//! A ground with nothing on it but the ground's own tables.

use std::sync::Arc;

use atoll_base::ctx::{Allowed, Ctx, Within};
use atoll_base::db::Schema;
use atoll_base::decisions::Sources;
use atoll_base::testing::{TestStore, stores};
use atoll_base::time::SystemClock;
use atoll_base::{Event, Ground, Rule};
use atoll_policy::{Change, Fact, TenantStatus};
use sea_orm_migration::MigrationTrait;
use serde_json::json;
use uuid::Uuid;

pub struct GroundOnly;

impl Schema for GroundOnly {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        atoll_base::migrations()
    }
}

/// Runs the test on every engine.
pub async fn on_both<F, T>(test: F)
where
    F: Fn(Arc<Ground>, Arc<TestStore>) -> T,
    T: Future<Output = ()>,
{
    for store in stores().await.expect("stores for tests") {
        let store = Arc::new(store);
        let ground = another(&store).await;
        test(ground.clone(), store.clone()).await;
        drop(ground);
        if let Ok(store) = Arc::try_unwrap(store) {
            store.remove().await.expect("the store can be removed");
        }
    }
}

/// A second process on the same store, as far as the store can tell.
pub async fn another(store: &TestStore) -> Arc<Ground> {
    store.ground::<GroundOnly>(Sources::default(), Arc::new(SystemClock)).await.expect("a ground").0
}

/// The permission of the platform itself.
pub fn allowed(ctx: &Ctx) -> Allowed<'_, ()> {
    ctx.require(&Rule::any(&[]), &Within::<()>::platform()).expect("the platform may")
}

pub fn tenant_event(tenant: Uuid, number: u64) -> Event {
    Event::new("tenant.update")
        .of(Some(tenant))
        .on("tenant", tenant)
        .detail("number", number)
        .after(json!({ "number": number }))
        .change(Change::Put(Fact::Tenant {
            id: tenant,
            status: TenantStatus::Active,
            attributes: json!({ "number": number }),
        }))
}
