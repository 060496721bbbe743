//! The tables of policy tests and of the tenants that let them refuse changes.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::db::{Engine, in_ids};
use atoll_base::{Common, Moment, Page, PageRequest, Result};
use atoll_policy::ObjectRef;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::model::PolicyTest;

/// A row of `policy_tests`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "policy_tests")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owning tenant.
    pub tenant_id: Uuid,
    /// Name.
    pub name: String,
    /// Who would act.
    pub subject_id: Uuid,
    /// Name of the action.
    pub action: String,
    /// Coarse kind of the object.
    pub object_kind: String,
    /// Id of the object.
    pub object_id: Uuid,
    /// JSON object.
    pub context: String,
    /// Whether the subject may.
    pub may: bool,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Tenants in which failing tests refuse changes.
pub mod gate {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row of `policy_test_gates`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "policy_test_gates")]
    pub struct Model {
        /// The tenant.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        /// Since when.
        pub since: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl TryFrom<Model> for PolicyTest {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<PolicyTest> {
        Ok(PolicyTest {
            id: row.id,
            tenant: row.tenant_id,
            name: row.name,
            subject: row.subject_id,
            action: row.action,
            object: ObjectRef::new(row.object_kind.parse().map_err(Common::bug)?, row.object_id),
            context: serde_json::from_str(&row.context).map_err(Common::bug)?,
            may: row.may,
            created_at: Moment(row.created_at),
        })
    }
}

impl From<&PolicyTest> for Model {
    fn from(test: &PolicyTest) -> Model {
        Model {
            id: test.id,
            tenant_id: test.tenant,
            name: test.name.clone(),
            subject_id: test.subject,
            action: test.action.clone(),
            object_kind: test.object.kind.as_str().to_owned(),
            object_id: test.object.id,
            context: test.context.to_string(),
            may: test.may,
            created_at: test.created_at.0,
        }
    }
}

/// Adds a test.
pub(super) async fn insert(tx: &Tx, _allowed: &Allowed<'_, PolicyTest>, test: &PolicyTest) -> Result<()> {
    let row = Model::from(test).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Removes a test; false if there was none.
pub(super) async fn delete(tx: &Tx, _allowed: &Allowed<'_, PolicyTest>, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_by_id(id).exec(tx.conn()).await?.rows_affected > 0)
}

/// The test.
pub(super) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<PolicyTest>> {
    Entity::find_by_id(id).one(conn).await?.map(PolicyTest::try_from).transpose()
}

/// How many tests the tenant has.
pub(super) async fn count(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<u64> {
    Ok(Entity::find().filter(Column::TenantId.eq(tenant)).count(conn).await?)
}

/// A page of the tests of a tenant, by name.
pub(super) async fn list(
    conn: &impl ConnectionTrait,
    tenant: Uuid,
    page: PageRequest,
) -> Result<Page<PolicyTest>> {
    let query = Entity::find().filter(Column::TenantId.eq(tenant));
    let total = query.clone().count(conn).await?;
    let rows = query.order_by_asc(Column::Name).limit(page.limit).offset(page.offset).all(conn).await?;
    let items = rows.into_iter().map(PolicyTest::try_from).collect::<Result<_>>()?;
    Ok(Page { items, total })
}

/// All tests of these tenants, by tenant and name.
pub(super) async fn of_tenants(conn: &impl ConnectionTrait, tenants: &[Uuid]) -> Result<Vec<PolicyTest>> {
    let rows = Entity::find()
        .filter(in_ids(Engine::of(conn), Column::TenantId.as_column_ref(), tenants))
        .order_by_asc(Column::TenantId)
        .order_by_asc(Column::Name)
        .all(conn)
        .await?;
    rows.into_iter().map(PolicyTest::try_from).collect()
}

/// Those of these tenants whose tests refuse changes.
pub(super) async fn gated(conn: &impl ConnectionTrait, tenants: &[Uuid]) -> Result<Vec<Uuid>> {
    let rows = gate::Entity::find()
        .filter(in_ids(Engine::of(conn), gate::Column::TenantId.as_column_ref(), tenants))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.tenant_id).collect())
}

/// Lets the tests of a tenant refuse changes.
pub(super) async fn close_gate(tx: &Tx, _allowed: &Allowed<'_, PolicyTest>, tenant: Uuid) -> Result<()> {
    let row = gate::Model { tenant_id: tenant, since: tx.ctx().now().0 };
    let there = OnConflict::column(gate::Column::TenantId).update_column(gate::Column::Since).to_owned();
    gate::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(there)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Lets the tests of a tenant refuse nothing any more.
pub(super) async fn open_gate(tx: &Tx, _allowed: &Allowed<'_, PolicyTest>, tenant: Uuid) -> Result<()> {
    gate::Entity::delete_by_id(tenant).exec(tx.conn()).await?;
    Ok(())
}

/// Removes the tests that are about an entity.
pub(crate) async fn forget_entity(tx: &Tx, _allowed: &Allowed<'_, PolicyTest>, entity: Uuid) -> Result<()> {
    let about = Condition::any().add(Column::SubjectId.eq(entity)).add(Column::ObjectId.eq(entity));
    Entity::delete_many().filter(about).exec(tx.conn()).await?;
    Ok(())
}
