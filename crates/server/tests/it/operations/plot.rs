//! The callers and the ground they stand on: a tenant with an administrator and a person without a role, and another
//! tenant with its administrator.

use std::sync::atomic::{AtomicU64, Ordering};

use atoll_base::ctx::Ctx;
use atoll_policy::Ceiling;
use serde_json::json;
use uuid::Uuid;

use crate::harness::{ADMIN, Plant};

pub(super) struct Plot {
    pub(super) tenant: Uuid,
    pub(super) admin: Uuid,
    pub(super) nobody_special: Uuid,
    other: Uuid,
    other_admin: Uuid,
    count: AtomicU64,
}

impl Plot {
    pub(super) async fn lay(plant: &Plant) -> Plot {
        let tenant = plant.tenant("own").await;
        let other = plant.tenant("other").await;
        let admin = plant.entity("human", "own-admin", Some(tenant)).await;
        let nobody_special = plant.entity("human", "own-person", Some(tenant)).await;
        let other_admin = plant.entity("human", "other-admin", Some(other)).await;
        for (tenant, admin) in [(tenant, admin), (other, other_admin)] {
            let roles = "query($tenant: ID!) { roles(tenantId: $tenant) { items { id name } } }";
            let roles = plant.data(&plant.admin(), roles, json!({ "tenant": tenant })).await;
            let role = roles["roles"]["items"][0]["id"].clone();
            let role = role.as_str().expect("an id").parse().expect("a UUID");
            plant.assign(role, admin, Some(tenant)).await;
        }
        Plot { tenant, admin, nobody_special, other, other_admin, count: AtomicU64::new(0) }
    }

    /// In the order of the table's columns.
    pub(super) fn callers(&self, plant: &Plant) -> [Ctx; 6] {
        [
            plant.nobody(),
            plant.caller(self.other_admin, Some(self.other)),
            plant.caller(self.nobody_special, Some(self.tenant)),
            plant.caller(self.admin, Some(self.tenant)),
            plant.admin(),
            plant.capped(ADMIN, None, Ceiling::default()),
        ]
    }

    /// A name that nothing has yet.
    pub(super) fn name(&self) -> String {
        format!("name-{}", self.count.fetch_add(1, Ordering::Relaxed))
    }
}
