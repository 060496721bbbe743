//! The tables of what shadows report. Every replica adds to them.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, PageRequest, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::super::model::Draft;
use super::super::report::{Counts, Difference};

/// The most differences that are kept of one draft.
const KEPT: u64 = 1000;

/// A row of `draft_reports`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "draft_reports")]
pub struct Model {
    /// The draft.
    #[sea_orm(primary_key, auto_increment = false)]
    pub draft_id: Uuid,
    /// Its version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// Questions put to it.
    pub asked: i64,
    /// Those it would answer otherwise.
    pub differing: i64,
    /// Questions that could not be put to it.
    pub missed: i64,
    /// Since when.
    pub since: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Questions that drafts would answer otherwise.
pub mod difference {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row of `draft_differences`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "draft_differences")]
    pub struct Model {
        /// The draft.
        #[sea_orm(primary_key, auto_increment = false)]
        pub draft_id: Uuid,
        /// Its version.
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i64,
        /// Who would act.
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject_id: Uuid,
        /// Name of the action.
        #[sea_orm(primary_key, auto_increment = false)]
        pub action: String,
        /// Coarse kind of the object.
        #[sea_orm(primary_key, auto_increment = false)]
        pub object_kind: String,
        /// Id of the object; nil for the platform.
        #[sea_orm(primary_key, auto_increment = false)]
        pub object_id: Uuid,
        /// The answer that was given; the draft's is the other one.
        #[sea_orm(primary_key, auto_increment = false)]
        pub live: bool,
        /// Tenant of the object.
        pub tenant_id: Option<Uuid>,
        /// JSON: what was claimed the first time, without secrets.
        pub context: String,
        /// Why it was answered so.
        pub live_reason: String,
        /// Why the draft answers otherwise.
        pub draft_reason: String,
        /// The same in a sentence.
        pub why: String,
        /// How often.
        pub count: i64,
        /// First time.
        pub first_seen: i64,
        /// Last time.
        pub last_seen: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Begins a report about the draft as it is.
pub(in crate::drafts) async fn begin_report(
    tx: &Tx,
    _allowed: &Allowed<'_, Draft>,
    draft: &Draft,
) -> Result<()> {
    let (draft_id, version, since) = (draft.id, draft.version, tx.ctx().now().0);
    let row = Model { draft_id, version, asked: 0, differing: 0, missed: 0, since };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Forgets what was reported about a draft.
pub(in crate::drafts) async fn forget_reports(
    tx: &Tx,
    _allowed: &Allowed<'_, Draft>,
    draft: Uuid,
) -> Result<()> {
    Entity::delete_many().filter(Column::DraftId.eq(draft)).exec(tx.conn()).await?;
    difference::Entity::delete_many().filter(difference::Column::DraftId.eq(draft)).exec(tx.conn()).await?;
    Ok(())
}

/// Forgets what was reported about an entity.
pub(super) async fn forget(tx: &Tx, _allowed: &Allowed<'_, Draft>, entity: Uuid) -> Result<()> {
    let about = Condition::any()
        .add(difference::Column::SubjectId.eq(entity))
        .add(difference::Column::ObjectId.eq(entity));
    difference::Entity::delete_many().filter(about).exec(tx.conn()).await?;
    Ok(())
}

/// Adds to the figures of a draft's version; nothing if its report is gone.
pub(in crate::drafts) async fn add_counts(
    tx: &Tx,
    _allowed: &Allowed<'_, Draft>,
    draft: Uuid,
    version: i64,
    counts: Counts,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Asked, Expr::col(Column::Asked).add(counts.asked))
        .col_expr(Column::Differing, Expr::col(Column::Differing).add(counts.differing))
        .col_expr(Column::Missed, Expr::col(Column::Missed).add(counts.missed))
        .filter(Column::DraftId.eq(draft))
        .filter(Column::Version.eq(version))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Adds differences of a draft's version: those that are known are counted, others kept while there is room.
pub(in crate::drafts) async fn add_differences(
    tx: &Tx,
    _allowed: &Allowed<'_, Draft>,
    draft: Uuid,
    version: i64,
    differences: Vec<Difference>,
) -> Result<()> {
    let conn = tx.conn();
    let mut kept = of_version(draft, version).count(conn).await?;
    for one in differences {
        if seen_again(tx, draft, version, &one).await? || kept >= KEPT {
            continue;
        }
        let row = one.row(draft, version).into_active_model().reset_all();
        difference::Entity::insert(row).on_conflict(counted()).exec_without_returning(conn).await?;
        kept += 1;
    }
    Ok(())
}

/// What becomes of a row that another replica wrote at the same time.
fn counted() -> OnConflict {
    use difference::Column;
    let sum = Expr::col(("draft_differences", "count")).add(Expr::col(("excluded", "count")));
    OnConflict::columns([
        Column::DraftId,
        Column::Version,
        Column::SubjectId,
        Column::Action,
        Column::ObjectKind,
        Column::ObjectId,
        Column::Live,
    ])
    .value(Column::Count, sum)
    .update_column(Column::LastSeen)
    .to_owned()
}

async fn seen_again(tx: &Tx, draft: Uuid, version: i64, one: &Difference) -> Result<bool> {
    use difference::Column;
    let done = difference::Entity::update_many()
        .col_expr(Column::Count, Expr::col(Column::Count).add(one.count))
        .col_expr(Column::LastSeen, Expr::value(one.last_seen.0))
        .filter(Column::DraftId.eq(draft))
        .filter(Column::Version.eq(version))
        .filter(Column::SubjectId.eq(one.subject))
        .filter(Column::Action.eq(&one.action))
        .filter(Column::ObjectKind.eq(one.object.kind.as_str()))
        .filter(Column::ObjectId.eq(one.object.id))
        .filter(Column::Live.eq(one.live))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected > 0)
}

fn of_version(draft: Uuid, version: i64) -> Select<difference::Entity> {
    difference::Entity::find()
        .filter(difference::Column::DraftId.eq(draft))
        .filter(difference::Column::Version.eq(version))
}

/// The figures of a draft's version, since when they are counted, and how many differences are kept.
pub(in crate::drafts) async fn figures(
    conn: &impl ConnectionTrait,
    draft: &Draft,
) -> Result<Option<(Counts, Moment, u64)>> {
    let Some(row) = Entity::find_by_id((draft.id, draft.version)).one(conn).await? else { return Ok(None) };
    let kept = of_version(draft.id, draft.version).count(conn).await?;
    let counts = Counts { asked: row.asked, differing: row.differing, missed: row.missed };
    Ok(Some((counts, Moment(row.since), kept)))
}

/// A page of the differences of a draft's version, those seen most often first.
pub(in crate::drafts) async fn differences(
    conn: &impl ConnectionTrait,
    draft: &Draft,
    page: PageRequest,
) -> Result<Vec<Difference>> {
    let rows = of_version(draft.id, draft.version)
        .order_by_desc(difference::Column::Count)
        .order_by_desc(difference::Column::LastSeen)
        .order_by_asc(difference::Column::SubjectId)
        .order_by_asc(difference::Column::Action)
        .order_by_asc(difference::Column::ObjectId)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    rows.into_iter().map(Difference::try_from).collect()
}
