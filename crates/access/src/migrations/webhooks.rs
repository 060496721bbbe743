//! The tables of webhooks.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, blob_null, integer, integer_null, string, text, text_null, uuid,
    uuid_null,
};

use super::references;

/// Endpoints, and the log of what was sent to them.
pub(super) struct Webhooks;

impl MigrationName for Webhooks {
    fn name(&self) -> &str {
        "m0036_webhooks"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Webhooks {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let webhooks = Table::create()
            .table("webhooks")
            .col(uuid("id").primary_key())
            .col(uuid_null("tenant_id"))
            .col(uuid("stream"))
            .col(string("name"))
            .col(text("url"))
            .col(text("events"))
            .col(string("state"))
            .col(blob("sealed_secret"))
            .col(blob_null("sealed_old_secret"))
            .col(big_integer_null("old_secret_until"))
            .col(big_integer("told"))
            .col(integer("attempts"))
            .col(big_integer("next_at"))
            .col(big_integer_null("failing_since"))
            .col(text_null("last_error"))
            .col(big_integer_null("last_success_at"))
            .col(uuid_null("lease_id"))
            .col(big_integer_null("lease_until"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .foreign_key(&mut references("webhooks", "tenant_id", "tenants"))
            .to_owned();
        let deliveries = Table::create()
            .table("webhook_deliveries")
            .col(uuid("id").primary_key())
            .col(uuid("webhook_id"))
            .col(big_integer("revision"))
            .col(string("event"))
            .col(string("message"))
            .col(string("state"))
            .col(integer("attempt"))
            .col(big_integer("at"))
            .col(big_integer("millis"))
            .col(integer_null("status"))
            .col(text_null("error"))
            .col(text_null("answer"))
            .foreign_key(&mut references("webhook_deliveries", "webhook_id", "webhooks"))
            .to_owned();
        manager.create_table(webhooks).await?;
        manager.create_table(deliveries).await?;
        for index in [
            "CREATE INDEX webhooks_due ON webhooks (state, next_at)",
            "CREATE INDEX webhooks_stream ON webhooks (stream, name)",
            "CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, at)",
            "CREATE INDEX webhook_deliveries_at ON webhook_deliveries (at)",
            "CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook_id) WHERE state = 'waiting'",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}
