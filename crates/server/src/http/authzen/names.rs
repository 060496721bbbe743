//! What the names of a request stand for: a UUID is an id, anything else an alias where the request is about.

use atoll_access::resources;
use atoll_access::search::{asked_at, may_ask};
use atoll_base::Result;
use atoll_base::alias::Alias;
use atoll_identity::{entities, tenants};
use atoll_policy::{ObjectKind, ObjectRef};
use uuid::Uuid;

use super::asked::Asker;
use super::scope::Scope;
use super::types::{ResourceType, SubjectType};

/// An object that a request names.
pub(super) struct Named {
    /// None if there is no such object of that type.
    pub(super) object: Option<ObjectRef>,
    pub(super) kind: ObjectKind,
    /// Whether it was named by an alias, which unlike an id can be guessed.
    pub(super) by_alias: bool,
    /// Where one must be allowed to ask about it.
    pub(super) asked_at: Option<Uuid>,
}

/// The entity that a request names; none if there is no such entity of that type. An alias of somebody else is looked up
/// for those only who may ask about others where it belongs.
pub(super) async fn subject(asker: &Asker, of_type: &str, id: &str) -> Result<Option<Uuid>> {
    let Some(subjects) = SubjectType::read(of_type) else { return Ok(None) };
    let found = match id.parse() {
        Ok(id) => Some(id),
        Err(_) => {
            let found = aliased(asker, ObjectKind::Entity, id).await?;
            let known = asker.is(found) || may_ask(&asker.ctx, asker.scope.tenant())?;
            found.filter(|_| known)
        }
    };
    let world = asker.ctx.world()?;
    Ok(found.filter(|id| {
        let entity = world.entity(*id);
        entity.is_some_and(|entity| subjects.kind().is_none_or(|kind| kind == entity.kind))
    }))
}

/// The object that a request names.
pub(super) async fn object(asker: &Asker, of_type: &str, id: &str) -> Result<Named> {
    let Some(objects) = ResourceType::read(of_type) else {
        return Ok(Named { object: None, kind: ObjectKind::Entity, by_alias: false, asked_at: None });
    };
    let kind = objects.kind;
    let (found, by_alias) = match id.parse() {
        Ok(id) => (Some(id), false),
        Err(_) => (aliased(asker, kind, id).await?, true),
    };
    let world = asker.ctx.world()?;
    let tenant = match (found, kind) {
        (Some(id), _) => world.object_tenant(ObjectRef::new(kind, id)).flatten(),
        // Tenants lie in no tenant: where this one is not, only the platform may know.
        (None, ObjectKind::Tenant) => None,
        (None, _) => asker.scope.tenant(),
    };
    let object = found.filter(|id| objects.fits(&world, *id)).map(|id| ObjectRef::new(kind, id));
    Ok(Named { object, kind, by_alias, asked_at: asked_at(kind, tenant) })
}

async fn aliased(asker: &Asker, kind: ObjectKind, text: &str) -> Result<Option<Uuid>> {
    let (ctx, Ok(alias)) = (&asker.ctx, Alias::parse(text)) else { return Ok(None) };
    match (kind, asker.scope) {
        (ObjectKind::Tenant, _) => tenants::aliased(ctx, &alias).await,
        (ObjectKind::Entity, Scope::Tenant(_) | Scope::Platform) => {
            entities::aliased(ctx, &alias, asker.scope.tenant()).await
        }
        (ObjectKind::Resource, Scope::Tenant(_) | Scope::Platform) => {
            resources::aliased(ctx, &alias, asker.scope.tenant()).await
        }
        _ => Ok(None),
    }
}
