//! Certificates in the table of credentials, and those that were removed.

use std::collections::HashMap;

use atoll_base::ctx::{Allowed, CredentialKind, Tx};
use atoll_base::db::prune;
use atoll_base::{Common, Moment, Page, PageRequest, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Func, Query};
use sea_orm::{Condition, QueryOrder, QuerySelect, Select};

use super::buried;
use crate::credentials::store::{Column, Entity, Which};
use crate::credentials::{Credential, CredentialStatus};
use crate::entities;

/// Which certificates to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Certificates {
    /// Of this entity.
    pub entity: Option<Uuid>,
    /// Of the entities at home in this tenant.
    pub tenant: Option<Uuid>,
    /// In this status.
    pub status: Option<CredentialStatus>,
}

/// A revoked certificate, as lists of them name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revoked {
    /// Hexadecimal digits, lower case.
    pub serial: String,
    /// When it was revoked.
    pub at: Moment,
    /// Why, in the words of whoever revoked it.
    pub reason: Option<String>,
}

/// How a certificate stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was not revoked.
    Good,
    /// It was.
    Revoked(Revoked),
}

/// Adds a certificate.
///
/// # Errors
/// A conflict when there is one with its serial number.
pub async fn insert(tx: &Tx, allowed: &Allowed<'_, Credential>, certificate: &Credential) -> Result<()> {
    crate::credentials::store::insert(tx, allowed, certificate).await
}

fn certificates() -> Select<Entity> {
    Entity::find().filter(Column::Kind.eq(CredentialKind::Certificate.as_str()))
}

async fn one(query: Select<Entity>, conn: &impl ConnectionTrait) -> Result<Option<Credential>> {
    query.one(conn).await?.map(Credential::try_from).transpose()
}

/// The certificate with this credential id.
pub async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Credential>> {
    one(certificates().filter(Column::Id.eq(id)), conn).await
}

/// The certificate with this serial number (hexadecimal digits, lower case).
pub async fn find_by_serial(conn: &impl ConnectionTrait, serial: &str) -> Result<Option<Credential>> {
    one(certificates().filter(Column::Identifier.eq(serial)), conn).await
}

/// The certificate with this credential id, held until the transaction ends.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Credential>> {
    one(certificates().filter(Column::Id.eq(id)).lock_exclusive(), tx.conn()).await
}

/// How many certificates of an entity are active and have not expired.
pub async fn count_good(conn: &impl ConnectionTrait, entity: Uuid, now: Moment) -> Result<u64> {
    crate::credentials::store::count_good(conn, entity, CredentialKind::Certificate, now).await
}

/// The active certificates of an entity.
pub async fn of_entity(conn: &impl ConnectionTrait, entity: Uuid) -> Result<Vec<Credential>> {
    let active = certificates()
        .filter(Column::EntityId.eq(entity))
        .filter(Column::Status.eq(CredentialStatus::Active.as_str()));
    active.all(conn).await?.into_iter().map(Credential::try_from).collect()
}

/// A page of certificates, newest first, with how many there are in all.
pub async fn list(
    conn: &impl ConnectionTrait,
    which: &Certificates,
    page: PageRequest,
) -> Result<Page<Credential>> {
    let wanted = Condition::all()
        .add_option(which.entity.map(|entity| Column::EntityId.eq(entity)))
        .add_option(
            which.tenant.map(|tenant| Column::EntityId.in_subquery(entities::store::ids_in_tenant(tenant))),
        )
        .add_option(which.status.map(|status| Column::Status.eq(status.as_str())));
    let query = certificates().filter(wanted);
    let total = query.clone().count(conn).await?;
    let newest = query.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
    let rows = newest.limit(page.limit).offset(page.offset).all(conn).await?;
    let items = rows.into_iter().map(Credential::try_from).collect::<Result<_>>()?;
    Ok(Page { items, total })
}

/// The home tenants of entities.
pub async fn tenants(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Option<Uuid>>> {
    use entities::store::{Column as Owner, Entity as Owners};
    let query = Owners::find().select_only().columns([Owner::Id, Owner::TenantId]);
    let rows = query.filter(Owner::Id.is_in(ids.iter().copied())).into_tuple().all(conn).await?;
    Ok(rows.into_iter().collect())
}

/// Revokes a certificate; also one that is revoked already, which then is for this reason.
pub async fn revoke(tx: &Tx, _allowed: &Allowed<'_, Credential>, id: Uuid, reason: &str) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(CredentialStatus::Revoked.as_str()))
        .col_expr(Column::RevokedAt, Expr::value(tx.ctx().now().0))
        .col_expr(Column::RevocationReason, Expr::value(reason))
        .filter(Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// How a certificate of an issuer stands; none when it issued no such one.
pub async fn standing(conn: &impl ConnectionTrait, issuer: &str, serial: &str) -> Result<Option<Standing>> {
    let found = find_by_serial(conn, serial).await?.filter(|one| one.issuer.as_deref() == Some(issuer));
    if let Some(credential) = found {
        return Ok(Some(match credential.status {
            CredentialStatus::Active => Standing::Good,
            CredentialStatus::Revoked => Standing::Revoked(Revoked {
                serial: serial.to_owned(),
                at: credential.revoked_at.unwrap_or(credential.created_at),
                reason: credential.revocation_reason,
            }),
        }));
    }
    let buried =
        buried::Entity::find_by_id(serial).filter(buried::Column::Issuer.eq(issuer)).one(conn).await?;
    Ok(buried.map(|row| {
        Standing::Revoked(Revoked { serial: row.serial, at: Moment(row.revoked_at), reason: row.reason })
    }))
}

/// The certificates of an issuer that were revoked, ordered by serial number; without those that had both expired and been
/// revoked before `since`.
pub async fn revoked(conn: &impl ConnectionTrait, issuer: &str, since: Moment) -> Result<Vec<Revoked>> {
    type Row = (String, i64, Option<String>);
    let recent = Condition::any().add(Column::ExpiresAt.gte(since.0)).add(Column::RevokedAt.gte(since.0));
    let kept: Vec<Row> = certificates()
        .select_only()
        .columns([Column::Identifier, Column::RevokedAt, Column::RevocationReason])
        .filter(Column::Issuer.eq(issuer))
        .filter(Column::Status.eq(CredentialStatus::Revoked.as_str()))
        .filter(Column::RevokedAt.is_not_null())
        .filter(recent)
        .into_tuple()
        .all(conn)
        .await?;
    use buried::Column as Gone;
    let recent = Condition::any().add(Gone::ExpiresAt.gte(since.0)).add(Gone::RevokedAt.gte(since.0));
    let gone: Vec<Row> = buried::Entity::find()
        .select_only()
        .columns([Gone::Serial, Gone::RevokedAt, Gone::Reason])
        .filter(Gone::Issuer.eq(issuer))
        .filter(recent)
        .into_tuple()
        .all(conn)
        .await?;
    let all = kept.into_iter().chain(gone);
    let mut all: Vec<Revoked> =
        all.map(|(serial, at, reason)| Revoked { serial, at: Moment(at), reason }).collect();
    all.sort_unstable();
    Ok(all)
}

/// Copies the certificates among these credentials that end after `since` to those that were removed.
pub(super) async fn bury(
    tx: &Tx,
    _allowed: &Allowed<'_, Credential>,
    which: Which,
    since: Moment,
) -> Result<()> {
    let revoked_at = Func::coalesce([Column::RevokedAt.into_expr(), Expr::value(tx.ctx().now().0)]);
    let chosen = Query::select()
        .columns([Column::Identifier, Column::Issuer, Column::ExpiresAt])
        .expr(revoked_at)
        .column(Column::RevocationReason)
        .from(Entity)
        .cond_where(Condition::from(which))
        .and_where(Column::Kind.eq(CredentialKind::Certificate.as_str()))
        .and_where(Column::ExpiresAt.gt(since.0))
        .and_where(Column::Issuer.is_not_null())
        .to_owned();
    use buried::Column as Gone;
    let mut copy = Query::insert();
    copy.into_table(buried::Entity)
        .columns([Gone::Serial, Gone::Issuer, Gone::ExpiresAt, Gone::RevokedAt, Gone::Reason])
        .select_from(chosen)
        .map_err(Common::bug)?;
    tx.conn().execute(&copy).await?;
    Ok(())
}

/// Most rows that are forgotten at a time.
const BATCH: u64 = 1000;

/// Forgets removed certificates that ended before `before`; how many there were.
pub(super) async fn forget_buried(
    tx: &Tx,
    _allowed: &Allowed<'_, Credential>,
    before: Moment,
) -> Result<u64> {
    let over = buried::Column::ExpiresAt.lt(before.0);
    prune::<buried::Entity>(tx.conn(), buried::Column::Serial, over, BATCH).await
}
