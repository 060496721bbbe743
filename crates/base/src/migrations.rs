//! The tables of the ground: ledger, jobs, vault keys.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, boolean, integer, string, string_null, text, text_null, uuid,
    uuid_null,
};

use crate::backup;
use crate::{jobs, ledger, rates, vault};

/// The ground's migrations, oldest first.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Ground), Box::new(AuditOrder), Box::new(Retention), Box::new(RateCounts), Box::new(ByEvent)]
}

/// The ledger is read as an audit log in one order: by time, and what happened at once by its place in the ledger.
struct AuditOrder;

impl MigrationName for AuditOrder {
    fn name(&self) -> &str {
        "m0010_audit_order"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AuditOrder {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "DROP INDEX ledger_at",
            "DROP INDEX ledger_target",
            "DROP INDEX ledger_actor",
            "CREATE INDEX ledger_at ON ledger (at, stream, revision)",
            "CREATE INDEX ledger_stream ON ledger (stream, at, revision)",
            "CREATE INDEX ledger_target ON ledger (target_id, at, stream, revision)",
            "CREATE INDEX ledger_actor ON ledger (actor_id, at, stream, revision)",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// The ledger is read by the name of what happened.
struct ByEvent;

impl MigrationName for ByEvent {
    fn name(&self) -> &str {
        "m0042_ledger_by_event"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ByEvent {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX ledger_event ON ledger (event, at, stream, revision)";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}

/// Where replicas bring together how many requests they saw.
struct RateCounts;

impl MigrationName for RateCounts {
    fn name(&self) -> &str {
        "m0038_rate_counts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for RateCounts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("rate_counts")
            .col(string("class"))
            .col(string("network"))
            .col(big_integer("ends_at"))
            .col(big_integer("count"))
            .primary_key(Index::create().col("class").col("network").col("ends_at"))
            .to_owned();
        manager.create_table(table).await?;
        let index = "CREATE INDEX rate_counts_ends ON rate_counts (ends_at)";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}

/// The oldest rows of the ledger may go.
struct Retention;

impl MigrationName for Retention {
    fn name(&self) -> &str {
        "m0035_audit_retention"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Retention {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checkpoints = Table::create()
            .table("ledger_checkpoints")
            .col(uuid("stream").primary_key())
            .col(big_integer("revision"))
            .col(blob("hash"))
            .col(big_integer("at"))
            .col(blob("seal"))
            .to_owned();
        let facts = Table::create()
            .table("ledger_facts")
            .col(uuid("stream"))
            .col(string("key"))
            .col(big_integer("at"))
            .col(big_integer("revision"))
            .col(text("change"))
            .col(boolean("dropped"))
            .primary_key(Index::create().col("stream").col("key"))
            .to_owned();
        manager.create_table(checkpoints).await?;
        manager.create_table(facts).await?;
        let index = "CREATE INDEX ledger_facts_key ON ledger_facts (key, at)";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}

struct Ground;

impl MigrationName for Ground {
    fn name(&self) -> &str {
        "m0001_ground"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Ground {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(ledger_heads()).await?;
        manager
            .create_index(
                Index::create().name("ledger_heads_tick").table("ledger_heads").col("tick").to_owned(),
            )
            .await?;
        manager.create_table(ledger()).await?;
        for index in ledger_indexes() {
            manager.create_index(index).await?;
        }
        manager.create_table(jobs()).await?;
        manager
            .create_index(
                Index::create().name("jobs_due").table("jobs").col("state").col("due_at").to_owned(),
            )
            .await?;
        manager.create_table(vault_keys()).await
    }
}

fn ledger_heads() -> TableCreateStatement {
    Table::create()
        .table("ledger_heads")
        .col(uuid("stream").primary_key())
        .col(big_integer("revision"))
        .col(blob("hash"))
        .col(big_integer("tick"))
        .to_owned()
}

fn ledger() -> TableCreateStatement {
    Table::create()
        .table("ledger")
        .col(uuid("stream"))
        .col(big_integer("revision"))
        .col(uuid("id"))
        .col(big_integer("at"))
        .col(string("event"))
        .col(string("outcome"))
        .col(uuid_null("actor_id"))
        .col(text_null("act"))
        .col(uuid_null("credential_id"))
        .col(uuid_null("session_id"))
        .col(string_null("address"))
        .col(string_null("request_id"))
        .col(string_null("permission"))
        .col(string_null("target_kind"))
        .col(uuid_null("target_id"))
        .col(text_null("reason"))
        .col(text("details"))
        .col(text_null("before"))
        .col(text_null("after"))
        .col(text_null("changes"))
        .col(blob("previous_hash"))
        .col(blob("hash"))
        .primary_key(Index::create().col("stream").col("revision"))
        .to_owned()
}

fn ledger_indexes() -> [IndexCreateStatement; 4] {
    let on = |name: &str| Index::create().name(name).table("ledger").to_owned();
    [
        on("ledger_id").col("id").unique().to_owned(),
        on("ledger_at").col("at").to_owned(),
        on("ledger_target").col("target_id").col("at").to_owned(),
        on("ledger_actor").col("actor_id").col("at").to_owned(),
    ]
}

fn jobs() -> TableCreateStatement {
    Table::create()
        .table("jobs")
        .col(uuid("id").primary_key())
        .col(string("kind"))
        .col(string("dedupe_key").null().unique_key())
        .col(text("payload"))
        .col(string("state"))
        .col(integer("attempts"))
        .col(integer("max_attempts"))
        .col(big_integer("due_at"))
        .col(big_integer_null("lease_until"))
        .col(uuid_null("lease_id"))
        .col(text_null("last_error"))
        .col(big_integer("created_at"))
        .col(big_integer_null("ended_at"))
        .to_owned()
}

fn vault_keys() -> TableCreateStatement {
    Table::create()
        .table("vault_keys")
        .col(string("purpose").primary_key())
        .col(blob("sealed"))
        .col(big_integer("created_at"))
        .to_owned()
}

/// The ground's tables, for backups.
pub fn tables() -> Vec<Box<dyn backup::Table>> {
    vec![
        backup::normalised::<ledger::store::head::Entity>("ledger_heads", |row| {
            // A tick counts transactions of the store it was written in.
            row["tick"] = 0.into();
        }),
        backup::of::<ledger::store::entry::Entity>("ledger"),
        backup::of::<ledger::store::checkpoint::Entity>("ledger_checkpoints"),
        backup::of::<ledger::store::fact::Entity>("ledger_facts"),
        backup::of::<jobs::store::Entity>("jobs"),
        backup::of::<vault::key_table::Entity>("vault_keys"),
        backup::of::<rates::store::Entity>("rate_counts"),
    ]
}
