//! The tables of drafts and of what they change.

use std::collections::HashMap;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::db::{Engine, in_ids};
use atoll_base::{Moment, Page, PageRequest, Result};
use atoll_policy::Subject;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::DraftFilter;
use super::model::{Draft, Entry};
use crate::words::SubjectKind;

pub(crate) mod entry;
pub(crate) mod report;

pub(super) use report::{begin_report, forget_reports};

/// A row of `drafts`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "drafts")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owning tenant.
    pub tenant_id: Option<Uuid>,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Version.
    pub version: i64,
    /// Whether it is in shadow.
    pub shadow: bool,
    /// When it was made live.
    pub applied_at: Option<i64>,
    /// Birth.
    pub created_at: i64,
    /// Last change.
    pub updated_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    fn with(self, entries: Vec<Entry>) -> Draft {
        Draft {
            id: self.id,
            tenant: self.tenant_id,
            name: self.name,
            description: self.description,
            version: self.version,
            shadow: self.shadow,
            applied_at: self.applied_at.map(Moment),
            entries,
            created_at: Moment(self.created_at),
            updated_at: Moment(self.updated_at),
        }
    }
}

impl From<&Draft> for Model {
    fn from(draft: &Draft) -> Model {
        Model {
            id: draft.id,
            tenant_id: draft.tenant,
            name: draft.name.clone(),
            description: draft.description.clone(),
            version: draft.version,
            shadow: draft.shadow,
            applied_at: draft.applied_at.map(|at| at.0),
            created_at: draft.created_at.0,
            updated_at: draft.updated_at.0,
        }
    }
}

/// Adds a draft with what it changes.
pub(super) async fn insert(tx: &Tx, allowed: &Allowed<'_, Draft>, draft: &Draft) -> Result<()> {
    let row = Model::from(draft).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    put_entries(tx, allowed, draft).await
}

/// Writes a changed draft, without what it changes.
pub(super) async fn save(tx: &Tx, _allowed: &Allowed<'_, Draft>, draft: &Draft) -> Result<()> {
    let mut row = Model::from(draft).into_active_model().reset_all();
    row.id = ActiveValue::Unchanged(draft.id);
    row.update(tx.conn()).await?;
    Ok(())
}

/// Writes what a draft changes, in place of what it changed before.
pub(super) async fn put_entries(tx: &Tx, _allowed: &Allowed<'_, Draft>, draft: &Draft) -> Result<()> {
    entry::Entity::delete_many().filter(entry::Column::DraftId.eq(draft.id)).exec(tx.conn()).await?;
    let rows = (0..).zip(&draft.entries).map(|(at, one)| entry::Model::of(draft, at, one));
    let rows = rows.map(|row| row.into_active_model().reset_all());
    entry::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Removes a draft; what it changes and what was reported go with it. False if there was none.
pub(super) async fn delete(tx: &Tx, _allowed: &Allowed<'_, Draft>, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_by_id(id).exec(tx.conn()).await?.rows_affected > 0)
}

/// The draft.
pub(super) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Draft>> {
    let rows = Entity::find_by_id(id).all(conn).await?;
    Ok(whole(conn, rows).await?.pop())
}

/// The draft, for the rest of the transaction.
pub(super) async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Draft>> {
    let rows = Entity::find_by_id(id).lock_exclusive().all(tx.conn()).await?;
    Ok(whole(tx.conn(), rows).await?.pop())
}

/// The version of a draft that is in shadow.
pub(super) async fn version_in_shadow(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<i64>> {
    let version =
        Entity::find_by_id(id).select_only().column(Column::Version).filter(Column::Shadow.eq(true));
    Ok(version.into_tuple().one(conn).await?)
}

fn of(tenant: Option<Uuid>) -> Condition {
    Condition::all().add(match tenant {
        Some(tenant) => Column::TenantId.eq(tenant),
        None => Column::TenantId.is_null(),
    })
}

/// How many drafts there are of the tenant, or of the platform.
pub(super) async fn count(conn: &impl ConnectionTrait, tenant: Option<Uuid>) -> Result<u64> {
    Ok(Entity::find().filter(of(tenant)).count(conn).await?)
}

/// How many of them are in shadow.
pub(super) async fn count_in_shadow(conn: &impl ConnectionTrait, tenant: Option<Uuid>) -> Result<u64> {
    Ok(Entity::find().filter(of(tenant).add(Column::Shadow.eq(true))).count(conn).await?)
}

/// All drafts that are in shadow.
pub(super) async fn in_shadow(conn: &impl ConnectionTrait) -> Result<Vec<Draft>> {
    let rows = Entity::find().filter(Column::Shadow.eq(true)).order_by_asc(Column::Id).all(conn).await?;
    whole(conn, rows).await
}

/// A page of the drafts that pass the filter, newest first.
pub(super) async fn list(
    conn: &impl ConnectionTrait,
    filter: &DraftFilter,
    page: PageRequest,
) -> Result<Page<Draft>> {
    let which = Condition::all()
        .add_option(filter.tenant.map(|tenant| Column::TenantId.eq(tenant)))
        .add_option(filter.shadow.map(|shadow| Column::Shadow.eq(shadow)));
    let query = Entity::find().filter(which);
    let total = query.clone().count(conn).await?;
    let rows = query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    Ok(Page { items: whole(conn, rows).await?, total })
}

/// Rows together with what they change, in the same order.
async fn whole(conn: &impl ConnectionTrait, rows: Vec<Model>) -> Result<Vec<Draft>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut entries: HashMap<Uuid, Vec<Entry>> = HashMap::new();
    if !ids.is_empty() {
        let found = entry::Entity::find()
            .filter(in_ids(Engine::of(conn), entry::Column::DraftId.as_column_ref(), &ids))
            .order_by_asc(entry::Column::Position)
            .all(conn)
            .await?;
        for row in found {
            entries.entry(row.draft_id).or_default().push(Entry::try_from(row)?);
        }
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let entries = entries.remove(&row.id).unwrap_or_default();
            row.with(entries)
        })
        .collect())
}

/// Takes a subject that is no more out of every draft, and an entity out of what was reported.
pub(crate) async fn forget_subject(tx: &Tx, allowed: &Allowed<'_, Draft>, subject: Subject) -> Result<()> {
    entry::Entity::delete_many()
        .filter(entry::Column::SubjectKind.eq(SubjectKind::from(subject).as_str()))
        .filter(entry::Column::SubjectId.eq(subject.id()))
        .exec(tx.conn())
        .await?;
    report::forget(tx, allowed, subject.id()).await
}
