//! What tokens may be used for, shared keys that can be shown again, sessions that come from another token, certificates.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob_null, integer, json_binary, json_binary_null, string, string_null, text_null, uuid,
    uuid_null,
};

use super::references;

/// Credentials of every kind: what scoped tokens may be used for, shared keys that can be shown again.
pub(super) struct EveryKind;

impl MigrationName for EveryKind {
    fn name(&self) -> &str {
        "m0023_credentials_of_every_kind"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for EveryKind {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sealed = Table::alter().table("credentials").add_column(blob_null("sealed_secret")).to_owned();
        manager.alter_table(sealed).await?;
        manager.create_table(permission_limits()).await?;
        manager.create_table(permission_limit_actions()).await?;
        let index = "CREATE INDEX credential_permission_limits_of ON credential_permission_limits (credential_id, position)";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}

/// Sessions may come from another token.
pub(super) struct Exchanged;

impl MigrationName for Exchanged {
    fn name(&self) -> &str {
        "m0024_exchanged_sessions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Exchanged {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let exchange = json_binary_null("exchange");
        manager.alter_table(Table::alter().table("sessions").add_column(exchange).to_owned()).await?;
        for statement in [
            "DROP INDEX sessions_entity",
            "CREATE INDEX sessions_of_entity ON sessions (entity_id, created_at, id)",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// Certificates, and what lists of revoked ones still have to say of those that were removed.
pub(super) struct Certificates;

impl MigrationName for Certificates {
    fn name(&self) -> &str {
        "m0050_certificates"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Certificates {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [string_null("issuer"), blob_null("certificate")] {
            manager.alter_table(Table::alter().table("credentials").add_column(column).to_owned()).await?;
        }
        let buried = Table::create()
            .table("buried_certificates")
            .col(string("serial").primary_key())
            .col(string("issuer"))
            .col(big_integer("expires_at"))
            .col(big_integer("revoked_at"))
            .col(string_null("reason"))
            .to_owned();
        manager.create_table(buried).await?;
        for statement in [
            "CREATE UNIQUE INDEX credentials_serial ON credentials (identifier) WHERE kind = 'certificate'",
            // Queries bind the kind, and SQLite finds nothing along an index for one kind only then.
            "CREATE INDEX credentials_identifier ON credentials (identifier)",
            "CREATE INDEX credentials_of_kind ON credentials (kind, created_at, id)",
            "CREATE INDEX credentials_issuer ON credentials (issuer, status, expires_at)",
            "CREATE INDEX buried_certificates_issuer ON buried_certificates (issuer, expires_at)",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

fn permission_limits() -> TableCreateStatement {
    Table::create()
        .table("credential_permission_limits")
        .col(uuid("id").primary_key())
        .col(uuid("credential_id"))
        .col(integer("position"))
        .col(string("scope_mode"))
        .col(uuid_null("tenant_id"))
        .col(string_null("object_kind"))
        .col(text_null("object_type"))
        .col(uuid_null("object_id"))
        .col(json_binary("conditions"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("credential_permission_limits", "credential_id", "credentials"))
        .foreign_key(&mut references("credential_permission_limits", "tenant_id", "tenants"))
        .to_owned()
}

/// Actions are another room's: nothing is referred to, and one that is gone permits nothing.
fn permission_limit_actions() -> TableCreateStatement {
    let table = "credential_permission_limit_actions";
    Table::create()
        .table(table)
        .col(uuid("limit_id"))
        .col(uuid("action_id"))
        .primary_key(Index::create().col("limit_id").col("action_id"))
        .foreign_key(&mut references(table, "limit_id", "credential_permission_limits"))
        .to_owned()
}
