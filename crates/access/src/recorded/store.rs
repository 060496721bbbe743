//! The table of recorded decisions.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Common, Moment, Page, PageRequest, Result, db};
use atoll_policy::ObjectRef;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::RecordedFilter;
use super::model::Recorded;

/// A row of `decision_log`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "decision_log")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// When.
    pub at: i64,
    /// Tenant of the object.
    pub tenant_id: Option<Uuid>,
    /// Who would act.
    pub subject_id: Uuid,
    /// Name of the action.
    pub action: String,
    /// Coarse kind of the object.
    pub object_kind: String,
    /// Id of the object; nil for the platform.
    pub object_id: Uuid,
    /// JSON.
    pub context: String,
    /// Whether that is all of it.
    pub context_whole: bool,
    /// Whether the subject might.
    pub allowed: bool,
    /// Why, or why not.
    pub reason: String,
    /// Revision token.
    pub revision: String,
    /// Door.
    pub door: String,
    /// Who asked.
    pub caller_id: Option<Uuid>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Recorded {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Recorded> {
        Ok(Recorded {
            id: row.id,
            at: Moment(row.at),
            tenant: row.tenant_id,
            subject: row.subject_id,
            action: row.action,
            object: ObjectRef::new(row.object_kind.parse().map_err(Common::bug)?, row.object_id),
            context: serde_json::from_str(&row.context).map_err(Common::bug)?,
            context_whole: row.context_whole,
            allowed: row.allowed,
            reason: row.reason,
            revision: row.revision,
            door: row.door,
            caller: row.caller_id,
        })
    }
}

impl From<Recorded> for Model {
    fn from(recorded: Recorded) -> Model {
        Model {
            id: recorded.id,
            at: recorded.at.0,
            tenant_id: recorded.tenant,
            subject_id: recorded.subject,
            action: recorded.action,
            object_kind: recorded.object.kind.as_str().to_owned(),
            object_id: recorded.object.id,
            context: recorded.context.to_string(),
            context_whole: recorded.context_whole,
            allowed: recorded.allowed,
            reason: recorded.reason,
            revision: recorded.revision,
            door: recorded.door,
            caller_id: recorded.caller,
        }
    }
}

/// Adds decisions.
pub(super) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Recorded>, all: Vec<Recorded>) -> Result<()> {
    let rows = all.into_iter().map(|one| Model::from(one).into_active_model().reset_all());
    Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The newest decisions of a tenant, or of all.
pub(crate) async fn newest(
    conn: &impl ConnectionTrait,
    tenant: Option<Uuid>,
    most: u64,
) -> Result<Vec<Recorded>> {
    let which = Condition::all().add_option(tenant.map(|tenant| Column::TenantId.eq(tenant)));
    let rows = Entity::find()
        .filter(which)
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .limit(most)
        .all(conn)
        .await?;
    rows.into_iter().map(Recorded::try_from).collect()
}

/// A page of the decisions that pass the filter, newest first.
pub(super) async fn list(
    conn: &impl ConnectionTrait,
    filter: &RecordedFilter,
    page: PageRequest,
) -> Result<Page<Recorded>> {
    let which = Condition::all()
        .add_option(filter.tenant.map(|tenant| Column::TenantId.eq(tenant)))
        .add_option(filter.subject.map(|subject| Column::SubjectId.eq(subject)))
        .add_option(filter.action.as_ref().map(|action| Column::Action.eq(action)))
        .add_option(filter.allowed.map(|allowed| Column::Allowed.eq(allowed)))
        .add_option(filter.from.map(|from| Column::At.gte(from.0)))
        .add_option(filter.to.map(|to| Column::At.lt(to.0)));
    let query = Entity::find().filter(which);
    let total = query.clone().count(conn).await?;
    let rows = query
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    let items = rows.into_iter().map(Recorded::try_from).collect::<Result<_>>()?;
    Ok(Page { items, total })
}

/// When the newest decision was made that is one too many.
pub(super) async fn surplus(conn: &impl ConnectionTrait, most: u64) -> Result<Option<Moment>> {
    let at: Option<i64> = Entity::find()
        .select_only()
        .column(Column::At)
        .order_by_desc(Column::At)
        .offset(most)
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(at.map(Moment))
}

/// Removes at most so many decisions that were made until then.
pub(super) async fn prune(
    tx: &Tx,
    _allowed: &Allowed<'_, Recorded>,
    until: Moment,
    most: u64,
) -> Result<u64> {
    db::prune::<Entity>(tx.conn(), Column::Id, Column::At.lte(until.0), most).await
}

/// Removes what an entity asked, and what was asked about it.
pub(crate) async fn forget_entity(tx: &Tx, _allowed: &Allowed<'_, Recorded>, entity: Uuid) -> Result<()> {
    let about = Condition::any()
        .add(Column::SubjectId.eq(entity))
        .add(Column::CallerId.eq(entity))
        .add(Column::ObjectId.eq(entity));
    Entity::delete_many().filter(about).exec(tx.conn()).await?;
    Ok(())
}

/// Removes what was asked about objects of a tenant.
pub(crate) async fn forget_tenant(tx: &Tx, _allowed: &Allowed<'_, Recorded>, tenant: Uuid) -> Result<()> {
    Entity::delete_many().filter(Column::TenantId.eq(tenant)).exec(tx.conn()).await?;
    Ok(())
}
