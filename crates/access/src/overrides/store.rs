//! The table of exceptions from guardrails.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Common, Moment, Page, PageRequest, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::OverrideFilter;
use super::model::{For, Override};
use crate::requests::RequestState;

/// A row of `guardrail_overrides`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "guardrail_overrides")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant of the grant.
    pub tenant_id: Option<Uuid>,
    /// The guardrail.
    pub rule_id: Uuid,
    /// Its tenant.
    pub decided_in: Option<Uuid>,
    /// `entity`, `group`, `role` or `removal`.
    pub recipient_kind: String,
    /// What would receive something.
    pub recipient_id: Option<Uuid>,
    /// Why.
    pub reason: String,
    /// `pending`, `approved`, `denied` or `withdrawn`.
    pub status: String,
    /// Who asks.
    pub requester_id: Uuid,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: Option<i64>,
    /// What they said.
    pub answer: Option<String>,
    /// Until when it may be used.
    pub valid_until: Option<i64>,
    /// When it was used.
    pub used_at: Option<i64>,
    /// When it was asked for.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Override {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Override> {
        let state = RequestState::read(&row.status);
        let wanted = For::read(&row.recipient_kind, row.recipient_id);
        Ok(Override {
            id: row.id,
            tenant: row.tenant_id,
            rule: row.rule_id,
            decided_in: row.decided_in,
            wanted: wanted.ok_or_else(|| Common::bug(format!("override for {}", row.recipient_kind)))?,
            reason: row.reason,
            state: state.ok_or_else(|| Common::bug(format!("override status {}", row.status)))?,
            requester: row.requester_id,
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(Moment),
            answer: row.answer,
            valid_until: row.valid_until.map(Moment),
            used_at: row.used_at.map(Moment),
            created_at: Moment(row.created_at),
        })
    }
}

impl From<&Override> for Model {
    fn from(one: &Override) -> Model {
        Model {
            id: one.id,
            tenant_id: one.tenant,
            rule_id: one.rule,
            decided_in: one.decided_in,
            recipient_kind: one.wanted.word().to_owned(),
            recipient_id: one.wanted.id(),
            reason: one.reason.clone(),
            status: one.state.as_str().to_owned(),
            requester_id: one.requester,
            decided_by: one.decided_by,
            decided_at: one.decided_at.map(|moment| moment.0),
            answer: one.answer.clone(),
            valid_until: one.valid_until.map(|moment| moment.0),
            used_at: one.used_at.map(|moment| moment.0),
            created_at: one.created_at.0,
        }
    }
}

/// Adds an exception that is asked for.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Override>, one: &Override) -> Result<()> {
    let row = Model::from(one).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Saves what became of an exception.
pub(crate) async fn save(
    conn: &impl ConnectionTrait,
    _allowed: &Allowed<'_, Override>,
    one: &Override,
) -> Result<()> {
    let row = Model::from(one).into_active_model().reset_all();
    Entity::update(row).validate()?.exec(conn).await?;
    Ok(())
}

/// Forgets the exceptions for something that is removed for good.
pub(crate) async fn forget(tx: &Tx, _allowed: &Allowed<'_, Override>, recipient: Uuid) -> Result<()> {
    Entity::delete_many().filter(Column::RecipientId.eq(recipient)).exec(tx.conn()).await?;
    Ok(())
}

/// The exception.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Override>> {
    Entity::find_by_id(id).one(conn).await?.map(Override::try_from).transpose()
}

/// The exception, for the rest of the transaction.
pub(crate) async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Override>> {
    let row = Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
    row.map(Override::try_from).transpose()
}

/// An approved exception from the rule that can be used now, for the rest of the transaction.
pub(crate) async fn hold_usable(
    conn: &impl ConnectionTrait,
    rule: Uuid,
    wanted: For,
    tenant: Option<Uuid>,
    now: Moment,
) -> Result<Option<Override>> {
    let row = Entity::find()
        .filter(same(rule, wanted, tenant))
        .filter(Column::Status.eq(RequestState::Approved.as_str()))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ValidUntil.gt(now.0))
        .order_by_asc(Column::ValidUntil)
        .lock_exclusive()
        .one(conn)
        .await?;
    row.map(Override::try_from).transpose()
}

/// How many exceptions that the entity asked for wait, and whether somebody waits for this one.
pub(crate) async fn waiting(tx: &Tx, one: &Override) -> Result<(u64, bool)> {
    let pending = Entity::find().filter(Column::Status.eq(RequestState::Pending.as_str()));
    let same = pending.clone().filter(same(one.rule, one.wanted, one.tenant)).count(tx.conn()).await?;
    let own = pending.filter(Column::RequesterId.eq(one.requester)).count(tx.conn()).await?;
    Ok((own, same > 0))
}

fn same(rule: Uuid, wanted: For, tenant: Option<Uuid>) -> Condition {
    let recipient = match wanted.id() {
        Some(id) => Column::RecipientId.eq(id),
        None => Column::RecipientId.is_null(),
    };
    let of = match tenant {
        Some(tenant) => Column::TenantId.eq(tenant),
        None => Column::TenantId.is_null(),
    };
    Condition::all()
        .add(Column::RuleId.eq(rule))
        .add(Column::RecipientKind.eq(wanted.word()))
        .add(recipient)
        .add(of)
}

/// A page of the exceptions that pass the filter, newest first.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    filter: &OverrideFilter,
    page: PageRequest,
) -> Result<Page<Override>> {
    let whose = filter
        .tenant
        .map(|tenant| Condition::any().add(Column::TenantId.eq(tenant)).add(Column::DecidedIn.eq(tenant)));
    let all = Condition::all()
        .add_option(whose)
        .add_option(filter.rule.map(|rule| Column::RuleId.eq(rule)))
        .add_option(filter.requester.map(|requester| Column::RequesterId.eq(requester)))
        .add_option(filter.state.map(|state| Column::Status.eq(state.as_str())));
    let query = Entity::find().filter(all);
    let total = query.clone().count(conn).await?;
    let rows = query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    let items = rows.into_iter().map(Override::try_from).collect::<Result<_>>()?;
    Ok(Page { items, total })
}
