//! What a house begins with: its administrator, an example service, and the profiles.

use atoll_base::ctx::{Allowed, Seed, Tx};
use atoll_base::{Event, Result};
use atoll_policy::{Change, EntityKind, ObjectKind, Status};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::entities::{self, Entity};
use crate::profiles::{self, Profile, ProfileVersion};

/// The first administrator.
pub const ADMIN: Uuid = Uuid::from_u128(1);
/// The service that comes with the house.
pub const EXAMPLE_SERVICE: Uuid = Uuid::from_u128(3);
/// The principal group of everybody who can sign in.
pub const AUTHENTICATED_USERS: Uuid = Uuid::from_u128(5);

const PROFILES: [(EntityKind, &str, &str); 7] = [
    (EntityKind::Device, "client", "Client"),
    (EntityKind::Device, "gateway", "Gateway"),
    (EntityKind::Device, "water_meter", "Water Meter"),
    (EntityKind::Human, "user", "User"),
    (EntityKind::Service, "service_account", "Service Account"),
    (EntityKind::Workload, "workload", "Workload"),
    (EntityKind::Application, "application", "Application"),
];

/// Makes this room's part of a new house. Once, on an empty store, before `access` makes its own.
pub async fn seed(tx: &mut Tx, allowed: &Allowed<'_, Seed>) -> Result<()> {
    let admin = json!({ "role": "admin", "system": true });
    entity(tx, allowed, ADMIN, EntityKind::Human, "admin", admin).await?;
    let service = json!({ "system": true, "purpose": "example-service-integration" });
    entity(tx, allowed, EXAMPLE_SERVICE, EntityKind::Service, "example-service", service).await?;
    for (kind, key, display_name) in PROFILES {
        profile(tx, allowed, kind, key, display_name).await?;
    }
    Ok(())
}

async fn entity(
    tx: &mut Tx,
    allowed: &Allowed<'_, Seed>,
    id: Uuid,
    kind: EntityKind,
    name: &str,
    attributes: Value,
) -> Result<()> {
    let entity = Entity {
        id,
        kind,
        name: name.to_owned(),
        alias: None,
        tenant: None,
        profile: None,
        profile_version: None,
        status: Status::Active,
        attributes,
        deleted_by: None,
        deleted_at: None,
        created_at: tx.ctx().now(),
        updated_at: None,
    };
    entities::store::insert(tx, &allowed.part(), &entity).await?;
    tx.record(
        allowed,
        Event::new("entity.create").on("entity", id).after(entity.state()).change(Change::Put(entity.fact())),
    );
    Ok(())
}

async fn profile(
    tx: &mut Tx,
    allowed: &Allowed<'_, Seed>,
    kind: EntityKind,
    key: &str,
    display_name: &str,
) -> Result<()> {
    let (id, now) = (tx.ctx().new_id(), tx.ctx().now());
    let profile = Profile {
        id,
        tenant: None,
        object_kind: ObjectKind::Entity.as_str().to_owned(),
        kind: kind.as_str().to_owned(),
        key: key.to_owned(),
        display_name: display_name.to_owned(),
        description: None,
        status: profiles::ACTIVE.to_owned(),
        created_at: now,
        updated_at: None,
    };
    let version = ProfileVersion {
        id: tx.ctx().new_id(),
        profile: id,
        version: 1,
        json_schema: json!({}),
        ui_schema: json!({}),
        status: profiles::ACTIVE.to_owned(),
        created_at: now,
    };
    profiles::store::insert(tx, &allowed.part(), profile).await?;
    profiles::store::insert_version(tx, &allowed.part(), version).await?;
    let event = Event::new("profile.create").on("profile", id);
    tx.record(allowed, event.after(json!({ "kind": kind.as_str(), "key": key, "version": 1 })));
    Ok(())
}
