//! The table of certificates that were removed with their entity before they had expired: what revocation lists say of them.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `buried_certificates`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "buried_certificates")]
pub struct Model {
    /// Hexadecimal digits, lower case.
    #[sea_orm(primary_key, auto_increment = false)]
    pub serial: String,
    /// Who issued it: SHA-256 of the issuer's certificate.
    pub issuer: String,
    /// Its end.
    pub expires_at: i64,
    /// Revocation.
    pub revoked_at: i64,
    /// Its reason.
    pub reason: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
