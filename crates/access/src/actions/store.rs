//! The tables of actions and of what they may be asked about.

use std::collections::HashMap;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::db::{Engine, contains_text, in_ids};
use atoll_base::{Common, Moment, Page, PageRequest, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ActiveValue, Condition, IntoActiveModel, JoinType, QueryOrder, QuerySelect};

use super::find::{ActionFilter, ApplicabilityFilter};
use super::model::{Action, Applicability, Target};

/// The table of actions.
pub mod action {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row of `actions`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "actions")]
    pub struct Model {
        /// Id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Name.
        pub name: String,
        /// Description.
        pub description: Option<String>,
        /// Birth.
        pub created_at: i64,
        /// Last change.
        pub updated_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table of what actions may be asked about.
pub mod applicability {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row of `action_applicability`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "action_applicability")]
    pub struct Model {
        /// Id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The action.
        pub action_id: Uuid,
        /// Coarse kind of the objects.
        pub object_kind: String,
        /// Type of the objects.
        pub object_type: Option<String>,
        /// Birth.
        pub created_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One row of applicability together with its action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicabilityEntry {
    /// The action.
    pub action: Uuid,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// What it may be asked about.
    pub applicability: Applicability,
    /// Since when.
    pub created_at: Moment,
}

impl TryFrom<&applicability::Model> for Applicability {
    type Error = atoll_base::Error;

    fn try_from(row: &applicability::Model) -> Result<Applicability> {
        let kind = row.object_kind.parse().map_err(Common::bug)?;
        Ok(Applicability { kind, object_type: row.object_type.clone() })
    }
}

impl From<&Action> for action::Model {
    fn from(action: &Action) -> action::Model {
        action::Model {
            id: action.id,
            name: action.name.clone(),
            description: action.description.clone(),
            created_at: action.created_at.0,
            updated_at: action.updated_at.0,
        }
    }
}

/// Adds an action with what it may be asked about.
pub(crate) async fn insert(tx: &Tx, allowed: &Allowed<'_, Action>, action: &Action) -> Result<()> {
    let row = action::Model::from(action).into_active_model().reset_all();
    action::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    insert_rows(tx, allowed, action.id, &action.applicability).await
}

/// Writes a changed action; its applicability is written apart.
pub(crate) async fn save(tx: &Tx, _allowed: &Allowed<'_, Action>, action: &Action) -> Result<()> {
    let mut row = action::Model::from(action).into_active_model().reset_all();
    row.id = ActiveValue::Unchanged(action.id);
    row.update(tx.conn()).await?;
    Ok(())
}

/// Adds rows of applicability.
pub(crate) async fn insert_rows(
    tx: &Tx,
    _allowed: &Allowed<'_, Action>,
    action: Uuid,
    rows: &[Applicability],
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter().map(|row| {
        let row = applicability::Model {
            id: tx.ctx().new_id(),
            action_id: action,
            object_kind: row.kind.as_str().to_owned(),
            object_type: row.object_type.clone(),
            created_at: tx.ctx().now().0,
        };
        row.into_active_model().reset_all()
    });
    applicability::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Removes a row of applicability; false if there was none.
pub(crate) async fn delete_row(
    tx: &Tx,
    _allowed: &Allowed<'_, Action>,
    action: Uuid,
    row: &Applicability,
) -> Result<bool> {
    let done = applicability::Entity::delete_many().filter(exactly(action, row)).exec(tx.conn()).await?;
    Ok(done.rows_affected > 0)
}

/// Since when a row of applicability is there; the beginning of time if it is not.
pub(crate) async fn row_since(
    conn: &impl ConnectionTrait,
    action: Uuid,
    row: &Applicability,
) -> Result<Moment> {
    let found = applicability::Entity::find().filter(exactly(action, row)).one(conn).await?;
    Ok(found.map_or(Moment::default(), |row| Moment(row.created_at)))
}

fn exactly(action: Uuid, row: &Applicability) -> Condition {
    let object_type = match &row.object_type {
        Some(text) => applicability::Column::ObjectType.eq(text),
        None => applicability::Column::ObjectType.is_null(),
    };
    Condition::all()
        .add(applicability::Column::ActionId.eq(action))
        .add(applicability::Column::ObjectKind.eq(row.kind.as_str()))
        .add(object_type)
}

/// Removes an action; its applicability and its places in blocks go with it.
pub(crate) async fn delete(tx: &Tx, _allowed: &Allowed<'_, Action>, action: Uuid) -> Result<()> {
    action::Entity::delete_by_id(action).exec(tx.conn()).await?;
    Ok(())
}

/// The action.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Action>> {
    Ok(by_ids(conn, &[id]).await?.remove(&id))
}

/// The action for changing: nobody else changes it before this transaction ends.
pub(crate) async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Action>> {
    let found = action::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
    match found {
        Some(row) => Ok(whole(tx.conn(), vec![row]).await?.pop()),
        None => Ok(None),
    }
}

/// Actions by id, those that exist.
pub(crate) async fn by_ids(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Action>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let rows = action::Entity::find()
        .filter(in_ids(Engine::of(conn), action::Column::Id.as_column_ref(), &ids))
        .all(conn)
        .await?;
    Ok(whole(conn, rows).await?.into_iter().map(|action| (action.id, action)).collect())
}

/// Actions by name, those that exist.
pub(crate) async fn by_names(conn: &impl ConnectionTrait, names: &[&str]) -> Result<Vec<Action>> {
    let rows = action::Entity::find()
        .filter(action::Column::Name.is_in(names.iter().copied()))
        .order_by_asc(action::Column::Name)
        .all(conn)
        .await?;
    whole(conn, rows).await
}

/// Most actions that are asked about one object.
const MOST_OF_AN_OBJECT: usize = 500;

/// The names of the actions that may be asked about such objects, in alphabetical order; at most 500.
pub(crate) async fn applying_to(conn: &impl ConnectionTrait, target: &Target) -> Result<Vec<String>> {
    let of_kind = Query::select()
        .column(applicability::Column::ActionId)
        .from("action_applicability")
        .and_where(Expr::col(applicability::Column::ObjectKind).eq(target.kind.as_str()))
        .to_owned();
    let rows = action::Entity::find()
        .filter(action::Column::Id.in_subquery(of_kind))
        .order_by_asc(action::Column::Name)
        .all(conn)
        .await?;
    let actions = whole(conn, rows).await?.into_iter().filter(|action| action.applies_to(target));
    Ok(actions.map(|action| action.name).take(MOST_OF_AN_OBJECT).collect())
}

/// Whether there is any action at all.
pub(crate) async fn any(conn: &impl ConnectionTrait) -> Result<bool> {
    Ok(action::Entity::find().limit(1).one(conn).await?.is_some())
}

/// A page of the actions that pass the filter, by name.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    filter: &ActionFilter,
    page: PageRequest,
) -> Result<Page<Action>> {
    let query = action::Entity::find().filter(matches(filter));
    let total = query.clone().count(conn).await?;
    let rows = query
        .order_by_asc(action::Column::Name)
        .order_by_asc(action::Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    Ok(Page { items: whole(conn, rows).await?, total })
}

/// A page of the rows of applicability that pass the filter, by action, kind and type.
pub(crate) async fn list_rows(
    conn: &impl ConnectionTrait,
    filter: &ApplicabilityFilter,
    page: PageRequest,
) -> Result<Page<ApplicabilityEntry>> {
    let of_action = applicability::Entity::belongs_to(action::Entity)
        .from(applicability::Column::ActionId)
        .to(action::Column::Id)
        .into();
    let mut query = applicability::Entity::find()
        .join(JoinType::InnerJoin, of_action)
        .filter(row_matches(&filter.kind, &filter.object_type));
    if let Some(text) = &filter.action_name {
        query = query.filter(contains_text([action::Column::Name.into_expr()], text));
    }
    let total = query.clone().count(conn).await?;
    let rows = query
        .select_also(action::Entity)
        .order_by_asc(action::Column::Name)
        .order_by_asc(applicability::Column::ObjectKind)
        .order_by_asc(applicability::Column::ObjectType)
        .order_by_asc(applicability::Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    let entry = |(row, action): (applicability::Model, Option<action::Model>)| {
        let action = action.ok_or_else(|| Common::bug("applicability without an action"))?;
        Ok(ApplicabilityEntry {
            action: action.id,
            name: action.name,
            description: action.description,
            applicability: Applicability::try_from(&row)?,
            created_at: Moment(row.created_at),
        })
    };
    Ok(Page { items: rows.into_iter().map(entry).collect::<Result<_>>()?, total })
}

/// Rows of actions together with their applicability, in the same order.
async fn whole(conn: &impl ConnectionTrait, actions: Vec<action::Model>) -> Result<Vec<Action>> {
    let ids: Vec<Uuid> = actions.iter().map(|action| action.id).collect();
    let mut rows: HashMap<Uuid, Vec<Applicability>> = HashMap::new();
    if !ids.is_empty() {
        let found = applicability::Entity::find()
            .filter(in_ids(Engine::of(conn), applicability::Column::ActionId.as_column_ref(), &ids))
            .all(conn)
            .await?;
        for row in &found {
            rows.entry(row.action_id).or_default().push(Applicability::try_from(row)?);
        }
    }
    let whole = actions.into_iter().map(|row| {
        let mut applicability = rows.remove(&row.id).unwrap_or_default();
        applicability.sort();
        Action {
            id: row.id,
            name: row.name,
            description: row.description,
            applicability,
            created_at: Moment(row.created_at),
            updated_at: Moment(row.updated_at),
        }
    });
    Ok(whole.collect())
}

fn matches(filter: &ActionFilter) -> Condition {
    if filter.kind.is_none() && filter.object_type.is_none() {
        return Condition::all();
    }
    let applicable = Query::select()
        .column(applicability::Column::ActionId)
        .from("action_applicability")
        .cond_where(row_matches(&filter.kind, &filter.object_type))
        .to_owned();
    Condition::all().add(action::Column::Id.in_subquery(applicable))
}

/// Rows of a kind; of a type, also those that mean every type of its kind.
fn row_matches(kind: &Option<String>, object_type: &Option<String>) -> Condition {
    use applicability::Column::{ObjectKind, ObjectType};
    let mut all = Condition::all();
    if let Some(kind) = kind {
        all = all.add(Expr::col(ObjectKind.as_column_ref()).eq(kind));
    }
    if let Some(object_type) = object_type {
        let column = || Expr::col(ObjectType.as_column_ref());
        all = all.add(Condition::any().add(column().is_null()).add(column().eq(object_type)));
    }
    all
}
