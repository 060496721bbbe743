//! Where failed attempts come from.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::string_null;

/// Failed attempts are counted by where they come from, too.
pub(super) struct AttemptsByPlace;

impl MigrationName for AttemptsByPlace {
    fn name(&self) -> &str {
        "m0039_attempts_by_place"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AttemptsByPlace {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = Table::alter().table("sign_in_attempts").add_column(string_null("network")).to_owned();
        manager.alter_table(add).await?;
        for statement in [
            "CREATE INDEX sign_in_attempts_address ON sign_in_attempts (address, at)",
            "CREATE INDEX sign_in_attempts_network ON sign_in_attempts (network, at)",
            "CREATE INDEX sign_in_attempts_at ON sign_in_attempts (at)",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
