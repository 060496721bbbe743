//! The tables of `access`. Tenants and entities, which they refer to, are `identity`'s and exist before them.

mod lists;
mod trials;
mod webhooks;

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, json_binary, string, string_null, text, text_null, uuid,
    uuid_null,
};

/// This room's migrations, oldest first.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(Access),
        Box::new(Terms),
        Box::new(RulesOnce),
        Box::new(Requests),
        Box::new(Overrides),
        Box::new(trials::DecisionLog),
        Box::new(trials::Drafts),
        Box::new(trials::PolicyTests),
        Box::new(lists::Lists),
        Box::new(webhooks::Webhooks),
        Box::new(lists::Grants),
    ]
}

/// One guardrail about the same thing; and quick ways to what goes with an entity or a group that is removed for good.
struct RulesOnce;

impl MigrationName for RulesOnce {
    fn name(&self) -> &str {
        "m0005_access_rules_once"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for RulesOnce {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in [
            "CREATE UNIQUE INDEX action_assignment_rules_once_platform_kind ON action_assignment_rules (entity_kind, action_name, object_kind) WHERE tenant_id IS NULL AND object_type IS NULL",
            "CREATE UNIQUE INDEX action_assignment_rules_once_platform_type ON action_assignment_rules (entity_kind, action_name, object_kind, object_type) WHERE tenant_id IS NULL AND object_type IS NOT NULL",
            "CREATE UNIQUE INDEX action_assignment_rules_once_kind ON action_assignment_rules (tenant_id, entity_kind, action_name, object_kind) WHERE tenant_id IS NOT NULL AND object_type IS NULL",
            "CREATE UNIQUE INDEX action_assignment_rules_once_type ON action_assignment_rules (tenant_id, entity_kind, action_name, object_kind, object_type) WHERE tenant_id IS NOT NULL AND object_type IS NOT NULL",
            "CREATE INDEX permission_blocks_group ON permission_blocks (group_id)",
            "CREATE INDEX resources_owner ON resources (owner_id)",
            "CREATE INDEX role_assignments_tenant ON role_assignments (tenant_id)",
            "CREATE INDEX direct_policies_tenant ON direct_policies (tenant_id)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

struct Access;

impl MigrationName for Access {
    fn name(&self) -> &str {
        "m0003_access"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Access {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            groups(),
            group_members(),
            placements(),
            resources(),
            actions(),
            action_applicability(),
            permission_blocks(),
            permission_block_actions(),
            roles(),
            role_permission_blocks(),
            role_assignments(),
            direct_policies(),
            action_assignment_rules(),
        ] {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

/// Roles can be asked for.
struct Requests;

impl MigrationName for Requests {
    fn name(&self) -> &str {
        "m0008_access_requests"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Requests {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("access_requests")
            .col(uuid("id").primary_key())
            .col(uuid_null("tenant_id"))
            .col(uuid("requester_id"))
            .col(uuid("role_id"))
            .col(text("reason"))
            .col(big_integer_null("lasts_secs"))
            .col(string("status"))
            .col(uuid_null("decided_by"))
            .col(big_integer_null("decided_at"))
            .col(text_null("answer"))
            .col(uuid_null("assignment_id"))
            .col(big_integer_null("expires_at"))
            .col(big_integer("created_at"))
            .foreign_key(&mut references("access_requests", "tenant_id", "tenants"))
            .foreign_key(&mut references("access_requests", "requester_id", "entities"))
            .foreign_key(&mut references("access_requests", "role_id", "roles"))
            .to_owned();
        manager.create_table(table).await?;
        for index in [
            "CREATE INDEX access_requests_tenant ON access_requests (tenant_id, status, created_at)",
            "CREATE INDEX access_requests_requester ON access_requests (requester_id, status)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

/// Guardrails know exceptions.
struct Overrides;

impl MigrationName for Overrides {
    fn name(&self) -> &str {
        "m0009_guardrail_overrides"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Overrides {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("guardrail_overrides")
            .col(uuid("id").primary_key())
            .col(uuid_null("tenant_id"))
            .col(uuid("rule_id"))
            .col(uuid_null("decided_in"))
            .col(string("recipient_kind"))
            .col(uuid_null("recipient_id"))
            .col(text("reason"))
            .col(string("status"))
            .col(uuid("requester_id"))
            .col(uuid_null("decided_by"))
            .col(big_integer_null("decided_at"))
            .col(text_null("answer"))
            .col(big_integer_null("valid_until"))
            .col(big_integer_null("used_at"))
            .col(big_integer("created_at"))
            .foreign_key(&mut references("guardrail_overrides", "tenant_id", "tenants"))
            .foreign_key(&mut references("guardrail_overrides", "rule_id", "action_assignment_rules"))
            .foreign_key(&mut references("guardrail_overrides", "requester_id", "entities"))
            .to_owned();
        manager.create_table(table).await?;
        for index in [
            "CREATE INDEX guardrail_overrides_rule ON guardrail_overrides (rule_id, status)",
            "CREATE INDEX guardrail_overrides_tenant ON guardrail_overrides (tenant_id, created_at)",
            "CREATE INDEX guardrail_overrides_requester ON guardrail_overrides (requester_id, status)",
            "CREATE INDEX guardrail_overrides_recipient ON guardrail_overrides (recipient_id)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

/// Grants and memberships may begin and end.
struct Terms;

impl MigrationName for Terms {
    fn name(&self) -> &str {
        "m0004_terms"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Terms {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["group_members", "role_assignments", "direct_policies"] {
            // SQLite adds one column at a time.
            for column in
                [big_integer_null("not_before"), big_integer_null("expires_at"), text_null("reason")]
            {
                manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
            }
        }
        Ok(())
    }
}

/// Names and aliases are free again after a soft delete. A subject holds a role, or a block, at most once.
const INDEXES: [&str; 22] = [
    "CREATE UNIQUE INDEX groups_name_global ON groups (flavour, name) WHERE deleted_at IS NULL AND tenant_id IS NULL",
    "CREATE UNIQUE INDEX groups_name ON groups (tenant_id, flavour, name) WHERE deleted_at IS NULL AND tenant_id IS NOT NULL",
    "CREATE INDEX groups_parent ON groups (parent_id)",
    "CREATE INDEX groups_created ON groups (tenant_id, created_at)",
    "CREATE INDEX group_members_entity ON group_members (entity_id)",
    "CREATE INDEX placements_group ON placements (group_id)",
    "CREATE UNIQUE INDEX resources_alias_global ON resources (alias) WHERE deleted_at IS NULL AND tenant_id IS NULL AND alias IS NOT NULL",
    "CREATE UNIQUE INDEX resources_alias ON resources (tenant_id, alias) WHERE deleted_at IS NULL AND tenant_id IS NOT NULL AND alias IS NOT NULL",
    "CREATE INDEX resources_created ON resources (tenant_id, created_at)",
    "CREATE UNIQUE INDEX actions_name ON actions (name)",
    "CREATE UNIQUE INDEX action_applicability_any ON action_applicability (action_id, object_kind) WHERE object_type IS NULL",
    "CREATE UNIQUE INDEX action_applicability_type ON action_applicability (action_id, object_kind, object_type) WHERE object_type IS NOT NULL",
    "CREATE INDEX permission_blocks_tenant ON permission_blocks (tenant_id, created_at)",
    "CREATE INDEX permission_blocks_object ON permission_blocks (object_id)",
    "CREATE UNIQUE INDEX roles_name_global ON roles (name) WHERE deleted_at IS NULL AND tenant_id IS NULL",
    "CREATE UNIQUE INDEX roles_name ON roles (tenant_id, name) WHERE deleted_at IS NULL AND tenant_id IS NOT NULL",
    "CREATE INDEX role_permission_blocks_block ON role_permission_blocks (block_id)",
    "CREATE UNIQUE INDEX role_assignments_once ON role_assignments (role_id, subject_kind, subject_id)",
    "CREATE INDEX role_assignments_subject ON role_assignments (subject_id)",
    "CREATE UNIQUE INDEX direct_policies_once ON direct_policies (block_id, subject_kind, subject_id)",
    "CREATE INDEX direct_policies_subject ON direct_policies (subject_id)",
    "CREATE INDEX action_assignment_rules_tenant ON action_assignment_rules (tenant_id, entity_kind, action_name)",
];

fn references(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(target, "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}

/// The parent is no foreign key, because a backup brings children before parents; whoever sets it has locked both.
fn groups() -> TableCreateStatement {
    Table::create()
        .table("groups")
        .col(uuid("id").primary_key())
        .col(string("flavour"))
        .col(string("name"))
        .col(uuid_null("tenant_id"))
        .col(uuid_null("parent_id"))
        .col(text_null("description"))
        .col(string("status"))
        .col(json_binary("attributes"))
        .col(uuid_null("deleted_by"))
        .col(big_integer_null("deleted_at"))
        .col(big_integer("created_at"))
        .col(big_integer_null("updated_at"))
        .foreign_key(&mut references("groups", "tenant_id", "tenants"))
        .to_owned()
}

fn group_members() -> TableCreateStatement {
    Table::create()
        .table("group_members")
        .col(uuid("group_id"))
        .col(uuid("entity_id"))
        .col(big_integer("created_at"))
        .primary_key(Index::create().col("group_id").col("entity_id"))
        .foreign_key(&mut references("group_members", "group_id", "groups"))
        .foreign_key(&mut references("group_members", "entity_id", "entities"))
        .to_owned()
}

fn placements() -> TableCreateStatement {
    Table::create()
        .table("placements")
        .col(string("object_kind"))
        .col(uuid("object_id"))
        .col(uuid("group_id"))
        .primary_key(Index::create().col("object_kind").col("object_id"))
        .foreign_key(&mut references("placements", "group_id", "groups"))
        .to_owned()
}

fn resources() -> TableCreateStatement {
    Table::create()
        .table("resources")
        .col(uuid("id").primary_key())
        .col(string("kind"))
        .col(string_null("name"))
        .col(string_null("alias"))
        .col(uuid_null("tenant_id"))
        .col(uuid_null("owner_id"))
        .col(json_binary("attributes"))
        .col(uuid_null("deleted_by"))
        .col(big_integer_null("deleted_at"))
        .col(big_integer("created_at"))
        .col(big_integer_null("updated_at"))
        .foreign_key(&mut references("resources", "tenant_id", "tenants"))
        .foreign_key(
            ForeignKey::create()
                .from("resources", "owner_id")
                .to("entities", "id")
                .on_delete(ForeignKeyAction::SetNull),
        )
        .to_owned()
}

fn actions() -> TableCreateStatement {
    Table::create()
        .table("actions")
        .col(uuid("id").primary_key())
        .col(string("name"))
        .col(text_null("description"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned()
}

fn action_applicability() -> TableCreateStatement {
    Table::create()
        .table("action_applicability")
        .col(uuid("id").primary_key())
        .col(uuid("action_id"))
        .col(string("object_kind"))
        .col(string_null("object_type"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("action_applicability", "action_id", "actions"))
        .to_owned()
}

fn permission_blocks() -> TableCreateStatement {
    Table::create()
        .table("permission_blocks")
        .col(uuid("id").primary_key())
        .col(uuid_null("tenant_id"))
        .col(string("scope_mode"))
        .col(string_null("object_kind"))
        .col(string_null("object_type"))
        .col(uuid_null("object_id"))
        .col(uuid_null("group_id"))
        .col(string("effect"))
        .col(json_binary("conditions"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .foreign_key(&mut references("permission_blocks", "tenant_id", "tenants"))
        .foreign_key(&mut references("permission_blocks", "group_id", "groups"))
        .to_owned()
}

fn permission_block_actions() -> TableCreateStatement {
    Table::create()
        .table("permission_block_actions")
        .col(uuid("block_id"))
        .col(uuid("action_id"))
        .primary_key(Index::create().col("block_id").col("action_id"))
        .foreign_key(&mut references("permission_block_actions", "block_id", "permission_blocks"))
        .foreign_key(&mut references("permission_block_actions", "action_id", "actions"))
        .to_owned()
}

fn roles() -> TableCreateStatement {
    Table::create()
        .table("roles")
        .col(uuid("id").primary_key())
        .col(string("name"))
        .col(uuid_null("tenant_id"))
        .col(text_null("description"))
        .col(uuid_null("deleted_by"))
        .col(big_integer_null("deleted_at"))
        .col(big_integer("created_at"))
        .col(big_integer_null("updated_at"))
        .foreign_key(&mut references("roles", "tenant_id", "tenants"))
        .to_owned()
}

fn role_permission_blocks() -> TableCreateStatement {
    Table::create()
        .table("role_permission_blocks")
        .col(uuid("role_id"))
        .col(uuid("block_id"))
        .primary_key(Index::create().col("role_id").col("block_id"))
        .foreign_key(&mut references("role_permission_blocks", "role_id", "roles"))
        .foreign_key(&mut references("role_permission_blocks", "block_id", "permission_blocks"))
        .to_owned()
}

fn role_assignments() -> TableCreateStatement {
    Table::create()
        .table("role_assignments")
        .col(uuid("id").primary_key())
        .col(uuid_null("tenant_id"))
        .col(string("subject_kind"))
        .col(uuid("subject_id"))
        .col(uuid("role_id"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("role_assignments", "tenant_id", "tenants"))
        .foreign_key(&mut references("role_assignments", "role_id", "roles"))
        .to_owned()
}

fn direct_policies() -> TableCreateStatement {
    Table::create()
        .table("direct_policies")
        .col(uuid("id").primary_key())
        .col(uuid_null("tenant_id"))
        .col(string("subject_kind"))
        .col(uuid("subject_id"))
        .col(uuid("block_id"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("direct_policies", "tenant_id", "tenants"))
        .foreign_key(&mut references("direct_policies", "block_id", "permission_blocks"))
        .to_owned()
}

fn action_assignment_rules() -> TableCreateStatement {
    Table::create()
        .table("action_assignment_rules")
        .col(uuid("id").primary_key())
        .col(uuid_null("tenant_id"))
        .col(string("entity_kind"))
        .col(string("action_name"))
        .col(string("object_kind"))
        .col(string_null("object_type"))
        .col(string("decision"))
        .col(boolean("is_absolute"))
        .col(big_integer("created_at"))
        .foreign_key(&mut references("action_assignment_rules", "tenant_id", "tenants"))
        .to_owned()
}
