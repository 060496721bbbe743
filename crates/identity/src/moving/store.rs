//! What a tenant has already, by name.

use std::collections::HashMap;

use atoll_base::Result;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::model::IMPORTED;
use crate::entities::store::{Column, Entity, Model};

/// How many names are looked up at once.
const STEP: usize = 500;

/// Something that is there already: its id, and the id that it had where it came from.
pub(super) type There = (Uuid, Option<String>);

/// The live entities of a tenant that have one of these names.
pub(super) async fn entities(
    conn: &impl ConnectionTrait,
    tenant: Uuid,
    names: &[&str],
) -> Result<HashMap<String, There>> {
    let there = |row: Model| {
        let origin = row.attributes[IMPORTED]["id"].as_str().map(str::to_owned);
        (row.name, (row.id, origin))
    };
    Ok(rows_named(conn, Some(tenant), names).await?.into_iter().map(there).collect())
}

/// An entity: its id, its name, and where it is at home.
pub(super) type Named = (Uuid, String, Option<Uuid>);

/// Those of these ids that are live entities.
pub(super) async fn names_of(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Named>> {
    let mut found = Vec::new();
    for some in ids.chunks(STEP) {
        let rows = Entity::find()
            .filter(Column::DeletedAt.is_null())
            .filter(Column::Id.is_in(some.iter().copied()))
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.id, row.name, row.tenant_id)));
    }
    Ok(found)
}

/// The live entities of the platform or of a tenant that have one of these names.
pub(super) async fn named(
    conn: &impl ConnectionTrait,
    tenant: Option<Uuid>,
    names: &[&str],
) -> Result<Vec<Named>> {
    let rows = rows_named(conn, tenant, names).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name, row.tenant_id)).collect())
}

async fn rows_named(conn: &impl ConnectionTrait, tenant: Option<Uuid>, names: &[&str]) -> Result<Vec<Model>> {
    let home = match tenant {
        Some(tenant) => Column::TenantId.eq(tenant),
        None => Column::TenantId.is_null(),
    };
    let mut found = Vec::new();
    for some in names.chunks(STEP) {
        let rows = Entity::find()
            .filter(home.clone())
            .filter(Column::DeletedAt.is_null())
            .filter(Column::Name.is_in(some.iter().copied()))
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}
