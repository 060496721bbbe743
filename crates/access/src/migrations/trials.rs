//! The tables of what is tried: recorded decisions, drafts, policy tests.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, string, string_null, text, text_null, uuid, uuid_null,
};

use super::references;

/// Some decisions are kept. Nothing is referred to, so that writing waits for nobody.
pub(super) struct DecisionLog;

impl MigrationName for DecisionLog {
    fn name(&self) -> &str {
        "m0010_decision_log"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for DecisionLog {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("decision_log")
            .col(uuid("id").primary_key())
            .col(big_integer("at"))
            .col(uuid_null("tenant_id"))
            .col(uuid("subject_id"))
            .col(text("action"))
            .col(string("object_kind"))
            .col(uuid("object_id"))
            .col(text("context"))
            .col(boolean("context_whole"))
            .col(boolean("allowed"))
            .col(text("reason"))
            .col(text("revision"))
            .col(string("door"))
            .col(uuid_null("caller_id"))
            .to_owned();
        manager.create_table(table).await?;
        for index in [
            "CREATE INDEX decision_log_at ON decision_log (at)",
            "CREATE INDEX decision_log_tenant ON decision_log (tenant_id, at)",
            "CREATE INDEX decision_log_subject ON decision_log (subject_id, at)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

/// Changes of access that do not count yet, and what they would have answered otherwise. What an entry names may be gone by
/// the time the draft is made live, so that it refers to nothing but its draft.
pub(super) struct Drafts;

impl MigrationName for Drafts {
    fn name(&self) -> &str {
        "m0011_drafts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Drafts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [drafts(), draft_entries(), draft_reports(), draft_differences()] {
            manager.create_table(table).await?;
        }
        for index in [
            "CREATE INDEX drafts_tenant ON drafts (tenant_id, created_at)",
            "CREATE INDEX draft_entries_draft ON draft_entries (draft_id, position)",
            "CREATE INDEX draft_entries_subject ON draft_entries (subject_id)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

fn drafts() -> TableCreateStatement {
    Table::create()
        .table("drafts")
        .col(uuid("id").primary_key())
        .col(uuid_null("tenant_id"))
        .col(string("name"))
        .col(text_null("description"))
        .col(big_integer("version"))
        .col(boolean("shadow"))
        .col(big_integer_null("applied_at"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .foreign_key(&mut references("drafts", "tenant_id", "tenants"))
        .to_owned()
}

fn draft_entries() -> TableCreateStatement {
    Table::create()
        .table("draft_entries")
        .col(uuid("id").primary_key())
        .col(uuid("draft_id"))
        .col(integer("position"))
        .col(string("what"))
        .col(string_null("subject_kind"))
        .col(uuid_null("subject_id"))
        .col(uuid_null("role_id"))
        .col(uuid_null("block_id"))
        .col(text_null("block"))
        .col(uuid_null("grant_id"))
        .foreign_key(&mut references("draft_entries", "draft_id", "drafts"))
        .to_owned()
}

fn draft_reports() -> TableCreateStatement {
    Table::create()
        .table("draft_reports")
        .col(uuid("draft_id"))
        .col(big_integer("version"))
        .col(big_integer("asked"))
        .col(big_integer("differing"))
        .col(big_integer("missed"))
        .col(big_integer("since"))
        .primary_key(Index::create().col("draft_id").col("version"))
        .foreign_key(&mut references("draft_reports", "draft_id", "drafts"))
        .to_owned()
}

fn draft_differences() -> TableCreateStatement {
    Table::create()
        .table("draft_differences")
        .col(uuid("draft_id"))
        .col(big_integer("version"))
        .col(uuid("subject_id"))
        .col(string("action"))
        .col(string("object_kind"))
        .col(uuid("object_id"))
        .col(boolean("live"))
        .col(uuid_null("tenant_id"))
        .col(text("context"))
        .col(text("live_reason"))
        .col(text("draft_reason"))
        .col(text("why"))
        .col(big_integer("count"))
        .col(big_integer("first_seen"))
        .col(big_integer("last_seen"))
        .primary_key(
            Index::create()
                .col("draft_id")
                .col("version")
                .col("subject_id")
                .col("action")
                .col("object_kind")
                .col("object_id")
                .col("live"),
        )
        .foreign_key(&mut references("draft_differences", "draft_id", "drafts"))
        .to_owned()
}

/// What must stay allowed, and what not.
pub(super) struct PolicyTests;

impl MigrationName for PolicyTests {
    fn name(&self) -> &str {
        "m0012_policy_tests"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for PolicyTests {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tests = Table::create()
            .table("policy_tests")
            .col(uuid("id").primary_key())
            .col(uuid("tenant_id"))
            .col(string("name"))
            .col(uuid("subject_id"))
            .col(string("action"))
            .col(string("object_kind"))
            .col(uuid("object_id"))
            .col(text("context"))
            .col(boolean("may"))
            .col(big_integer("created_at"))
            .foreign_key(&mut references("policy_tests", "tenant_id", "tenants"))
            .foreign_key(&mut references("policy_tests", "subject_id", "entities"))
            .to_owned();
        let gates = Table::create()
            .table("policy_test_gates")
            .col(uuid("tenant_id").primary_key())
            .col(big_integer("since"))
            .foreign_key(&mut references("policy_test_gates", "tenant_id", "tenants"))
            .to_owned();
        manager.create_table(tests).await?;
        manager.create_table(gates).await?;
        for index in [
            "CREATE UNIQUE INDEX policy_tests_name ON policy_tests (tenant_id, name)",
            "CREATE INDEX policy_tests_subject ON policy_tests (subject_id)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}
