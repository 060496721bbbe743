//! The table of what is asked of people who sign in.

use std::time::Duration;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::settings::SecondFactor;
use atoll_base::{Moment, Result};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use serde::{Deserialize, Serialize};

use super::model::SignInPolicy;

/// A row of `sign_in_policies`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "sign_in_policies")]
pub struct Model {
    /// Tenant; nil for the platform.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// What is needed.
    pub second_factor: String,
    /// Grace.
    pub grace_secs: i64,
    /// When it was set.
    pub set_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for SignInPolicy {
    fn from(row: Model) -> SignInPolicy {
        SignInPolicy {
            tenant: row.tenant_id,
            // A word that is not known asks for the most.
            second_factor: SecondFactor::parse(&row.second_factor).unwrap_or(SecondFactor::Passkey),
            grace: Duration::from_secs(u64::try_from(row.grace_secs).unwrap_or_default()),
            set_at: Moment(row.set_at),
        }
    }
}

/// Sets what is asked.
pub(super) async fn put(tx: &Tx, _allowed: &Allowed<'_, SignInPolicy>, policy: &SignInPolicy) -> Result<()> {
    let row = Model {
        tenant_id: policy.tenant,
        second_factor: policy.second_factor.as_str().to_owned(),
        grace_secs: i64::try_from(policy.grace.as_secs()).unwrap_or(i64::MAX),
        set_at: policy.set_at.0,
    };
    let there = OnConflict::column(Column::TenantId)
        .update_columns([Column::SecondFactor, Column::GraceSecs, Column::SetAt])
        .to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(there)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Removes what a tenant asks.
pub(super) async fn remove(tx: &Tx, _allowed: &Allowed<'_, SignInPolicy>, tenant: Uuid) -> Result<()> {
    Entity::delete_by_id(tenant).exec(tx.conn()).await?;
    Ok(())
}

/// What these ask.
pub(super) async fn of(conn: &impl ConnectionTrait, tenants: Vec<Uuid>) -> Result<Vec<SignInPolicy>> {
    let rows = Entity::find().filter(Column::TenantId.is_in(tenants)).all(conn).await?;
    Ok(rows.into_iter().map(SignInPolicy::from).collect())
}
