//! The tables of custom endpoints.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, json_binary, string, text, text_null, uuid, uuid_null,
};

use super::references;

/// Custom endpoints and what was done through them.
pub(super) struct ApiEndpoints;

impl MigrationName for ApiEndpoints {
    fn name(&self) -> &str {
        "m0029_api_endpoints"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ApiEndpoints {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [api_endpoints(), api_endpoint_executions()] {
            manager.create_table(table).await?;
        }
        for statement in [
            "CREATE UNIQUE INDEX api_endpoints_key_global ON api_endpoints (key) WHERE tenant_id IS NULL",
            "CREATE UNIQUE INDEX api_endpoints_key ON api_endpoints (tenant_id, key) WHERE tenant_id IS NOT NULL",
            "CREATE UNIQUE INDEX api_endpoints_route ON api_endpoints (method, path) WHERE status = 'active'",
            "CREATE INDEX api_endpoints_service ON api_endpoints (service_entity_id)",
            "CREATE INDEX api_endpoint_executions_endpoint ON api_endpoint_executions (endpoint_id, created_at)",
            "CREATE INDEX api_endpoint_executions_caller ON api_endpoint_executions (caller_entity_id)",
            "CREATE INDEX api_endpoint_executions_age ON api_endpoint_executions (created_at)",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// A reference that is forgotten when what it refers to goes.
fn remembers(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(target, "id").on_delete(ForeignKeyAction::SetNull).to_owned()
}

fn api_endpoints() -> TableCreateStatement {
    Table::create()
        .table("api_endpoints")
        .col(uuid("id").primary_key())
        .col(uuid_null("tenant_id"))
        .col(string("key"))
        .col(string("name"))
        .col(text_null("description"))
        .col(string("method"))
        .col(string("path"))
        .col(string("operation_kind"))
        .col(text("graphql"))
        .col(string("auth_mode"))
        .col(uuid_null("service_entity_id"))
        .col(json_binary("service_permissions"))
        .col(json_binary("variables_mapping"))
        .col(json_binary("request_schema"))
        .col(json_binary("response_mapping"))
        .col(string("status"))
        .col(uuid_null("created_by"))
        .col(uuid_null("updated_by"))
        .col(big_integer("created_at"))
        .col(big_integer_null("updated_at"))
        .foreign_key(&mut references("api_endpoints", "tenant_id", "tenants"))
        .foreign_key(&mut remembers("api_endpoints", "service_entity_id", "entities"))
        .to_owned()
}

fn api_endpoint_executions() -> TableCreateStatement {
    Table::create()
        .table("api_endpoint_executions")
        .col(uuid("id").primary_key())
        .col(uuid_null("endpoint_id"))
        .col(uuid_null("caller_entity_id"))
        .col(string("status"))
        .col(json_binary("request_summary"))
        .col(json_binary("response_summary"))
        .col(text_null("error"))
        .col(big_integer("created_at"))
        .foreign_key(&mut remembers("api_endpoint_executions", "endpoint_id", "api_endpoints"))
        .foreign_key(&mut remembers("api_endpoint_executions", "caller_entity_id", "entities"))
        .to_owned()
}
