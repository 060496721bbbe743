//! The table of passkeys.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{IntoActiveModel, PaginatorTrait, QueryOrder};
use serde::{Deserialize, Serialize};

use super::model::Passkey;

/// A row of `passkeys`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "passkeys")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owner.
    pub entity_id: Uuid,
    /// What the device calls it.
    pub credential_id: String,
    /// What its owner calls it.
    pub name: String,
    /// JSON object.
    pub public_key: Json,
    /// How often it signed.
    pub sign_count: i64,
    /// May be copied.
    pub backup_eligible: bool,
    /// Was copied.
    pub backed_up: bool,
    /// Its maker said what it is.
    pub attested: bool,
    /// Last use.
    pub last_used_at: Option<i64>,
    /// Birth.
    pub created_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Passkey {
    fn from(row: Model) -> Passkey {
        Passkey {
            id: row.id,
            entity: row.entity_id,
            credential: row.credential_id,
            name: row.name,
            public: row.public_key,
            sign_count: row.sign_count,
            backup_eligible: row.backup_eligible,
            backed_up: row.backed_up,
            attested: row.attested,
            last_used_at: row.last_used_at.map(Moment),
            created_at: Moment(row.created_at),
        }
    }
}

/// Adds a passkey.
pub(super) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Passkey>, passkey: &Passkey) -> Result<()> {
    let passkey = passkey.clone();
    let row = Model {
        id: passkey.id,
        entity_id: passkey.entity,
        credential_id: passkey.credential,
        name: passkey.name,
        public_key: passkey.public,
        sign_count: passkey.sign_count,
        backup_eligible: passkey.backup_eligible,
        backed_up: passkey.backed_up,
        attested: passkey.attested,
        last_used_at: None,
        created_at: passkey.created_at.0,
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Keeps what a passkey said when it signed now; whether nobody signed with the same count meanwhile.
pub(super) async fn signed(
    tx: &Tx,
    _allowed: &Allowed<'_, Passkey>,
    passkey: &Passkey,
    count_before: i64,
) -> Result<bool> {
    let done = Entity::update_many()
        .col_expr(Column::PublicKey, Expr::value(passkey.public.clone()))
        .col_expr(Column::SignCount, Expr::value(passkey.sign_count))
        .col_expr(Column::BackupEligible, Expr::value(passkey.backup_eligible))
        .col_expr(Column::BackedUp, Expr::value(passkey.backed_up))
        .col_expr(Column::LastUsedAt, Expr::value(tx.ctx().now().0))
        .filter(Column::Id.eq(passkey.id))
        .filter(Column::SignCount.eq(count_before))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Gives a passkey another name.
pub(super) async fn rename(tx: &Tx, _allowed: &Allowed<'_, Passkey>, id: Uuid, name: &str) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::Name, Expr::value(name));
    update.filter(Column::Id.eq(id)).exec(tx.conn()).await?;
    Ok(())
}

/// Removes a passkey; whether there was one.
pub(super) async fn remove(tx: &Tx, _allowed: &Allowed<'_, Passkey>, id: Uuid) -> Result<bool> {
    Ok(Entity::delete_by_id(id).exec(tx.conn()).await?.rows_affected > 0)
}

/// Removes every passkey of an entity; how many there were.
pub(crate) async fn forget(tx: &Tx, _allowed: &Allowed<'_, Passkey>, entity: Uuid) -> Result<u64> {
    let done = Entity::delete_many().filter(Column::EntityId.eq(entity)).exec(tx.conn()).await?;
    Ok(done.rows_affected)
}

/// The passkey.
pub(super) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Passkey>> {
    Ok(Entity::find_by_id(id).one(conn).await?.map(Passkey::from))
}

/// The passkey that its device calls so.
pub(super) async fn called(conn: &impl ConnectionTrait, credential: &str) -> Result<Option<Passkey>> {
    let query = Entity::find().filter(Column::CredentialId.eq(credential));
    Ok(query.one(conn).await?.map(Passkey::from))
}

/// Those of an entity, oldest first.
pub(crate) async fn of_entity(conn: &impl ConnectionTrait, entity: Uuid) -> Result<Vec<Passkey>> {
    let query = Entity::find().filter(Column::EntityId.eq(entity));
    let rows = query.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(conn).await?;
    Ok(rows.into_iter().map(Passkey::from).collect())
}

/// How many an entity has.
pub(crate) async fn count(conn: &impl ConnectionTrait, entity: Uuid) -> Result<u64> {
    Ok(Entity::find().filter(Column::EntityId.eq(entity)).count(conn).await?)
}
