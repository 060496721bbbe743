//! The table of guardrails.

use std::collections::BTreeSet;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Common, Kind, Moment, Page, PageRequest, Result};
use atoll_policy::EntityKind;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::RuleFilter;
use super::model::{Guardrail, RuleFault, Verdict};

/// A row of `action_assignment_rules`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "action_assignment_rules")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant for whose grants it holds.
    pub tenant_id: Option<Uuid>,
    /// Who would receive the action.
    pub entity_kind: String,
    /// Name of the action.
    pub action_name: String,
    /// Coarse kind of the objects.
    pub object_kind: String,
    /// Type of the objects.
    pub object_type: Option<String>,
    /// `allow`, `deny` or `require_override`.
    pub decision: String,
    /// Outweighs whatever is not absolute.
    pub is_absolute: bool,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Guardrail {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Guardrail> {
        let verdict = Verdict::read(&row.decision);
        Ok(Guardrail {
            id: row.id,
            tenant: row.tenant_id,
            entity_kind: row.entity_kind.parse().map_err(Common::bug)?,
            action: row.action_name,
            object_kind: row.object_kind.parse().map_err(Common::bug)?,
            object_type: row.object_type,
            verdict: verdict.ok_or_else(|| Common::bug(format!("verdict {}", row.decision)))?,
            absolute: row.is_absolute,
            created_at: Moment(row.created_at),
        })
    }
}

impl From<&Guardrail> for Model {
    fn from(guardrail: &Guardrail) -> Model {
        Model {
            id: guardrail.id,
            tenant_id: guardrail.tenant,
            entity_kind: guardrail.entity_kind.as_str().to_owned(),
            action_name: guardrail.action.clone(),
            object_kind: guardrail.object_kind.as_str().to_owned(),
            object_type: guardrail.object_type.clone(),
            decision: guardrail.verdict.as_str().to_owned(),
            is_absolute: guardrail.absolute,
            created_at: guardrail.created_at.0,
        }
    }
}

/// Adds guardrails.
pub(crate) async fn insert_all(
    tx: &Tx,
    _allowed: &Allowed<'_, Guardrail>,
    guardrails: &[Guardrail],
) -> Result<()> {
    let rows = guardrails.iter().map(|guardrail| Model::from(guardrail).into_active_model().reset_all());
    Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Adds a guardrail that nothing is there about yet.
pub(crate) async fn insert(tx: &Tx, allowed: &Allowed<'_, Guardrail>, guardrail: &Guardrail) -> Result<()> {
    match insert_all(tx, allowed, std::slice::from_ref(guardrail)).await {
        Err(error) if error.kind() == Kind::Conflict => Err(RuleFault::Exists.into()),
        done => done,
    }
}

/// Removes a guardrail; false if there was none.
pub(crate) async fn delete(tx: &Tx, _allowed: &Allowed<'_, Guardrail>, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_by_id(id).exec(tx.conn()).await?.rows_affected > 0)
}

/// The guardrail.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Guardrail>> {
    Entity::find_by_id(id).one(conn).await?.map(Guardrail::try_from).transpose()
}

/// A page of the guardrails that pass the filter, in the order of what they are about.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    filter: &RuleFilter,
    page: PageRequest,
) -> Result<Page<Guardrail>> {
    let whose = match filter.tenant {
        Some(tenant) => Column::TenantId.eq(tenant),
        None => Column::TenantId.is_null(),
    };
    let all = Condition::all()
        .add(whose)
        .add_option(filter.entity_kind.map(|kind| Column::EntityKind.eq(kind.as_str())))
        .add_option(filter.action.as_deref().map(|action| Column::ActionName.eq(action)))
        .add_option(filter.object_kind.map(|kind| Column::ObjectKind.eq(kind.as_str())))
        .add_option(filter.object_type.as_deref().map(|of| Column::ObjectType.eq(of)))
        .add_option(filter.verdict.map(|verdict| Column::Decision.eq(verdict.as_str())));
    let query = Entity::find().filter(all);
    let total = query.clone().count(conn).await?;
    let rows = query
        .order_by_asc(Column::EntityKind)
        .order_by_asc(Column::ActionName)
        .order_by_asc(Column::ObjectKind)
        .order_by_asc(Column::ObjectType)
        .order_by_asc(Column::Decision)
        .order_by_asc(Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    let items = rows.into_iter().map(Guardrail::try_from).collect::<Result<_>>()?;
    Ok(Page { items, total })
}

/// The guardrails about these kinds of entity, of the platform and of all tenants.
pub(crate) async fn about(
    conn: &impl ConnectionTrait,
    kinds: &BTreeSet<EntityKind>,
) -> Result<Vec<Guardrail>> {
    let kinds = kinds.iter().map(|kind| kind.as_str());
    let rows = Entity::find().filter(Column::EntityKind.is_in(kinds)).all(conn).await?;
    rows.into_iter().map(Guardrail::try_from).collect()
}
