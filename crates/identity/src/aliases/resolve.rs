//! Finding out which id an alias stands for.

use atoll_access::resources;
use atoll_base::ctx::Ctx;
use atoll_base::{Common, Fault, Kind, Result};
use atoll_policy::TenantStatus;
use uuid::Uuid;

use crate::{entities, tenants};

/// Where an alias is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// In the tenant with this id.
    Tenant(Uuid),
    /// In the tenant with this alias.
    TenantAlias(String),
    /// Among what belongs to the platform.
    Global,
}

/// What an alias is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasOf {
    /// An entity.
    Entity,
    /// A resource.
    Resource,
}

impl AliasOf {
    /// Reads the word, whatever its case.
    pub fn read(word: &str) -> Result<AliasOf, AliasFault> {
        match word.trim().to_lowercase().as_str() {
            "entity" => Ok(AliasOf::Entity),
            "resource" => Ok(AliasOf::Resource),
            _ => Err(AliasFault::Kind),
        }
    }
}

/// What an alias stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The tenant it was found in.
    pub tenant: Option<Uuid>,
    /// The entity or resource.
    pub object: Uuid,
}

/// An alias that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AliasFault {
    /// It is not said where to look, or more than once.
    #[error("provide exactly one tenant selector: tenant_id, tenant_alias, or global")]
    Selector,
    /// Neither an entity nor a resource.
    #[error("invalid object_kind: expected 'entity' or 'resource'")]
    Kind,
    /// Nothing to look for.
    #[error("object_alias must not be empty")]
    Empty,
    /// No live tenant is called so.
    #[error("tenant alias '{0}' not found")]
    NoSuchTenant(String),
    /// Nothing in the tenant is called so.
    #[error("alias '{alias}' not found in tenant {tenant}")]
    NotInTenant {
        /// What was looked for.
        alias: String,
        /// Where.
        tenant: Uuid,
    },
    /// Nothing of the platform is called so.
    #[error("alias '{0}' not found in global scope")]
    NotGlobal(String),
}

impl Fault for AliasFault {
    fn kind(&self) -> Kind {
        match self {
            AliasFault::Selector | AliasFault::Kind | AliasFault::Empty => Kind::Invalid,
            AliasFault::NoSuchTenant(_) | AliasFault::NotInTenant { .. } | AliasFault::NotGlobal(_) => {
                Kind::Missing
            }
        }
    }

    fn code(&self) -> &'static str {
        match self {
            AliasFault::Selector => "alias.selector",
            AliasFault::Kind => "alias.object_kind",
            AliasFault::Empty => "alias.empty",
            AliasFault::NoSuchTenant(_) | AliasFault::NotInTenant { .. } | AliasFault::NotGlobal(_) => {
                "not_found"
            }
        }
    }
}

/// Which live entity or resource an alias stands for, in a tenant that is in use or at the platform. Everybody who has
/// proved who they are may ask; an alias is a name, not a secret. Entities that are switched off are found too.
pub async fn resolve(ctx: &Ctx, place: Where, of: AliasOf, alias: &str) -> Result<Resolved> {
    ctx.signed_in()?;
    let wanted = alias.trim().to_lowercase();
    if wanted.is_empty() {
        return Err(AliasFault::Empty.into());
    }
    let tenant = tenant(ctx, place).await?;
    let conn = &ctx.reader();
    let found = match of {
        AliasOf::Entity => entities::store::id_of_alias(conn, &wanted, tenant).await?,
        AliasOf::Resource => resources::id_of_alias(conn, &wanted, tenant).await?,
    };
    let object = found.ok_or(match tenant {
        Some(tenant) => AliasFault::NotInTenant { alias: wanted, tenant },
        None => AliasFault::NotGlobal(wanted),
    })?;
    Ok(Resolved { tenant, object })
}

async fn tenant(ctx: &Ctx, place: Where) -> Result<Option<Uuid>> {
    let conn = &ctx.reader();
    let (id, known) = match place {
        Where::Global => return Ok(None),
        Where::Tenant(id) => (id, tenants::store::find_any(conn, id).await?),
        Where::TenantAlias(alias) => {
            let alias = alias.trim().to_lowercase();
            let known = tenants::store::find_by_alias(conn, &alias).await?;
            let known = known.ok_or(AliasFault::NoSuchTenant(alias))?;
            (known.id, Some(known))
        }
    };
    match known {
        Some(known) if known.status == TenantStatus::Active => Ok(Some(id)),
        _ => Err(Common::not_found("active tenant", id).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_of_entities_and_resources() {
        assert_eq!(AliasOf::read(" Entity "), Ok(AliasOf::Entity));
        assert_eq!(AliasOf::read("RESOURCE"), Ok(AliasOf::Resource));
        let text = AliasOf::read("tenant").unwrap_err().to_string();
        assert_eq!(text, "invalid object_kind: expected 'entity' or 'resource'");
    }
}
