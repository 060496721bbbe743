//! Indexes that lists follow.

use sea_orm_migration::prelude::*;

/// Every order of a list is that of an index, of all rows and within a tenant.
pub(super) struct Lists;

impl MigrationName for Lists {
    fn name(&self) -> &str {
        "m0010_access_lists"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Lists {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "DROP INDEX groups_created",
            "DROP INDEX resources_created",
            "CREATE INDEX groups_by_creation ON groups (created_at, id)",
            "CREATE INDEX groups_by_name ON groups (name, id)",
            "CREATE INDEX groups_of_tenant_by_creation ON groups (tenant_id, created_at, id)",
            "CREATE INDEX groups_of_tenant_by_name ON groups (tenant_id, name, id)",
            "CREATE INDEX resources_by_creation ON resources (created_at, id)",
            "CREATE INDEX resources_by_name ON resources ((COALESCE(name, '')), id)",
            "CREATE INDEX resources_of_tenant_by_creation ON resources (tenant_id, created_at, id)",
            "CREATE INDEX resources_of_tenant_by_name ON resources (tenant_id, (COALESCE(name, '')), id)",
            "CREATE INDEX roles_by_creation ON roles (created_at, id)",
            "CREATE INDEX roles_by_name ON roles (name, id)",
            "CREATE INDEX roles_of_tenant_by_creation ON roles (tenant_id, created_at, id)",
            "CREATE INDEX roles_of_tenant_by_name ON roles (tenant_id, name, id)",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// The same for grants and blocks; and ways to the few things that are deleted, and to the blocks that name no object.
pub(super) struct Grants;

impl MigrationName for Grants {
    fn name(&self) -> &str {
        "m0043_grant_lists"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Grants {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "DROP INDEX role_assignments_tenant",
            "DROP INDEX direct_policies_tenant",
            "DROP INDEX permission_blocks_tenant",
            "CREATE INDEX role_assignments_by_creation ON role_assignments (created_at, id)",
            "CREATE INDEX role_assignments_of_tenant_by_creation ON role_assignments (tenant_id, created_at, id)",
            "CREATE INDEX direct_policies_by_creation ON direct_policies (created_at, id)",
            "CREATE INDEX direct_policies_of_tenant_by_creation ON direct_policies (tenant_id, created_at, id)",
            "CREATE INDEX permission_blocks_by_creation ON permission_blocks (created_at, id)",
            "CREATE INDEX permission_blocks_of_tenant_by_creation ON permission_blocks (tenant_id, created_at, id)",
            "CREATE INDEX permission_blocks_wide ON permission_blocks (scope_mode, object_kind, object_type) WHERE object_id IS NULL AND group_id IS NULL",
            "CREATE INDEX entities_deleted ON entities (id) WHERE deleted_at IS NOT NULL",
            "CREATE INDEX groups_deleted ON groups (id) WHERE deleted_at IS NOT NULL",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
