//! The tables of signing in with other providers.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob, string, string_null, uuid, uuid_null};

use super::references;

/// Who people are at other providers, and sign-ins there that are under way.
pub(super) struct Federation;

impl MigrationName for Federation {
    fn name(&self) -> &str {
        "m0041_federation"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Federation {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [oauth_identities(), oauth_login_states(), auth_exchange_codes()] {
            manager.create_table(table).await?;
        }
        for index in [
            "CREATE UNIQUE INDEX oauth_identities_subject ON oauth_identities (provider, issuer, subject)",
            "CREATE INDEX oauth_identities_entity ON oauth_identities (entity_id)",
            "CREATE INDEX oauth_login_states_expires ON oauth_login_states (expires_at)",
            "CREATE INDEX oauth_login_states_entity ON oauth_login_states (entity_id)",
            "CREATE INDEX auth_exchange_codes_expires ON auth_exchange_codes (expires_at)",
            "CREATE INDEX auth_exchange_codes_entity ON auth_exchange_codes (entity_id)",
            "CREATE INDEX auth_exchange_codes_identity ON auth_exchange_codes (identity_id)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

fn oauth_identities() -> TableCreateStatement {
    Table::create()
        .table("oauth_identities")
        .col(uuid("id").primary_key())
        .col(uuid("entity_id"))
        .col(string("provider"))
        .col(string("issuer"))
        .col(string("subject"))
        .col(string("email"))
        .col(big_integer_null("last_used_at"))
        .col(big_integer("created_at"))
        .col(big_integer_null("updated_at"))
        .foreign_key(&mut references("oauth_identities", "entity_id", "entities"))
        .to_owned()
}

fn oauth_login_states() -> TableCreateStatement {
    Table::create()
        .table("oauth_login_states")
        .col(uuid("id").primary_key())
        .col(string("provider"))
        .col(blob("verifier"))
        .col(blob("browser"))
        .col(blob("sealed_pkce_verifier"))
        .col(blob("sealed_nonce"))
        .col(string_null("return_to"))
        .col(uuid_null("entity_id"))
        .col(uuid_null("session_id"))
        .col(big_integer("expires_at"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("oauth_login_states", "entity_id", "entities"))
        .to_owned()
}

fn auth_exchange_codes() -> TableCreateStatement {
    Table::create()
        .table("auth_exchange_codes")
        .col(uuid("id").primary_key())
        .col(uuid("entity_id"))
        .col(uuid("identity_id"))
        .col(blob("verifier"))
        .col(blob("browser"))
        .col(big_integer("expires_at"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("auth_exchange_codes", "entity_id", "entities"))
        .foreign_key(&mut references("auth_exchange_codes", "identity_id", "oauth_identities"))
        .to_owned()
}
