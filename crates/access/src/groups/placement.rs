//! Where entities and resources lie: each in one object group at most.

use std::collections::HashMap;

use atoll_base::ctx::{Allowed, Tx};
use atoll_base::db::{Engine, in_ids};
use atoll_base::fields::BadField;
use atoll_base::{Common, Event, Fault, Kind, Result};
use atoll_policy::{Change, Fact, FactKey, GroupFlavour, ObjectKind, ObjectRef};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, IntoColumnRef, OnConflict, Query, SelectStatement};
use sea_orm::{IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A row of `placements`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "placements")]
pub struct Model {
    /// `entity` or `resource`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub object_kind: String,
    /// Id of the object.
    #[sea_orm(primary_key, auto_increment = false)]
    pub object_id: Uuid,
    /// The object group directly above it.
    pub group_id: Uuid,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The placement as decisions know it.
    pub fn fact(&self) -> Result<Fact> {
        let kind: ObjectKind = self.object_kind.parse().map_err(Common::bug)?;
        Ok(Fact::Placement { object: ObjectRef::new(kind, self.object_id), group: self.group_id })
    }
}

/// What permission to place something is given for.
pub enum Placement {}

/// An object cannot lie there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misplaced {
    /// What belongs to no tenant lies in no group.
    #[error("platform {0} cannot be placed in a group")]
    OfPlatform(ObjectKind),
    /// The group belongs to another tenant.
    #[error("{0} and parent group must belong to the same tenant")]
    OtherTenant(ObjectKind),
    /// There is no such object group.
    #[error("{0} parent group reference is invalid")]
    NoSuchGroup(ObjectKind),
}

impl Fault for Misplaced {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Misplaced::OfPlatform(_) => "placement.of_platform",
            Misplaced::OtherTenant(_) => "placement.other_tenant",
            Misplaced::NoSuchGroup(_) => "placement.no_such_group",
        }
    }
}

/// What an object's attributes say about where it should lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Nothing: it stays where it is.
    Keep,
    /// In no group.
    Clear,
    /// In this object group.
    Set(Uuid),
}

/// Reads `parent_group_id` of new attributes: absent keeps, null or blank clears, a UUID sets; anything else is
/// `parent_group_id must be a UUID`.
pub fn wish(attributes: &serde_json::Value) -> Result<Wish> {
    const FIELD: &str = "parent_group_id";
    match attributes.get(FIELD) {
        None => Ok(Wish::Keep),
        Some(serde_json::Value::Null) => Ok(Wish::Clear),
        Some(serde_json::Value::String(text)) if text.trim().is_empty() => Ok(Wish::Clear),
        Some(serde_json::Value::String(text)) => Ok(Wish::Set(atoll_base::fields::uuid(FIELD, text)?)),
        Some(_) => Err(BadField::NotAUuid(FIELD).into()),
    }
}

/// Carries out what the attributes of an object of this tenant say.
pub async fn follow(
    tx: &mut Tx,
    allowed: &Allowed<'_, Placement>,
    object: ObjectRef,
    tenant: Option<Uuid>,
    wish: Wish,
) -> Result<()> {
    match wish {
        Wish::Keep => Ok(()),
        Wish::Clear => clear(tx, allowed, object).await,
        Wish::Set(group) => set(tx, allowed, object, tenant, group).await,
    }
}

/// Places an entity or resource of this tenant in an object group of the same tenant, instead of where it lay before.
pub async fn set(
    tx: &mut Tx,
    allowed: &Allowed<'_, Placement>,
    object: ObjectRef,
    tenant: Option<Uuid>,
    group: Uuid,
) -> Result<()> {
    if tenant.is_none() {
        return Err(Misplaced::OfPlatform(object.kind).into());
    }
    match tx.fact(&FactKey::Group { id: group }).await? {
        Some(Fact::Group { flavour: GroupFlavour::Object, deleted: false, tenant: of, .. }) => {
            if of != tenant {
                return Err(Misplaced::OtherTenant(object.kind).into());
            }
        }
        _ => return Err(Misplaced::NoSuchGroup(object.kind).into()),
    }
    let before = find(tx.conn(), object).await?;
    if before == Some(group) {
        return Ok(());
    }
    let row = Model { object_kind: object.kind.as_str().to_owned(), object_id: object.id, group_id: group };
    let replace =
        OnConflict::columns([Column::ObjectKind, Column::ObjectId]).update_column(Column::GroupId).to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(replace)
        .exec_without_returning(tx.conn())
        .await?;
    let event =
        moved(object, tenant, before, Some(group)).change(Change::Put(Fact::Placement { object, group }));
    tx.record(allowed, event);
    Ok(())
}

/// Takes an entity or resource out of its object group; nothing happens when it lies in none.
pub async fn clear(tx: &mut Tx, allowed: &Allowed<'_, Placement>, object: ObjectRef) -> Result<()> {
    let Some(before) = find(tx.conn(), object).await? else { return Ok(()) };
    let tenant = match tx.fact(&FactKey::Group { id: before }).await? {
        Some(Fact::Group { tenant, .. }) => tenant,
        _ => None,
    };
    Entity::delete_by_id((object.kind.as_str().to_owned(), object.id)).exec(tx.conn()).await?;
    let event = moved(object, tenant, Some(before), None).change(Change::Drop(FactKey::Placement { object }));
    tx.record(allowed, event);
    Ok(())
}

fn moved(object: ObjectRef, tenant: Option<Uuid>, before: Option<Uuid>, after: Option<Uuid>) -> Event {
    let name = match (object.kind, after) {
        (ObjectKind::Entity, Some(_)) => "entity.parent_group.set",
        (ObjectKind::Entity, None) => "entity.parent_group.clear",
        (_, Some(_)) => "resource.parent_group.set",
        (_, None) => "resource.parent_group.clear",
    };
    Event::new(name)
        .of(tenant)
        .on(object.kind.as_str(), object.id)
        .before(json!({ "parent_group_id": before }))
        .after(json!({ "parent_group_id": after }))
}

/// The object group directly above an object.
pub(crate) async fn find(conn: &impl ConnectionTrait, object: ObjectRef) -> Result<Option<Uuid>> {
    let row = Entity::find_by_id((object.kind.as_str().to_owned(), object.id)).one(conn).await?;
    Ok(row.map(|row| row.group_id))
}

/// The object groups directly above objects of a kind, by object: one query for a whole page.
pub async fn parents_of(
    conn: &impl ConnectionTrait,
    kind: ObjectKind,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Uuid>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::ObjectId, Column::GroupId])
        .filter(Column::ObjectKind.eq(kind.as_str()))
        .filter(in_ids(Engine::of(conn), Column::ObjectId.as_column_ref(), ids))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// What lies directly in a group.
pub(crate) async fn objects_of(conn: &impl ConnectionTrait, group: Uuid) -> Result<Vec<ObjectRef>> {
    references(Entity::find().filter(Column::GroupId.eq(group)).all(conn).await?)
}

/// What lies in the groups of a tenant.
pub(crate) async fn in_tenant(conn: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<ObjectRef>> {
    let groups =
        Query::select().column("id").from("groups").and_where(Expr::col("tenant_id").eq(tenant)).to_owned();
    references(Entity::find().filter(Column::GroupId.in_subquery(groups)).all(conn).await?)
}

fn references(rows: Vec<Model>) -> Result<Vec<ObjectRef>> {
    let read = |row: Model| {
        let kind: ObjectKind = row.object_kind.parse().map_err(Common::bug)?;
        Ok(ObjectRef::new(kind, row.object_id))
    };
    rows.into_iter().map(read).collect()
}

/// The ids of the objects of a kind that lie directly in any of these groups, as a sub-query for filters.
pub fn objects_in(engine: Engine, kind: ObjectKind, groups: &[Uuid]) -> SelectStatement {
    Query::select()
        .column(Column::ObjectId)
        .from("placements")
        .and_where(Expr::col(Column::ObjectKind).eq(kind.as_str()))
        .and_where(in_ids(engine, Column::GroupId.into_column_ref(), groups))
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_may_wish_for_a_place() {
        let id = Uuid::from_u128(7);
        assert_eq!(wish(&json!({})).unwrap(), Wish::Keep);
        assert_eq!(wish(&json!({ "parent_group_id": null })).unwrap(), Wish::Clear);
        assert_eq!(wish(&json!({ "parent_group_id": " " })).unwrap(), Wish::Clear);
        assert_eq!(wish(&json!({ "parent_group_id": id })).unwrap(), Wish::Set(id));
        for bad in [json!("plant"), json!(7), json!({})] {
            let error = wish(&json!({ "parent_group_id": bad })).unwrap_err();
            assert_eq!(error.to_string(), "parent_group_id must be a UUID");
        }
    }
}
