//! Queries about users by what other directories call them.

use atoll_base::Result;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::entities::store::{Column, Entity};

/// One thing that an entity is looked up by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// Its name, in any case.
    Name(String),
    /// What another directory calls it.
    External(String),
}

impl Called {
    /// As a condition that an index can follow.
    pub(crate) fn condition(&self) -> Condition {
        match self {
            // Engines differ in what they fold beyond ASCII; a name as it was given is always found.
            Called::Name(name) => Condition::any()
                .add(Expr::cust("lower(name)").eq(name.to_lowercase()))
                .add(Column::Name.eq(name)),
            Called::External(id) => {
                Condition::all().add(Expr::cust("(attributes -> 'scim' ->> 'externalId')").eq(id))
            }
        }
    }
}

/// Whether another live entity of the tenant has this name, in any case.
pub(super) async fn name_is_taken(
    conn: &impl ConnectionTrait,
    tenant: Uuid,
    name: &str,
    but: Uuid,
) -> Result<bool> {
    let others = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::DeletedAt.is_null())
        .filter(Column::Id.ne(but))
        .filter(Called::Name(name.to_owned()).condition());
    Ok(others.one(conn).await?.is_some())
}
