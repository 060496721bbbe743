//! The tables of `identity`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, blob_null, boolean, integer, json_binary, string, string_null,
    text_null, uuid, uuid_null,
};

mod attempts;
mod credentials;
mod endpoints;
mod federation;
mod mail;

/// This room's migrations, oldest first.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let mut all: Vec<Box<dyn MigrationTrait>> = vec![
        Box::new(Identity),
        Box::new(MembershipTerms),
        Box::new(Ownerships),
        Box::new(Lists),
        Box::new(credentials::EveryKind),
        Box::new(credentials::Exchanged),
        Box::new(endpoints::ApiEndpoints),
        Box::new(attempts::AttemptsByPlace),
        Box::new(mail::Emails),
        Box::new(mail::Invitations),
        Box::new(Directories),
    ];
    all.extend(crate::factors::migrations());
    all.push(Box::new(federation::Federation));
    all.push(Box::new(mail::Pending));
    all.push(Box::new(credentials::Certificates));
    all
}

/// Which entity belongs to which.
struct Ownerships;

impl MigrationName for Ownerships {
    fn name(&self) -> &str {
        "m0004_ownerships"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Ownerships {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(ownerships()).await?;
        let index = "CREATE INDEX ownerships_owned ON ownerships (owned_id)";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}

/// Other directories look people up by a name in any case, and by an id of their own.
struct Directories;

impl MigrationName for Directories {
    fn name(&self) -> &str {
        "m0032_directories"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Directories {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "CREATE INDEX entities_name_in_any_case ON entities (tenant_id, lower(name))",
            "CREATE INDEX entities_external_id ON entities (tenant_id, (attributes -> 'scim' ->> 'externalId'))",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// Every order of a list is that of an index, of all rows and within a tenant.
struct Lists;

impl MigrationName for Lists {
    fn name(&self) -> &str {
        "m0010_identity_lists"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Lists {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "DROP INDEX tenants_created",
            "DROP INDEX entities_created",
            "CREATE INDEX tenants_by_creation ON tenants (created_at, id)",
            "CREATE INDEX tenants_by_name ON tenants (name, id)",
            "CREATE INDEX entities_by_creation ON entities (created_at, id)",
            "CREATE INDEX entities_by_name ON entities (name, id)",
            "CREATE INDEX entities_of_tenant_by_creation ON entities (tenant_id, created_at, id)",
            "CREATE INDEX entities_of_tenant_by_name ON entities (tenant_id, name, id)",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

struct Identity;

impl MigrationName for Identity {
    fn name(&self) -> &str {
        "m0002_identity"
    }
}

/// Memberships may begin and end.
struct MembershipTerms;

impl MigrationName for MembershipTerms {
    fn name(&self) -> &str {
        "m0005_membership_terms"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for MembershipTerms {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [big_integer_null("not_before"), big_integer_null("expires_at"), text_null("reason")] {
            manager
                .alter_table(Table::alter().table("tenant_memberships").add_column(column).to_owned())
                .await?;
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Identity {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            tenants(),
            profiles(),
            profile_versions(),
            entities(),
            tenant_memberships(),
            credentials(),
            sessions(),
            sign_in_attempts(),
            signing_keys(),
        ] {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

/// Both engines take partial unique indexes in the same words; names and aliases are free again after a soft delete.
///
/// An entity has one password at a time, and the house one key that signs: two writers cannot both win.
const INDEXES: [&str; 21] = [
    "CREATE UNIQUE INDEX tenants_name ON tenants (name) WHERE deleted_at IS NULL",
    "CREATE UNIQUE INDEX tenants_alias ON tenants (alias) WHERE deleted_at IS NULL AND alias IS NOT NULL",
    "CREATE UNIQUE INDEX tenants_route ON tenants (route) WHERE deleted_at IS NULL AND route IS NOT NULL",
    "CREATE INDEX tenants_created ON tenants (created_at)",
    "CREATE UNIQUE INDEX profiles_key_global ON profiles (object_kind, kind, key) WHERE tenant_id IS NULL",
    "CREATE UNIQUE INDEX profiles_key ON profiles (tenant_id, object_kind, kind, key) WHERE tenant_id IS NOT NULL",
    "CREATE UNIQUE INDEX profile_versions_version ON profile_versions (profile_id, version)",
    "CREATE UNIQUE INDEX entities_name_global ON entities (name) WHERE deleted_at IS NULL AND tenant_id IS NULL",
    "CREATE UNIQUE INDEX entities_name ON entities (tenant_id, name) WHERE deleted_at IS NULL AND tenant_id IS NOT NULL",
    "CREATE UNIQUE INDEX entities_alias_global ON entities (alias) WHERE deleted_at IS NULL AND tenant_id IS NULL AND alias IS NOT NULL",
    "CREATE UNIQUE INDEX entities_alias ON entities (tenant_id, alias) WHERE deleted_at IS NULL AND tenant_id IS NOT NULL AND alias IS NOT NULL",
    "CREATE INDEX entities_created ON entities (tenant_id, created_at)",
    "CREATE INDEX entities_email ON entities ((attributes ->> 'email'))",
    "CREATE INDEX tenant_memberships_entity ON tenant_memberships (entity_id)",
    "CREATE INDEX credentials_entity ON credentials (entity_id, kind, status)",
    "CREATE UNIQUE INDEX credentials_password ON credentials (entity_id) WHERE kind = 'password' AND status = 'active'",
    "CREATE UNIQUE INDEX signing_keys_primary ON signing_keys (status) WHERE status = 'primary'",
    "CREATE INDEX sessions_entity ON sessions (entity_id)",
    "CREATE INDEX sessions_credential ON sessions (credential_id)",
    "CREATE INDEX sessions_expires ON sessions (expires_at)",
    "CREATE INDEX sign_in_attempts_account ON sign_in_attempts (account_key, at)",
];

fn references(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(target, "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}

fn tenants() -> TableCreateStatement {
    Table::create()
        .table("tenants")
        .col(uuid("id").primary_key())
        .col(string("name"))
        .col(string_null("alias"))
        .col(string_null("route"))
        .col(string("status"))
        .col(json_binary("tags"))
        .col(json_binary("attributes"))
        .col(uuid_null("created_by"))
        .col(uuid_null("updated_by"))
        .col(uuid_null("deleted_by"))
        .col(big_integer_null("deleted_at"))
        .col(big_integer("created_at"))
        .col(big_integer_null("updated_at"))
        .to_owned()
}

fn profiles() -> TableCreateStatement {
    Table::create()
        .table("profiles")
        .col(uuid("id").primary_key())
        .col(uuid_null("tenant_id"))
        .col(string("object_kind"))
        .col(string("kind"))
        .col(string("key"))
        .col(string("display_name"))
        .col(text_null("description"))
        .col(string("status"))
        .col(big_integer("created_at"))
        .col(big_integer_null("updated_at"))
        .foreign_key(&mut references("profiles", "tenant_id", "tenants"))
        .to_owned()
}

fn profile_versions() -> TableCreateStatement {
    Table::create()
        .table("profile_versions")
        .col(uuid("id").primary_key())
        .col(uuid("profile_id"))
        .col(integer("version"))
        .col(json_binary("json_schema"))
        .col(json_binary("ui_schema"))
        .col(string("status"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("profile_versions", "profile_id", "profiles"))
        .to_owned()
}

fn entities() -> TableCreateStatement {
    Table::create()
        .table("entities")
        .col(uuid("id").primary_key())
        .col(string("kind"))
        .col(string("name"))
        .col(string_null("alias"))
        .col(uuid_null("tenant_id"))
        .col(uuid_null("profile_id"))
        .col(uuid_null("profile_version_id"))
        .col(string("status"))
        .col(json_binary("attributes"))
        .col(uuid_null("deleted_by"))
        .col(big_integer_null("deleted_at"))
        .col(big_integer("created_at"))
        .col(big_integer_null("updated_at"))
        .foreign_key(&mut references("entities", "tenant_id", "tenants"))
        .foreign_key(ForeignKey::create().from("entities", "profile_id").to("profiles", "id"))
        .foreign_key(ForeignKey::create().from("entities", "profile_version_id").to("profile_versions", "id"))
        .to_owned()
}

fn tenant_memberships() -> TableCreateStatement {
    Table::create()
        .table("tenant_memberships")
        .col(uuid("tenant_id"))
        .col(uuid("entity_id"))
        .col(string("status"))
        .col(big_integer("created_at"))
        .primary_key(Index::create().col("tenant_id").col("entity_id"))
        .foreign_key(&mut references("tenant_memberships", "tenant_id", "tenants"))
        .foreign_key(&mut references("tenant_memberships", "entity_id", "entities"))
        .to_owned()
}

fn ownerships() -> TableCreateStatement {
    Table::create()
        .table("ownerships")
        .col(uuid("owner_id"))
        .col(uuid("owned_id"))
        .col(string("relation"))
        .col(big_integer("created_at"))
        .primary_key(Index::create().col("owner_id").col("owned_id"))
        .foreign_key(&mut references("ownerships", "owner_id", "entities"))
        .foreign_key(&mut references("ownerships", "owned_id", "entities"))
        .to_owned()
}

fn credentials() -> TableCreateStatement {
    Table::create()
        .table("credentials")
        .col(uuid("id").primary_key())
        .col(uuid("entity_id"))
        .col(string("kind"))
        .col(string_null("identifier"))
        .col(string_null("name"))
        .col(text_null("description"))
        .col(text_null("password_hash"))
        .col(blob_null("token_verifier"))
        .col(boolean("scoped"))
        .col(json_binary("metadata"))
        .col(string("status"))
        .col(big_integer_null("expires_at"))
        .col(big_integer_null("last_used_at"))
        .col(big_integer_null("revoked_at"))
        .col(string_null("revocation_reason"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("credentials", "entity_id", "entities"))
        .to_owned()
}

fn sessions() -> TableCreateStatement {
    Table::create()
        .table("sessions")
        .col(uuid("id").primary_key())
        .col(uuid("entity_id"))
        .col(uuid_null("credential_id"))
        .col(string("credential_kind"))
        .col(big_integer("authenticated_at"))
        .col(string_null("address"))
        .col(string_null("user_agent"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("revoked_at"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("sessions", "entity_id", "entities"))
        .to_owned()
}

fn sign_in_attempts() -> TableCreateStatement {
    Table::create()
        .table("sign_in_attempts")
        .col(uuid("id").primary_key())
        .col(blob("account_key"))
        .col(string_null("address"))
        .col(boolean("success"))
        .col(big_integer("at"))
        .to_owned()
}

fn signing_keys() -> TableCreateStatement {
    Table::create()
        .table("signing_keys")
        .col(string("kid").primary_key())
        .col(string("algorithm"))
        .col(blob("public_key"))
        .col(blob("sealed_private_key"))
        .col(string("status"))
        .col(big_integer("created_at"))
        .col(big_integer_null("retired_at"))
        .to_owned()
}
