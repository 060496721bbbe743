//! The table of direct policies.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::db::{Packed, each_packed};
use atoll_base::page::{Key, Order};
use atoll_base::{ListRequest, Listed, Moment, Result, TimeSort};
use atoll_policy::{Fact, Subject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{Condition, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::PolicyFilter;
use super::model::DirectPolicy;
use crate::assignments::store::subject;
use crate::subjects::store as held;
use crate::term::Term;
use crate::words::SubjectKind;

/// A row of `direct_policies`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "direct_policies")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The only tenant in which it counts.
    pub tenant_id: Option<Uuid>,
    /// `entity` or `group`.
    pub subject_kind: String,
    /// Who holds the block.
    pub subject_id: Uuid,
    /// The block.
    pub block_id: Uuid,
    /// From when on it counts.
    pub not_before: Option<i64>,
    /// Until when it counts.
    pub expires_at: Option<i64>,
    /// Why it was given.
    pub reason: Option<String>,
    /// Since when.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for DirectPolicy {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<DirectPolicy> {
        Ok(DirectPolicy {
            id: row.id,
            tenant: row.tenant_id,
            subject: subject(&row.subject_kind, row.subject_id)?,
            block: row.block_id,
            term: Term::of(row.not_before, row.expires_at, row.reason),
            created_at: Moment(row.created_at),
        })
    }
}

impl From<&DirectPolicy> for Model {
    fn from(policy: &DirectPolicy) -> Model {
        Model {
            id: policy.id,
            tenant_id: policy.tenant,
            subject_kind: SubjectKind::from(policy.subject).as_str().to_owned(),
            subject_id: policy.subject.id(),
            block_id: policy.block,
            not_before: policy.term.not_before.map(|moment| moment.0),
            expires_at: policy.term.expires.map(|moment| moment.0),
            reason: policy.term.reason.clone(),
            created_at: policy.created_at.0,
        }
    }
}

/// Adds a policy.
pub(crate) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, DirectPolicy>,
    policy: &DirectPolicy,
) -> Result<()> {
    let row = Model::from(policy).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Gives a policy another term.
pub(crate) async fn save(tx: &Tx, _allowed: &Allowed<'_, DirectPolicy>, policy: &DirectPolicy) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::NotBefore, Expr::value(policy.term.not_before.map(|moment| moment.0)))
        .col_expr(Column::ExpiresAt, Expr::value(policy.term.expires.map(|moment| moment.0)))
        .col_expr(Column::Reason, Expr::value(policy.term.reason.clone()))
        .filter(Column::Id.eq(policy.id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Removes a policy; false if there was none.
pub(crate) async fn delete(tx: &Tx, _allowed: &Allowed<'_, DirectPolicy>, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_by_id(id).exec(tx.conn()).await?.rows_affected > 0)
}

/// The policy.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<DirectPolicy>> {
    Entity::find_by_id(id).one(conn).await?.map(DirectPolicy::try_from).transpose()
}

/// The policy by which the subject holds the block.
pub(crate) async fn holding(
    conn: &impl ConnectionTrait,
    block: Uuid,
    subject: Subject,
) -> Result<Option<DirectPolicy>> {
    let found = Entity::find()
        .filter(Column::BlockId.eq(block))
        .filter(Column::SubjectKind.eq(SubjectKind::from(subject).as_str()))
        .filter(Column::SubjectId.eq(subject.id()))
        .one(conn)
        .await?;
    found.map(DirectPolicy::try_from).transpose()
}

/// The policies of a block.
pub(crate) async fn of_block(conn: &impl ConnectionTrait, block: Uuid) -> Result<Vec<DirectPolicy>> {
    ordered(conn, Condition::all().add(Column::BlockId.eq(block))).await
}

/// The policies of a subject, in a tenant or everywhere.
pub(crate) async fn of_subject(
    conn: &impl ConnectionTrait,
    subject: Subject,
    tenant: Option<Uuid>,
) -> Result<Vec<DirectPolicy>> {
    let which = Condition::all()
        .add(Column::SubjectKind.eq(SubjectKind::from(subject).as_str()))
        .add(Column::SubjectId.eq(subject.id()))
        .add_option(tenant.map(|tenant| Column::TenantId.eq(tenant)));
    ordered(conn, which).await
}

/// The policies outside a tenant whose subject belongs to it.
pub(crate) async fn outside(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<DirectPolicy>> {
    ordered(conn, held::outside(tenant)).await
}

/// The ids of the policies of a tenant.
pub(crate) async fn ids_in_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<Uuid>> {
    let ids = Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(tenant));
    Ok(ids.into_tuple().all(conn).await?)
}

async fn ordered(conn: &impl ConnectionTrait, which: Condition) -> Result<Vec<DirectPolicy>> {
    let rows = Entity::find().filter(which).order_by_asc(Column::Id).all(conn).await?;
    rows.into_iter().map(DirectPolicy::try_from).collect()
}

/// A page of the policies that pass the filter and whose subject is not deleted.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    filter: &PolicyFilter,
    request: &ListRequest<TimeSort>,
) -> Result<Listed<DirectPolicy>> {
    let (way, shown) = (matches(filter, filter.is_named()), held::subject_not_deleted("direct_policies"));
    let (order, id) = (order(request.sort), Column::Id.as_column_ref());
    let mut found = order.page::<Entity, _>(conn, id, vec![way.clone()], shown, request).await?;
    if request.total {
        let hidden = held::subject_deleted("direct_policies");
        let hidden = matches(filter, true).add(hidden);
        found.total = Some(held::count_but::<Entity>(conn, way, hidden).await?);
    }
    found.try_map(DirectPolicy::try_from)
}

fn order(sort: TimeSort) -> Order<Model> {
    let time = Key::number(Column::CreatedAt.into_expr(), |row: &Model| row.created_at);
    let id = Key::id(Column::Id.into_expr(), |row: &Model| row.id);
    Order { list: "direct policies", keys: vec![time, id], descending: sort.is_descending() }
}

/// `named`: there are few of them without a look at the tenant.
fn matches(filter: &PolicyFilter, named: bool) -> Condition {
    Condition::all()
        .add_option(filter.tenant.map(|tenant| held::of_tenant(Column::TenantId.into_expr(), tenant, named)))
        .add_option(filter.subject_kind.map(|kind| Column::SubjectKind.eq(kind.as_str())))
        .add_option(filter.subject.map(|subject| Column::SubjectId.eq(subject)))
        .add_option(filter.block.map(|block| Column::BlockId.eq(block)))
}

/// Every policy as decisions know it, handed to `sink`.
pub(crate) async fn facts(tx: &DatabaseTransaction, sink: &mut (dyn FnMut(Fact) + Send)) -> Result<()> {
    let columns = [
        Packed::Id("id"),
        Packed::MaybeId("tenant_id"),
        Packed::Text("subject_kind"),
        Packed::Id("subject_id"),
        Packed::Id("block_id"),
        Packed::MaybeNumber("not_before"),
        Packed::MaybeNumber("expires_at"),
    ];
    let query = Query::select().from("direct_policies").to_owned();
    each_packed(tx, query, &columns, |row| {
        let (id, tenant) = (row.id()?, row.maybe_id()?);
        let subject = subject(&row.text()?, row.id()?)?;
        let block = row.id()?;
        let window = Term::of(row.maybe_number()?, row.maybe_number()?, None).window();
        sink(Fact::DirectPolicy { id, tenant, subject, block, window });
        Ok(())
    })
    .await
}
