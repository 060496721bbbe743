//! The table of invitations.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Page, PageRequest, Result, db};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect, Select};
use serde::{Deserialize, Serialize};

use super::model::Invitation;

/// A row of `tenant_invitations`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "tenant_invitations")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Tenant.
    pub tenant_id: Uuid,
    /// Account.
    pub invitee_user_id: Option<Uuid>,
    /// Or address.
    pub invitee_email: Option<String>,
    /// Inviter.
    pub invited_by: Uuid,
    /// Role.
    pub role_id: Option<Uuid>,
    /// Keyed hash.
    pub verifier: Option<Vec<u8>>,
    /// End.
    pub expires_at: i64,
    /// Who came.
    pub accepted_by: Option<Uuid>,
    /// When.
    pub accepted_at: Option<i64>,
    /// Declined.
    pub rejected_at: Option<i64>,
    /// Taken back.
    pub revoked_at: Option<i64>,
    /// Birth.
    pub created_at: i64,
    /// Last change.
    pub updated_at: Option<i64>,
    /// Mails of the last hour.
    pub mails: i32,
    /// Since when they are counted.
    pub mails_since: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Invitation {
    fn from(row: Model) -> Invitation {
        Invitation {
            id: row.id,
            tenant: row.tenant_id,
            invitee: row.invitee_user_id,
            email: row.invitee_email,
            invited_by: row.invited_by,
            role: row.role_id,
            verifier: row.verifier,
            expires_at: Moment(row.expires_at),
            accepted_by: row.accepted_by,
            accepted_at: row.accepted_at.map(Moment),
            rejected_at: row.rejected_at.map(Moment),
            revoked_at: row.revoked_at.map(Moment),
            created_at: Moment(row.created_at),
            updated_at: row.updated_at.map(Moment),
            mails: row.mails,
            mails_since: Moment(row.mails_since),
        }
    }
}

impl From<&Invitation> for Model {
    fn from(invitation: &Invitation) -> Model {
        let invitation = invitation.clone();
        Model {
            id: invitation.id,
            tenant_id: invitation.tenant,
            invitee_user_id: invitation.invitee,
            invitee_email: invitation.email,
            invited_by: invitation.invited_by,
            role_id: invitation.role,
            verifier: invitation.verifier,
            expires_at: invitation.expires_at.0,
            accepted_by: invitation.accepted_by,
            accepted_at: invitation.accepted_at.map(|at| at.0),
            rejected_at: invitation.rejected_at.map(|at| at.0),
            revoked_at: invitation.revoked_at.map(|at| at.0),
            created_at: invitation.created_at.0,
            updated_at: invitation.updated_at.map(|at| at.0),
            mails: invitation.mails,
            mails_since: invitation.mails_since.0,
        }
    }
}

/// Adds an invitation.
pub(crate) async fn insert(
    tx: &Tx,
    _allowed: &Allowed<'_, Invitation>,
    invitation: &Invitation,
) -> Result<()> {
    let row = Model::from(invitation).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Saves what became of an invitation.
pub(crate) async fn save(tx: &Tx, _allowed: &Allowed<'_, Invitation>, invitation: &Invitation) -> Result<()> {
    let row = Model::from(invitation).into_active_model().reset_all();
    Entity::update(row).validate()?.exec(tx.conn()).await?;
    Ok(())
}

/// The invitation.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Invitation>> {
    Ok(Entity::find_by_id(id).one(conn).await?.map(Invitation::from))
}

/// The invitation, for the rest of the transaction.
pub(crate) async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Invitation>> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?.map(Invitation::from))
}

/// The invitation of a tenant to an account or an address, for the rest of the transaction.
pub(crate) async fn lock_same(
    tx: &Tx,
    tenant: Uuid,
    invitee: Option<Uuid>,
    email: Option<&str>,
) -> Result<Option<Invitation>> {
    let who = match invitee {
        Some(invitee) => Condition::all().add(Column::InviteeUserId.eq(invitee)),
        None => Condition::all()
            .add(Column::InviteeUserId.is_null())
            .add(Column::InviteeEmail.eq(email.unwrap_or_default())),
    };
    let found = Entity::find().filter(Column::TenantId.eq(tenant)).filter(who);
    Ok(found.lock_exclusive().one(tx.conn()).await?.map(Invitation::from))
}

fn for_whom(entity: Uuid, address: Option<&str>) -> Condition {
    let by_address = address.map(|address| {
        Condition::all().add(Column::InviteeUserId.is_null()).add(Column::InviteeEmail.eq(address))
    });
    Condition::any().add(Column::InviteeUserId.eq(entity)).add_option(by_address)
}

/// The newest invitation into a tenant for an entity or its address.
pub(crate) async fn newest(
    conn: &impl ConnectionTrait,
    tenant: Uuid,
    entity: Uuid,
    address: Option<&str>,
) -> Result<Option<Invitation>> {
    let found = Entity::find().filter(Column::TenantId.eq(tenant)).filter(for_whom(entity, address));
    // One that was sent again counts from then on.
    let last =
        sea_orm::sea_query::Func::coalesce([Column::UpdatedAt.into_expr(), Column::CreatedAt.into_expr()]);
    Ok(found.order_by_desc(last).one(conn).await?.map(Invitation::from))
}

/// How many invitations of a tenant wait for an answer.
pub(crate) async fn waiting(tx: &Tx, tenant: Uuid) -> Result<u64> {
    let waiting = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RejectedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(tx.ctx().now().0));
    Ok(waiting.count(tx.conn()).await?)
}

/// A page of the invitations of a tenant, newest first.
pub(crate) async fn of_tenant(
    conn: &impl ConnectionTrait,
    tenant: Uuid,
    page: PageRequest,
) -> Result<Page<Invitation>> {
    paged(conn, Entity::find().filter(Column::TenantId.eq(tenant)), page).await
}

/// A page of the invitations for an entity or its address, newest first.
pub(crate) async fn of_invitee(
    conn: &impl ConnectionTrait,
    entity: Uuid,
    address: Option<&str>,
    page: PageRequest,
) -> Result<Page<Invitation>> {
    paged(conn, Entity::find().filter(for_whom(entity, address)), page).await
}

async fn paged(
    conn: &impl ConnectionTrait,
    query: Select<Entity>,
    page: PageRequest,
) -> Result<Page<Invitation>> {
    let total = query.clone().count(conn).await?;
    let rows = query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    Ok(Page { items: rows.into_iter().map(Invitation::from).collect(), total })
}

/// Removes at most `most` invitations that could be accepted no longer before `before`; how many there were.
pub(crate) async fn prune(
    tx: &Tx,
    _allowed: &Allowed<'_, Invitation>,
    before: Moment,
    most: u64,
) -> Result<u64> {
    db::prune::<Entity>(tx.conn(), Column::Id, Column::ExpiresAt.lt(before.0), most).await
}
