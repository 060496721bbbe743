//! Users: the people whose home is the tenant.

use atoll_base::ctx::{Ctx, Within};
use atoll_base::{Result, Secret, fields};
use atoll_policy::{EntityKind, Status};
use serde_json::{Map, Value};
use uuid::Uuid;

use atoll_access::groups;

use super::change::Change;
use super::fault::{ScimFault, seen, taken};
use super::resource::{Site, user_attributes};
use super::schema::Noun;
use super::{store, values};
use crate::entities::{self, Entity, EntityPatch, NewEntity};
use crate::passwords::{self, Hashed, Hasher};

type Resource = Map<String, Value>;

/// One user. Whoever may not read it is told that there is none.
pub(super) async fn find(ctx: &Ctx, site: &Site, id: Uuid) -> Result<Resource> {
    let entity = known(ctx, site, id).await?;
    show(ctx, site, &entity).await
}

/// The entity that is this user.
pub(super) async fn known(ctx: &Ctx, site: &Site, id: Uuid) -> Result<Entity> {
    let found = seen(entities::find(ctx, id).await)?;
    let here = |entity: &Entity| entity.kind == EntityKind::Human && entity.tenant == Some(site.tenant);
    Ok(found.filter(here).ok_or(ScimFault::NotFound)?)
}

async fn show(ctx: &Ctx, site: &Site, entity: &Entity) -> Result<Resource> {
    let joined = groups::members::groups_of_entities(ctx, site.tenant, &[entity.id]).await?;
    Ok(site.user(entity, joined.get(&entity.id).map_or(&[][..], Vec::as_slice)))
}

/// Makes a user.
pub(super) async fn create(ctx: &Ctx, site: &Site, hasher: &Hasher, given: &Resource) -> Result<Resource> {
    let mut user = values::writable(Noun::User, given)?;
    values::complete(Noun::User, &user)?;
    user.entry("active").or_insert(true.into());
    // Hashing is dear: nobody gets it who may not do the rest.
    ctx.require(&entities::create::RULE, &Within::<Entity>::tenant(Some(site.tenant)))?;
    let password = hashed(ctx, hasher, &user, Vec::new()).await?;
    let new = NewEntity {
        kind: Some(EntityKind::Human),
        name: name(&user)?,
        tenant: Some(site.tenant),
        attributes: fields::object("attributes", Some(user_attributes(&Value::Null, &user)))?,
        ..NewEntity::default()
    };
    let (within, steps) = ctx.together().await?;
    let made = async {
        let entity = entities::create(&within, new).await?;
        refuse_taken(&within, site, &entity.name, entity.id).await?;
        if let Some(password) = password {
            passwords::give(&within, entity.id, password).await?;
        }
        if user["active"] == false {
            entities::disable(&within, entity.id).await?;
        }
        Ok::<_, atoll_base::Error>(entity.id)
    }
    .await;
    drop(within);
    let id = made.map_err(taken("userName"))?;
    steps.keep(ctx).await?;
    // Whoever may make users but not read them still learns what they made.
    let entity = entities::store::find_any(&ctx.reader(), id).await?.ok_or(ScimFault::NotFound)?;
    show(ctx, site, &entity).await
}

/// Changes a user that is still what the caller has read, where they say what that is.
pub(super) async fn change(
    ctx: &Ctx,
    site: &Site,
    hasher: &Hasher,
    id: Uuid,
    change: Change<'_>,
    unchanged: impl Fn(&Resource) -> Result<(), ScimFault>,
) -> Result<Resource> {
    let before = find(ctx, site, id).await?;
    unchanged(&before)?;
    // Hashing takes long, so that it comes before the store is held.
    let wished = change.of(Noun::User, &before)?;
    let password = match wished.contains_key("password") {
        true => {
            let entity = known(ctx, site, id).await?;
            ctx.require(&passwords::RULE, &entity)?;
            hashed(ctx, hasher, &wished, passwords::names(ctx, &entity).await?).await?
        }
        false => None,
    };
    let (within, steps) = ctx.together().await?;
    let done = async {
        lock(&within, id).await?;
        let now = find(&within, site, id).await?;
        unchanged(&now)?;
        save(&within, site, id, &change.of(Noun::User, &now)?, password).await
    }
    .await;
    drop(within);
    done.map_err(taken("userName"))?;
    steps.keep(ctx).await?;
    find(ctx, site, id).await
}

/// Nobody else changes the user before these steps end: of two changes at once none is lost.
async fn lock(ctx: &Ctx, id: Uuid) -> Result<()> {
    let tx = ctx.begin().await?;
    entities::store::lock_live(&tx, id).await?.ok_or(ScimFault::NotFound)?;
    tx.commit().await?;
    Ok(())
}

async fn save(ctx: &Ctx, site: &Site, id: Uuid, user: &Resource, password: Option<Hashed>) -> Result<()> {
    let entity = known(ctx, site, id).await?;
    let name = name(user)?;
    let attributes = fields::object("attributes", Some(user_attributes(&entity.attributes, user)))?;
    let renamed = name != entity.name;
    let patch = EntityPatch {
        name: renamed.then(|| name.clone()),
        attributes: (attributes != entity.attributes).then_some(attributes),
        ..EntityPatch::default()
    };
    if patch.name.is_some() || patch.attributes.is_some() {
        entities::update(ctx, id, patch).await?;
    }
    if renamed {
        refuse_taken(ctx, site, &name, id).await?;
    }
    // Who is not said to be active is not.
    match (user.get("active") == Some(&Value::Bool(true)), entity.status) {
        (true, Status::Inactive | Status::Suspended) => drop(entities::enable(ctx, id).await?),
        (false, Status::Active) => drop(entities::disable(ctx, id).await?),
        _ => {}
    }
    if let Some(password) = password {
        passwords::give(ctx, id, password).await?;
    }
    Ok(())
}

/// Deletes a user that is still what the caller has read.
pub(super) async fn delete(
    ctx: &Ctx,
    site: &Site,
    id: Uuid,
    unchanged: impl Fn(&Resource) -> Result<(), ScimFault>,
) -> Result<()> {
    unchanged(&find(ctx, site, id).await?)?;
    entities::delete(ctx, id).await
}

fn name(user: &Resource) -> Result<String> {
    Ok(fields::name("userName", user["userName"].as_str().unwrap_or_default())?)
}

async fn hashed(ctx: &Ctx, hasher: &Hasher, user: &Resource, names: Vec<String>) -> Result<Option<Hashed>> {
    match user.get("password").and_then(Value::as_str) {
        Some(password) => {
            let password = Secret::new(password.to_owned());
            let mut own: Vec<&str> = names.iter().map(String::as_str).collect();
            own.extend(user["userName"].as_str());
            Ok(Some(Hashed::new(ctx, hasher, EntityKind::Human, &own, password).await?))
        }
        None => Ok(None),
    }
}

/// No two users of a tenant have names that differ in case only. Asked after the name was written, when nobody else can
/// write one in this tenant before these steps end.
async fn refuse_taken(ctx: &Ctx, site: &Site, name: &str, id: Uuid) -> Result<()> {
    match store::name_is_taken(&ctx.reader(), site.tenant, name, id).await? {
        true => Err(ScimFault::Taken("userName is taken".into()).into()),
        false => Ok(()),
    }
}
