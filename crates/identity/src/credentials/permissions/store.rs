//! The tables of what scoped access tokens may be used for.

use std::collections::HashMap;

use atoll_access::actions;
use atoll_base::Result;
use atoll_base::ctx::{Allowed, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, QueryOrder};
use serde::{Deserialize, Serialize};

use super::model::{GivenPermission, Permission};
use crate::credentials::Credential;

/// A row of `credential_permission_limits`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "credential_permission_limits")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The token.
    pub credential_id: Uuid,
    /// Its place among those of the token.
    pub position: i32,
    /// Mode.
    pub scope_mode: String,
    /// Tenant.
    pub tenant_id: Option<Uuid>,
    /// Coarse kind.
    pub object_kind: Option<String>,
    /// Type.
    pub object_type: Option<String>,
    /// Object.
    pub object_id: Option<Uuid>,
    /// JSON object.
    pub conditions: Json,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// `credential_permission_limit_actions`.
pub mod action {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "credential_permission_limit_actions")]
    pub struct Model {
        /// The permission.
        #[sea_orm(primary_key, auto_increment = false)]
        pub limit_id: Uuid,
        /// The action; perhaps one that was removed since, which then permits nothing.
        #[sea_orm(primary_key, auto_increment = false)]
        pub action_id: Uuid,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Adds permissions to a token; `ids` are those of the actions by name.
pub(crate) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, Credential>,
    credential: Uuid,
    permissions: &[Permission],
    ids: &HashMap<String, Uuid>,
) -> Result<()> {
    let ctx = tx.ctx();
    let mut actions = Vec::new();
    let mut limits = Vec::new();
    for (permission, position) in permissions.iter().zip(0..) {
        let (id, given) = (ctx.new_id(), permission.given());
        limits.push(ActiveModel {
            id: ActiveValue::Set(id),
            credential_id: ActiveValue::Set(credential),
            position: ActiveValue::Set(position),
            scope_mode: ActiveValue::Set(given.scope_mode),
            tenant_id: ActiveValue::Set(given.tenant_id),
            object_kind: ActiveValue::Set(given.object_kind),
            object_type: ActiveValue::Set(given.object_type),
            object_id: ActiveValue::Set(given.object_id),
            conditions: ActiveValue::Set(permission.conditions.clone()),
            created_at: ActiveValue::Set(ctx.now().0),
        });
        let of = permission.actions.iter().filter_map(|name| ids.get(name));
        actions.extend(of.map(|action| action::ActiveModel {
            limit_id: ActiveValue::Set(id),
            action_id: ActiveValue::Set(*action),
        }));
    }
    Entity::insert_many(limits).exec_without_returning(tx.conn()).await?;
    // Below the most parameters that a statement may have.
    for batch in actions.chunks(1000) {
        action::Entity::insert_many(batch.to_vec()).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Takes all permissions from a token.
pub(crate) async fn remove(tx: &Tx, _allowed: &Allowed<'_, Credential>, credential: Uuid) -> Result<()> {
    Entity::delete_many().filter(Column::CredentialId.eq(credential)).exec(tx.conn()).await?;
    Ok(())
}

/// The permissions of tokens, in the order in which they were given.
pub(crate) async fn of(
    conn: &impl ConnectionTrait,
    credentials: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Permission>>> {
    let mut permissions: HashMap<Uuid, Vec<Permission>> = HashMap::new();
    if credentials.is_empty() {
        return Ok(permissions);
    }
    let limits = Entity::find()
        .filter(Column::CredentialId.is_in(credentials.iter().copied()))
        .order_by_asc(Column::CredentialId)
        .order_by_asc(Column::Position)
        .all(conn)
        .await?;
    let mut named = names(conn, &limits).await?;
    for limit in limits {
        let names = named.remove(&limit.id).unwrap_or_default();
        let (id, credential) = (limit.id, limit.credential_id);
        // A permission all of whose actions were removed permits nothing.
        if names.is_empty() {
            continue;
        }
        let given = GivenPermission {
            actions: names,
            scope_mode: limit.scope_mode,
            tenant_id: limit.tenant_id,
            object_kind: limit.object_kind,
            object_type: limit.object_type,
            object_id: limit.object_id,
            conditions: Some(limit.conditions),
        };
        let permission = Permission::read(given).map_err(|_| Permission::broken(id))?;
        permissions.entry(credential).or_default().push(permission);
    }
    Ok(permissions)
}

/// Rows asked for at a time.
const BATCH: usize = 500;

/// The names of the actions of each permission.
async fn names(conn: &impl ConnectionTrait, limits: &[Model]) -> Result<HashMap<Uuid, Vec<String>>> {
    let ids: Vec<Uuid> = limits.iter().map(|limit| limit.id).collect();
    let mut rows = Vec::new();
    for batch in ids.chunks(BATCH) {
        let found = action::Entity::find().filter(action::Column::LimitId.is_in(batch.iter().copied()));
        rows.extend(found.all(conn).await?);
    }
    let mut actions: Vec<Uuid> = rows.iter().map(|row| row.action_id).collect();
    actions.sort_unstable();
    actions.dedup();
    let known = actions::names_of(conn, &actions).await?;
    let mut names: HashMap<Uuid, Vec<String>> = HashMap::new();
    for row in rows {
        if let Some(name) = known.get(&row.action_id) {
            names.entry(row.limit_id).or_default().push(name.clone());
        }
    }
    Ok(names)
}
