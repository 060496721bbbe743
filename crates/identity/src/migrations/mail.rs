//! The tables of addresses, of links that are sent to them, and of invitations.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, blob_null, integer, string, string_null, uuid, uuid_null,
};

use super::references;

/// Addresses and the links that are sent to them.
pub(super) struct Emails;

impl MigrationName for Emails {
    fn name(&self) -> &str {
        "m0020_emails"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Emails {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(entity_emails()).await?;
        manager.create_table(mailed_links()).await?;
        for index in [
            "CREATE UNIQUE INDEX entity_emails_entity ON entity_emails (entity_id)",
            "CREATE UNIQUE INDEX entity_emails_email ON entity_emails (email) WHERE deleted_at IS NULL",
            "CREATE INDEX mailed_links_email ON mailed_links (email_id, purpose, created_at)",
            "CREATE INDEX mailed_links_expires ON mailed_links (expires_at)",
            "CREATE INDEX mailed_links_entity ON mailed_links (entity_id)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

fn entity_emails() -> TableCreateStatement {
    Table::create()
        .table("entity_emails")
        .col(uuid("id").primary_key())
        .col(uuid("entity_id"))
        .col(string("email"))
        .col(big_integer_null("verified_at"))
        .col(big_integer_null("noticed_at"))
        .col(big_integer_null("deleted_at"))
        .col(big_integer("created_at"))
        .col(big_integer_null("updated_at"))
        .foreign_key(&mut references("entity_emails", "entity_id", "entities"))
        .to_owned()
}

fn mailed_links() -> TableCreateStatement {
    Table::create()
        .table("mailed_links")
        .col(uuid("id").primary_key())
        .col(string("purpose"))
        .col(uuid("entity_id"))
        .col(uuid("email_id"))
        .col(blob("verifier"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("consumed_at"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("mailed_links", "entity_id", "entities"))
        .foreign_key(&mut references("mailed_links", "email_id", "entity_emails"))
        .to_owned()
}

/// Accounts that were made by signing up wait for the proof of their address.
pub(super) struct Pending;

impl MigrationName for Pending {
    fn name(&self) -> &str {
        "m0044_pending_addresses"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Pending {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = big_integer_null("pending_since");
        manager.alter_table(Table::alter().table("entity_emails").add_column(column).to_owned()).await?;
        let index = "CREATE INDEX entity_emails_pending ON entity_emails (pending_since) WHERE pending_since IS NOT NULL";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}

/// Invitations into tenants. The role is `access`'s and is looked at when somebody accepts.
pub(super) struct Invitations;

impl MigrationName for Invitations {
    fn name(&self) -> &str {
        "m0021_invitations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Invitations {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("tenant_invitations")
            .col(uuid("id").primary_key())
            .col(uuid("tenant_id"))
            .col(uuid_null("invitee_user_id"))
            .col(string_null("invitee_email"))
            .col(uuid("invited_by"))
            .col(uuid_null("role_id"))
            .col(blob_null("verifier"))
            .col(big_integer("expires_at"))
            .col(uuid_null("accepted_by"))
            .col(big_integer_null("accepted_at"))
            .col(big_integer_null("rejected_at"))
            .col(big_integer_null("revoked_at"))
            .col(big_integer("created_at"))
            .col(big_integer_null("updated_at"))
            .col(integer("mails"))
            .col(big_integer("mails_since"))
            .foreign_key(&mut references("tenant_invitations", "tenant_id", "tenants"))
            .foreign_key(&mut references("tenant_invitations", "invitee_user_id", "entities"))
            .foreign_key(&mut references("tenant_invitations", "invited_by", "entities"))
            .to_owned();
        manager.create_table(table).await?;
        for index in [
            "CREATE UNIQUE INDEX tenant_invitations_user ON tenant_invitations (tenant_id, invitee_user_id) WHERE invitee_user_id IS NOT NULL",
            "CREATE UNIQUE INDEX tenant_invitations_email ON tenant_invitations (tenant_id, invitee_email) WHERE invitee_user_id IS NULL",
            "CREATE INDEX tenant_invitations_by_user ON tenant_invitations (invitee_user_id)",
            "CREATE INDEX tenant_invitations_by_email ON tenant_invitations (invitee_email)",
            "CREATE INDEX tenant_invitations_inviter ON tenant_invitations (invited_by)",
            "CREATE INDEX tenant_invitations_expires ON tenant_invitations (expires_at)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}
