//! The tables of second factors, and what sessions say about them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, boolean, integer, json_binary, string, string_null, uuid, uuid_null,
};

/// Oldest first.
pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(SessionMethods), Box::new(Factors), Box::new(SignInPolicies)]
}

/// Sessions say with what they were proved; those from before with a password.
struct SessionMethods;

impl MigrationName for SessionMethods {
    fn name(&self) -> &str {
        "m0026_session_methods"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SessionMethods {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = string("methods").default("pwd").to_owned();
        manager.alter_table(Table::alter().table("sessions").add_column(column).to_owned()).await
    }
}

/// What people prove besides a password, and what is under way.
struct Factors;

impl MigrationName for Factors {
    fn name(&self) -> &str {
        "m0027_factors"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Factors {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [totp_factors(), recovery_codes(), passkeys(), passkey_challenges(), pending_sign_ins()]
        {
            manager.create_table(table).await?;
        }
        for index in [
            "CREATE UNIQUE INDEX totp_factors_entity ON totp_factors (entity_id)",
            "CREATE INDEX recovery_codes_entity ON recovery_codes (entity_id)",
            "CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id)",
            "CREATE INDEX passkeys_entity ON passkeys (entity_id)",
            "CREATE INDEX passkey_challenges_entity ON passkey_challenges (entity_id)",
            "CREATE INDEX passkey_challenges_network ON passkey_challenges (network, expires_at)",
            "CREATE INDEX passkey_challenges_expires ON passkey_challenges (expires_at)",
            "CREATE INDEX pending_sign_ins_entity ON pending_sign_ins (entity_id)",
            "CREATE INDEX pending_sign_ins_expires ON pending_sign_ins (expires_at)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

/// What a tenant, and the platform, want of those who sign in.
struct SignInPolicies;

impl MigrationName for SignInPolicies {
    fn name(&self) -> &str {
        "m0028_sign_in_policies"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SignInPolicies {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The platform's row has the id of nothing, so that there is no foreign key; a purged tenant takes its row along.
        let table = Table::create()
            .table("sign_in_policies")
            .col(uuid("tenant_id").primary_key())
            .col(string("second_factor"))
            .col(big_integer("grace_secs"))
            .col(big_integer("set_at"))
            .to_owned();
        manager.create_table(table).await
    }
}

fn of_entity(table: &'static str) -> ForeignKeyCreateStatement {
    let entity = ForeignKey::create().from(table, "entity_id").to("entities", "id").to_owned();
    entity.clone().on_delete(ForeignKeyAction::Cascade).to_owned()
}

fn totp_factors() -> TableCreateStatement {
    Table::create()
        .table("totp_factors")
        .col(uuid("id").primary_key())
        .col(uuid("entity_id"))
        .col(blob("sealed_secret"))
        .col(big_integer_null("confirmed_at"))
        .col(big_integer("last_step"))
        .col(big_integer_null("last_used_at"))
        .col(big_integer("created_at"))
        .foreign_key(&mut of_entity("totp_factors"))
        .to_owned()
}

fn recovery_codes() -> TableCreateStatement {
    Table::create()
        .table("recovery_codes")
        .col(uuid("id").primary_key())
        .col(uuid("entity_id"))
        .col(blob("verifier"))
        .col(big_integer_null("used_at"))
        .col(big_integer("created_at"))
        .foreign_key(&mut of_entity("recovery_codes"))
        .to_owned()
}

fn passkeys() -> TableCreateStatement {
    Table::create()
        .table("passkeys")
        .col(uuid("id").primary_key())
        .col(uuid("entity_id"))
        .col(string("credential_id"))
        .col(string("name"))
        .col(json_binary("public_key"))
        .col(big_integer("sign_count"))
        .col(boolean("backup_eligible"))
        .col(boolean("backed_up"))
        .col(boolean("attested"))
        .col(big_integer_null("last_used_at"))
        .col(big_integer("created_at"))
        .foreign_key(&mut of_entity("passkeys"))
        .to_owned()
}

fn passkey_challenges() -> TableCreateStatement {
    Table::create()
        .table("passkey_challenges")
        .col(uuid("id").primary_key())
        .col(uuid_null("entity_id"))
        .col(string("purpose"))
        .col(string_null("network"))
        .col(blob("sealed_state"))
        .col(big_integer("expires_at"))
        .foreign_key(&mut of_entity("passkey_challenges"))
        .to_owned()
}

fn pending_sign_ins() -> TableCreateStatement {
    Table::create()
        .table("pending_sign_ins")
        .col(uuid("id").primary_key())
        .col(uuid("entity_id"))
        .col(uuid("credential_id"))
        .col(string("credential_kind"))
        .col(blob("verifier"))
        .col(integer("failures"))
        .col(boolean("passkey_only"))
        .col(big_integer("expires_at"))
        .foreign_key(&mut of_entity("pending_sign_ins"))
        .to_owned()
}
