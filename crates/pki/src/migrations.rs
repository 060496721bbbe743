//! The tables of `pki`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, blob, string};

/// This room's migrations, oldest first.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(RevocationLists)]
}

/// The newest list of revoked certificates of each issuer.
struct RevocationLists;

impl MigrationName for RevocationLists {
    fn name(&self) -> &str {
        "m0051_revocation_lists"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for RevocationLists {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("revocation_lists")
            .col(string("issuer").primary_key())
            .col(big_integer("number"))
            .col(blob("der"))
            .col(string("contents"))
            .col(big_integer("made_at"))
            .col(big_integer("regular_at"))
            .col(big_integer("since"))
            .to_owned();
        manager.create_table(table).await
    }
}
