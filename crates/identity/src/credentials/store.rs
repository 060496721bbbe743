//! The table of credentials.

use atoll_base::ctx::{Allowed, CredentialKind, Tx};
use atoll_base::db::each_row;
use atoll_base::{Moment, Page, PageRequest, Result};
use atoll_policy::Fact;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect, Select};
use serde::{Deserialize, Serialize};

use super::model::{self, Credential, CredentialStatus};
use crate::entities;

/// A row of `credentials`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "credentials")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owner.
    pub entity_id: Uuid,
    /// Kind.
    pub kind: String,
    /// Shown part.
    pub identifier: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Purpose.
    pub description: Option<String>,
    /// PHC string.
    pub password_hash: Option<String>,
    /// Keyed hash.
    pub token_verifier: Option<Vec<u8>>,
    /// Sealed secret.
    pub sealed_secret: Option<Vec<u8>>,
    /// Has a ceiling.
    pub scoped: bool,
    /// Issuer, of certificates.
    pub issuer: Option<String>,
    /// DER, of certificates.
    pub certificate: Option<Vec<u8>>,
    /// JSON object.
    pub metadata: Json,
    /// Status.
    pub status: String,
    /// End.
    pub expires_at: Option<i64>,
    /// Last use.
    pub last_used_at: Option<i64>,
    /// Revocation.
    pub revoked_at: Option<i64>,
    /// Its reason.
    pub revocation_reason: Option<String>,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Credential {
    type Error = atoll_base::Error;

    fn try_from(row: Model) -> Result<Credential> {
        Ok(Credential {
            id: row.id,
            entity: row.entity_id,
            kind: model::kind(&row.kind)?,
            identifier: row.identifier,
            name: row.name,
            description: row.description,
            password_hash: row.password_hash,
            token_verifier: row.token_verifier,
            sealed_secret: row.sealed_secret,
            scoped: row.scoped,
            issuer: row.issuer,
            certificate: row.certificate,
            metadata: row.metadata,
            status: CredentialStatus::parse(&row.status).unwrap_or(CredentialStatus::Revoked),
            expires_at: row.expires_at.map(Moment),
            last_used_at: row.last_used_at.map(Moment),
            revoked_at: row.revoked_at.map(Moment),
            revocation_reason: row.revocation_reason,
            created_at: Moment(row.created_at),
        })
    }
}

impl From<&Credential> for Model {
    fn from(credential: &Credential) -> Model {
        let credential = credential.clone();
        Model {
            id: credential.id,
            entity_id: credential.entity,
            kind: credential.kind.as_str().to_owned(),
            identifier: credential.identifier,
            name: credential.name,
            description: credential.description,
            password_hash: credential.password_hash,
            token_verifier: credential.token_verifier,
            sealed_secret: credential.sealed_secret,
            scoped: credential.scoped,
            issuer: credential.issuer,
            certificate: credential.certificate,
            metadata: credential.metadata,
            status: credential.status.as_str().to_owned(),
            expires_at: credential.expires_at.map(|at| at.0),
            last_used_at: credential.last_used_at.map(|at| at.0),
            revoked_at: credential.revoked_at.map(|at| at.0),
            revocation_reason: credential.revocation_reason,
            created_at: credential.created_at.0,
        }
    }
}

/// Which credentials a change is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    /// This one.
    One(Uuid),
    /// All of an entity.
    OfEntity(Uuid),
    /// All of an entity that are passwords.
    PasswordsOf(Uuid),
    /// All of the entities at home in a tenant.
    OfTenant(Uuid),
}

impl From<Which> for Condition {
    fn from(which: Which) -> Condition {
        let all = Condition::all();
        match which {
            Which::One(id) => all.add(Column::Id.eq(id)),
            Which::OfEntity(entity) => all.add(Column::EntityId.eq(entity)),
            Which::PasswordsOf(entity) => {
                all.add(Column::EntityId.eq(entity)).add(Column::Kind.eq(CredentialKind::Password.as_str()))
            }
            Which::OfTenant(tenant) => {
                all.add(Column::EntityId.in_subquery(entities::store::ids_in_tenant(tenant)))
            }
        }
    }
}

/// Adds a credential.
pub(crate) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, Credential>,
    credential: &Credential,
) -> Result<()> {
    let row = Model::from(credential).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Revokes those that are active; how many that were.
pub(crate) async fn revoke(
    tx: &Tx,
    _allowed: &Allowed<'_, Credential>,
    which: Which,
    reason: &str,
) -> Result<u64> {
    let done = Entity::update_many()
        .col_expr(Column::Status, Expr::value(CredentialStatus::Revoked.as_str()))
        .col_expr(Column::RevokedAt, Expr::value(tx.ctx().now().0))
        .col_expr(Column::RevocationReason, Expr::value(reason))
        .filter(Condition::from(which))
        .filter(Column::Status.eq(CredentialStatus::Active.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Lets credentials of a tenant's entities count again that were revoked for this reason, but for certificates and those
/// of entities that are deleted; how many that were.
pub(crate) async fn restore_of_tenant(
    tx: &Tx,
    _allowed: &Allowed<'_, Credential>,
    tenant: Uuid,
    reason: &str,
) -> Result<u64> {
    let done = Entity::update_many()
        .col_expr(Column::Status, Expr::value(CredentialStatus::Active.as_str()))
        .col_expr(Column::RevokedAt, Expr::value(None::<i64>))
        .col_expr(Column::RevocationReason, Expr::value(None::<String>))
        .filter(Column::EntityId.in_subquery(entities::store::live_ids_in_tenant(tenant)))
        .filter(Column::Status.eq(CredentialStatus::Revoked.as_str()))
        .filter(Column::RevocationReason.eq(reason))
        .filter(Column::Kind.ne(CredentialKind::Certificate.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// The ids of credentials, revoked or not.
pub(crate) async fn ids(conn: &impl ConnectionTrait, which: Which) -> Result<Vec<Uuid>> {
    let ids = Entity::find().select_only().column(Column::Id).filter(Condition::from(which));
    Ok(ids.into_tuple().all(conn).await?)
}

/// Which credentials expire, and of whom.
pub(crate) async fn expiring(
    conn: &impl ConnectionTrait,
    until: Moment,
    entity: Option<Uuid>,
    kind: Option<CredentialKind>,
    page: PageRequest,
) -> Result<Vec<Credential>> {
    let which = Condition::all()
        .add(Column::Status.eq(CredentialStatus::Active.as_str()))
        .add(Column::ExpiresAt.lte(until.0))
        .add_option(entity.map(|entity| Column::EntityId.eq(entity)))
        .add_option(kind.map(|kind| Column::Kind.eq(kind.as_str())));
    let rows = Entity::find()
        .filter(which)
        .order_by_asc(Column::ExpiresAt)
        .order_by_asc(Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    rows.into_iter().map(Credential::try_from).collect()
}

/// Whether the credential is active; it stays so until this transaction ends.
pub(crate) async fn hold_active(tx: &Tx, id: Uuid) -> Result<bool> {
    let query = Entity::find_by_id(id).filter(Column::Status.eq(CredentialStatus::Active.as_str()));
    Ok(query.lock_shared().one(tx.conn()).await?.is_some())
}

/// Keeps a password under a newly computed hash of itself.
pub(crate) async fn rehash(
    tx: &Tx,
    _allowed: &Allowed<'_, Credential>,
    id: Uuid,
    before: &str,
    phc: &str,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(phc))
        .filter(Column::Id.eq(id))
        .filter(Column::PasswordHash.eq(before))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Notes when credentials were last used.
pub(crate) async fn touch(
    tx: &Tx,
    _allowed: &Allowed<'_, Credential>,
    used: &[(Uuid, Moment)],
) -> Result<()> {
    for (id, at) in used {
        Entity::update_many()
            .col_expr(Column::LastUsedAt, Expr::value(at.0))
            .filter(Column::Id.eq(*id))
            .filter(Condition::any().add(Column::LastUsedAt.is_null()).add(Column::LastUsedAt.lt(at.0)))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// The credential, whatever its status.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Credential>> {
    Entity::find_by_id(id).one(conn).await?.map(Credential::try_from).transpose()
}

/// The one active password of an entity.
pub(crate) async fn password_of(conn: &impl ConnectionTrait, entity: Uuid) -> Result<Option<Credential>> {
    let found = Entity::find()
        .filter(Column::EntityId.eq(entity))
        .filter(Column::Kind.eq(CredentialKind::Password.as_str()))
        .filter(Column::Status.eq(CredentialStatus::Active.as_str()))
        .one(conn)
        .await?;
    found.map(Credential::try_from).transpose()
}

/// Whether an entity has, or ever had, a credential of this kind.
pub(crate) async fn ever_had(
    conn: &impl ConnectionTrait,
    entity: Uuid,
    kind: CredentialKind,
) -> Result<bool> {
    let query = Entity::find().filter(Column::EntityId.eq(entity)).filter(Column::Kind.eq(kind.as_str()));
    Ok(query.one(conn).await?.is_some())
}

/// How many credentials of a kind an entity has that are active and have not ended.
pub(crate) async fn count_good(
    conn: &impl ConnectionTrait,
    entity: Uuid,
    kind: CredentialKind,
    now: Moment,
) -> Result<u64> {
    Ok(good(entity, kind, now).count(conn).await?)
}

/// The credentials of a kind that an entity has, active and not ended, newest first; at most `most`.
pub(crate) async fn all_good(
    conn: &impl ConnectionTrait,
    entity: Uuid,
    kind: CredentialKind,
    now: Moment,
    most: u64,
) -> Result<Vec<Credential>> {
    let rows = newest_first(good(entity, kind, now)).limit(most).all(conn).await?;
    rows.into_iter().map(Credential::try_from).collect()
}

fn good(entity: Uuid, kind: CredentialKind, now: Moment) -> Select<Entity> {
    let lasting = Condition::any().add(Column::ExpiresAt.is_null()).add(Column::ExpiresAt.gt(now.0));
    Entity::find()
        .filter(Column::EntityId.eq(entity))
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::Status.eq(CredentialStatus::Active.as_str()))
        .filter(lasting)
}

/// Every credential of an entity, newest first.
pub(crate) async fn of_entity(conn: &impl ConnectionTrait, entity: Uuid) -> Result<Vec<Credential>> {
    let rows = newest_first(Entity::find().filter(Column::EntityId.eq(entity))).all(conn).await?;
    rows.into_iter().map(Credential::try_from).collect()
}

/// A page of an entity's access tokens, newest first.
pub(crate) async fn access_tokens(
    conn: &impl ConnectionTrait,
    entity: Uuid,
    status: Option<CredentialStatus>,
    page: PageRequest,
) -> Result<Page<Credential>> {
    let mut query = Entity::find()
        .filter(Column::EntityId.eq(entity))
        .filter(Column::Kind.eq(CredentialKind::AccessToken.as_str()));
    if let Some(status) = status {
        query = query.filter(Column::Status.eq(status.as_str()));
    }
    let total = query.clone().count(conn).await?;
    let rows = newest_first(query).limit(page.limit).offset(page.offset).all(conn).await?;
    let items = rows.into_iter().map(Credential::try_from).collect::<Result<_>>()?;
    Ok(Page { items, total })
}

fn newest_first(query: Select<Entity>) -> Select<Entity> {
    query.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id)
}

/// Whether anybody has, or ever had, a credential.
pub(crate) async fn any(conn: &impl ConnectionTrait) -> Result<bool> {
    let one = Entity::find().select_only().column(Column::Id).into_tuple::<Uuid>().one(conn).await?;
    Ok(one.is_some())
}

/// Every credential as decisions know it, handed to `sink`.
pub(crate) async fn facts(tx: &DatabaseTransaction, sink: &mut (dyn FnMut(Fact) + Send)) -> Result<()> {
    use entities::store::{Column as Owner, Entity as Owners};
    let owned = sea_orm::JoinType::InnerJoin;
    let on: RelationDef = Entity::belongs_to(Owners).from(Column::EntityId).to(Owner::Id).into();
    let query = Entity::find().join(owned, on).select_only();
    let query = query.columns([Column::Id, Column::EntityId, Column::Kind, Column::Metadata]);
    let query = query.column(Owner::TenantId).into_tuple::<(Uuid, Uuid, String, Json, Option<Uuid>)>();
    let rows = query.stream(tx).await?;
    each_row(rows, |(id, entity, kind, attributes, tenant)| {
        sink(Fact::Credential { id, entity, tenant, kind, attributes });
        Ok(())
    })
    .await
}
