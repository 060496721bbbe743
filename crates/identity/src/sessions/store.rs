//! The table of sessions.

use atoll_base::ctx::{Allowed, Methods, Tx};
use atoll_base::{Moment, Page, PageRequest, Result, db};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect, Select};
use serde::{Deserialize, Serialize};

use super::model::{Exchange, Session};
use crate::{credentials, entities};

/// A row of `sessions`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owner.
    pub entity_id: Uuid,
    /// Credential it began with.
    pub credential_id: Option<Uuid>,
    /// Kind of that.
    pub credential_kind: String,
    /// Proof.
    pub authenticated_at: i64,
    /// Network address.
    pub address: Option<String>,
    /// Program.
    pub user_agent: Option<String>,
    /// Where it comes from.
    pub exchange: Option<Json>,
    /// End.
    pub expires_at: i64,
    /// Revocation.
    pub revoked_at: Option<i64>,
    /// Birth.
    pub created_at: i64,
    /// Proofs.
    #[serde(default = "only_a_password")]
    pub methods: String,
}

/// What sessions in backups from before they said so began with.
fn only_a_password() -> String {
    Methods::PASSWORD.to_string()
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Session {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Session> {
        Ok(Session {
            id: row.id,
            entity: row.entity_id,
            credential: row.credential_id,
            kind: credentials::kind(&row.credential_kind)?,
            methods: Methods::parse(&row.methods),
            authenticated_at: Moment(row.authenticated_at),
            address: row.address,
            user_agent: row.user_agent,
            exchange: row.exchange.map(Exchange::read).transpose()?,
            expires_at: Moment(row.expires_at),
            revoked_at: row.revoked_at.map(Moment),
            created_at: Moment(row.created_at),
        })
    }
}

/// Which sessions a change is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    /// This one.
    One(Uuid),
    /// All of an entity, but perhaps one.
    OfEntity {
        /// The entity.
        entity: Uuid,
        /// The one that goes on.
        kept: Option<Uuid>,
    },
    /// Those that began with a credential.
    OfCredential(Uuid),
    /// Those of the entities at home in a tenant.
    OfTenant(Uuid),
}

impl From<Which> for Condition {
    fn from(which: Which) -> Condition {
        let all = Condition::all();
        match which {
            Which::One(id) => all.add(Column::Id.eq(id)),
            Which::OfEntity { entity, kept } => {
                all.add(Column::EntityId.eq(entity)).add_option(kept.map(|kept| Column::Id.ne(kept)))
            }
            Which::OfCredential(credential) => all.add(Column::CredentialId.eq(credential)),
            Which::OfTenant(tenant) => {
                all.add(Column::EntityId.in_subquery(entities::store::ids_in_tenant(tenant)))
            }
        }
    }
}

/// Adds a session.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Session>, session: &Session) -> Result<()> {
    let row = Model {
        id: session.id,
        entity_id: session.entity,
        credential_id: session.credential,
        credential_kind: session.kind.as_str().to_owned(),
        authenticated_at: session.authenticated_at.0,
        address: session.address.clone(),
        user_agent: session.user_agent.clone(),
        exchange: session.exchange.as_ref().map(Exchange::stored).transpose()?,
        expires_at: session.expires_at.0,
        revoked_at: session.revoked_at.map(|at| at.0),
        created_at: session.created_at.0,
        methods: session.methods.to_string(),
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Ends those that have not ended; how many there were.
pub(crate) async fn revoke(tx: &Tx, _allowed: &Allowed<'_, Session>, which: Which) -> Result<u64> {
    let now = tx.ctx().now().0;
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .filter(Condition::from(which))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Moves the end of a session that has not ended; whether there was one.
pub(crate) async fn prolong(
    tx: &Tx,
    _allowed: &Allowed<'_, Session>,
    id: Uuid,
    until: Moment,
) -> Result<bool> {
    let done = Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(until.0))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(tx.ctx().now().0))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Notes that a session was proved anew; whether it had not ended.
pub(crate) async fn raise(
    tx: &Tx,
    _allowed: &Allowed<'_, Session>,
    id: Uuid,
    methods: Methods,
) -> Result<bool> {
    let now = tx.ctx().now().0;
    let done = Entity::update_many()
        .col_expr(Column::AuthenticatedAt, Expr::value(now))
        .col_expr(Column::Methods, Expr::value(methods.to_string()))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected > 0)
}

/// The sessions of an entity that have not ended, newest first.
pub(crate) async fn live(
    conn: &impl ConnectionTrait,
    entity: Uuid,
    now: Moment,
    page: PageRequest,
) -> Result<Page<Session>> {
    let query = not_ended(entity, now);
    let total = query.clone().count(conn).await?;
    let rows = newest_first(query).limit(page.limit).offset(page.offset).all(conn).await?;
    Ok(Page { items: rows.into_iter().map(Session::try_from).collect::<Result<_>>()?, total })
}

/// Ends the oldest sessions of an entity beyond the newest `most`, those that were exchanged or those that were not; how
/// many there were.
pub(crate) async fn end_oldest(
    tx: &Tx,
    _allowed: &Allowed<'_, Session>,
    entity: Uuid,
    exchanged: bool,
    most: u64,
) -> Result<u64> {
    let now = tx.ctx().now();
    let of_sort = match exchanged {
        true => Column::Exchange.is_not_null(),
        false => Column::Exchange.is_null(),
    };
    let ids: Vec<Uuid> = newest_first(not_ended(entity, now).filter(of_sort))
        .select_only()
        .column(Column::Id)
        .limit(EXCESS)
        .offset(most)
        .into_tuple()
        .all(tx.conn())
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let ended = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.0))
        .filter(Column::Id.is_in(ids))
        .exec(tx.conn())
        .await?;
    Ok(ended.rows_affected)
}

/// Most sessions ended at a time; more remain only after the bound was lowered.
const EXCESS: u64 = 1000;

fn not_ended(entity: Uuid, now: Moment) -> Select<Entity> {
    Entity::find()
        .filter(Column::EntityId.eq(entity))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.0))
}

fn newest_first(query: Select<Entity>) -> Select<Entity> {
    query.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id)
}

/// The session, ended or not.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Session>> {
    Entity::find_by_id(id).one(conn).await?.map(Session::try_from).transpose()
}

/// From where an entity signed in since `since`; its newest sessions first, at most `most` of them. Where a client exchanged a
/// token of it is not such a place.
pub(crate) async fn addresses_of(
    conn: &impl ConnectionTrait,
    entity: Uuid,
    since: Moment,
    most: u64,
) -> Result<Vec<String>> {
    let query = Entity::find()
        .select_only()
        .column(Column::Address)
        .filter(Column::EntityId.eq(entity))
        .filter(Column::AuthenticatedAt.gt(since.0))
        .filter(Column::Address.is_not_null())
        .filter(Column::Exchange.is_null())
        .order_by_desc(Column::AuthenticatedAt)
        .limit(most);
    Ok(query.into_tuple().all(conn).await?)
}

/// Removes at most `most` sessions that ended before `before`; how many there were.
pub(crate) async fn prune(
    tx: &Tx,
    _allowed: &Allowed<'_, Session>,
    before: Moment,
    most: u64,
) -> Result<u64> {
    db::prune::<Entity>(tx.conn(), Column::Id, Column::ExpiresAt.lt(before.0), most).await
}
