//! What a tenant has already, by name.

use std::collections::HashMap;

use atoll_base::Result;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::model::IMPORTED;
use crate::entities::store::{Column, Entity};

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
    let mut found = HashMap::new();
    for some in names.chunks(STEP) {
        let rows = Entity::find()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::DeletedAt.is_null())
            .filter(Column::Name.is_in(some.iter().copied()))
            .all(conn)
            .await?;
        for row in rows {
            let origin = row.attributes[IMPORTED]["id"].as_str().map(str::to_owned);
            found.insert(row.name, (row.id, origin));
        }
    }
    Ok(found)
}
