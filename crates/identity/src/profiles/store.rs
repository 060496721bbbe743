//! The tables of profiles and their versions.

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::{Moment, Page, PageRequest, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::find::ProfileFilter;
use super::model::{ACTIVE, Profile, ProfileVersion};

/// A row of `profiles`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "profiles")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Owner.
    pub tenant_id: Option<Uuid>,
    /// What it describes.
    pub object_kind: String,
    /// Kind of those objects.
    pub kind: String,
    /// Short name.
    pub key: String,
    /// Name for people.
    pub display_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Status.
    pub status: String,
    /// Birth.
    pub created_at: i64,
    /// Last change.
    pub updated_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// `profile_versions`.
pub(crate) mod version {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "profile_versions")]
    pub struct Model {
        /// Id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Profile.
        pub profile_id: Uuid,
        /// Number.
        pub version: i32,
        /// JSON object.
        pub json_schema: Json,
        /// JSON object.
        pub ui_schema: Json,
        /// Status.
        pub status: String,
        /// Birth.
        pub created_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl From<Model> for Profile {
    fn from(row: Model) -> Profile {
        Profile {
            id: row.id,
            tenant: row.tenant_id,
            object_kind: row.object_kind,
            kind: row.kind,
            key: row.key,
            display_name: row.display_name,
            description: row.description,
            status: row.status,
            created_at: Moment(row.created_at),
            updated_at: row.updated_at.map(Moment),
        }
    }
}

impl From<Profile> for Model {
    fn from(profile: Profile) -> Model {
        Model {
            id: profile.id,
            tenant_id: profile.tenant,
            object_kind: profile.object_kind,
            kind: profile.kind,
            key: profile.key,
            display_name: profile.display_name,
            description: profile.description,
            status: profile.status,
            created_at: profile.created_at.0,
            updated_at: profile.updated_at.map(|at| at.0),
        }
    }
}

impl From<version::Model> for ProfileVersion {
    fn from(row: version::Model) -> ProfileVersion {
        ProfileVersion {
            id: row.id,
            profile: row.profile_id,
            version: row.version,
            json_schema: row.json_schema,
            ui_schema: row.ui_schema,
            status: row.status,
            created_at: Moment(row.created_at),
        }
    }
}

impl From<ProfileVersion> for version::Model {
    fn from(version: ProfileVersion) -> version::Model {
        version::Model {
            id: version.id,
            profile_id: version.profile,
            version: version.version,
            json_schema: version.json_schema,
            ui_schema: version.ui_schema,
            status: version.status,
            created_at: version.created_at.0,
        }
    }
}

/// Adds a profile.
pub(crate) async fn insert(tx: &Tx, _allowed: &Allowed<'_, Profile>, profile: Profile) -> Result<()> {
    let row = Model::from(profile).into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a changed profile.
pub(crate) async fn save(tx: &Tx, _allowed: &Allowed<'_, Profile>, profile: Profile) -> Result<()> {
    let row = Model::from(profile).into_active_model().reset_all();
    Entity::update(row).validate()?.exec(tx.conn()).await?;
    Ok(())
}

/// The profile, for the rest of the transaction.
pub(crate) async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Profile>> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?.map(Profile::from))
}

/// How many versions a profile has.
pub(crate) async fn count_versions(conn: &impl ConnectionTrait, profile: Uuid) -> Result<u64> {
    Ok(version::Entity::find().filter(version::Column::ProfileId.eq(profile)).count(conn).await?)
}

/// Adds a version.
pub(crate) async fn insert_version(
    tx: &Tx,
    _allowed: &Allowed<'_, Profile>,
    version: ProfileVersion,
) -> Result<()> {
    let row = version::Model::from(version).into_active_model().reset_all();
    version::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The profile.
pub(crate) async fn find(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Profile>> {
    Ok(Entity::find_by_id(id).one(conn).await?.map(Profile::from))
}

/// The version.
pub(crate) async fn find_version(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<ProfileVersion>> {
    Ok(version::Entity::find_by_id(id).one(conn).await?.map(ProfileVersion::from))
}

/// The highest active version of a profile.
pub(crate) async fn newest_active(
    conn: &impl ConnectionTrait,
    profile: Uuid,
) -> Result<Option<ProfileVersion>> {
    let found = version::Entity::find()
        .filter(version::Column::ProfileId.eq(profile))
        .filter(version::Column::Status.eq(ACTIVE))
        .order_by_desc(version::Column::Version)
        .one(conn)
        .await?;
    Ok(found.map(ProfileVersion::from))
}

/// Every version of a profile, newest first.
pub(crate) async fn versions(conn: &impl ConnectionTrait, profile: Uuid) -> Result<Vec<ProfileVersion>> {
    let rows = version::Entity::find()
        .filter(version::Column::ProfileId.eq(profile))
        .order_by_desc(version::Column::Version)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(ProfileVersion::from).collect())
}

/// A page of profiles, by object kind, kind and key.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    filter: &ProfileFilter,
    page: PageRequest,
) -> Result<Page<Profile>> {
    let mut query = Entity::find();
    if let Some(tenant) = filter.tenant {
        query = query.filter(Column::TenantId.eq(tenant));
    }
    if let Some(object_kind) = &filter.object_kind {
        query = query.filter(Column::ObjectKind.eq(object_kind));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(Column::Kind.eq(kind));
    }
    if let Some(status) = &filter.status {
        query = query.filter(Column::Status.eq(status));
    }
    let total = query.clone().count(conn).await?;
    let rows = query
        .order_by_asc(Column::ObjectKind)
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::Key)
        .order_by_asc(Column::Id)
        .limit(page.limit)
        .offset(page.offset)
        .all(conn)
        .await?;
    Ok(Page { items: rows.into_iter().map(Profile::from).collect(), total })
}
