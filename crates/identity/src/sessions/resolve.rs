//! Whom somebody means who signs in.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Result};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::sign_in::Refused;
use crate::entities::{self, Entity};
use crate::{emails, tenants};

/// In which tenant to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TenantSelector {
    /// In all of them and at the platform.
    #[default]
    Anywhere,
    /// In the one with this id.
    Id(Uuid),
    /// In the one with this alias.
    Alias(String),
}

impl TenantSelector {
    /// From the two ways to say it; a blank alias says nothing.
    pub fn of(id: Option<Uuid>, alias: Option<&str>) -> Result<TenantSelector, Common> {
        let alias = alias.map(str::trim).filter(|alias| !alias.is_empty());
        match (id, alias) {
            (None, None) => Ok(TenantSelector::Anywhere),
            (Some(id), None) => Ok(TenantSelector::Id(id)),
            (None, Some(alias)) => Ok(TenantSelector::Alias(alias.to_owned())),
            (Some(_), Some(_)) => {
                Err(Common::Invalid("provide either tenant_id or tenant_alias, not both".into()))
            }
        }
    }
}

/// Who was found, and where was looked.
pub(super) struct Resolved {
    /// The tenant that was named; none also when it does not exist.
    pub(super) tenant: Option<Uuid>,
    /// The entity.
    pub(super) entity: Option<Entity>,
}

/// The tenant that was named, if it is there.
pub(super) async fn tenant_of(ctx: &Ctx, tenant: &TenantSelector) -> Result<Option<Uuid>> {
    let conn = &ctx.reader();
    let found = match tenant {
        TenantSelector::Anywhere => None,
        TenantSelector::Id(id) => tenants::store::find_any(conn, *id).await?,
        TenantSelector::Alias(alias) => tenants::store::find_by_alias(conn, alias).await?,
    };
    Ok(found.filter(|tenant| tenant.deleted_at.is_none()).map(|tenant| tenant.id))
}

/// The entity that an identifier means: an e-mail address, an id, a name, or in a named tenant an alias.
///
/// # Errors
/// [`Refused::Ambiguous`] when several entities have that name.
pub(super) async fn resolve(ctx: &Ctx, identifier: &str, tenant: &TenantSelector) -> Result<Resolved> {
    let conn = &ctx.reader();
    let tenant = match (tenant, tenant_of(ctx, tenant).await?) {
        (TenantSelector::Anywhere, _) => None,
        (_, Some(found)) => Some(found),
        (TenantSelector::Id(id), None) => return Ok(Resolved { tenant: Some(*id), entity: None }),
        (TenantSelector::Alias(_), None) => return Ok(Resolved { tenant: None, entity: None }),
    };
    let identifier = identifier.trim();
    let found = if looks_like_email(identifier) {
        by_email(conn, identifier, tenant).await?
    } else if let Ok(id) = identifier.parse::<Uuid>() {
        let found = entities::store::find_any(conn, id).await?;
        found.filter(|found| found.deleted_at.is_none()).into_iter().collect()
    } else {
        let named = entities::store::named(conn, identifier, tenant).await?;
        match tenant {
            Some(tenant) if named.is_empty() => entities::store::aliased(conn, identifier, tenant).await?,
            _ => named,
        }
    };
    if found.len() > 1 {
        return Err(Refused::Ambiguous.into());
    }
    let entity = found.into_iter().next().filter(|found| tenant.is_none() || found.tenant == tenant);
    Ok(Resolved { tenant, entity })
}

/// Who has an address. One that was proved comes before what attributes say, and these before one that waits for its proof:
/// whoever signs up with the address of somebody else keeps nobody out. In a named tenant only who belongs there counts:
/// whoever has another account besides, with the same address, still finds this one.
async fn by_email(
    conn: &impl ConnectionTrait,
    identifier: &str,
    tenant: Option<Uuid>,
) -> Result<Vec<Entity>> {
    let address = identifier.to_ascii_lowercase();
    let held = match emails::store::holder(conn, &address).await? {
        Some(email) => {
            let owner = entities::store::find_any(conn, email.entity).await?;
            let there =
                |owner: &Entity| owner.deleted_at.is_none() && (tenant.is_none() || owner.tenant == tenant);
            owner.filter(there).map(|owner| (owner, email.is_verified()))
        }
        None => None,
    };
    if let Some((owner, true)) = held {
        return Ok(vec![owner]);
    }
    let named = entities::store::with_email(conn, identifier, tenant).await?;
    Ok(match held {
        Some((owner, _)) if named.is_empty() => vec![owner],
        _ => named,
    })
}

/// `x@y.z`, roughly: something, an at sign, a domain with a dot.
fn looks_like_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.split_once('.').is_some_and(|(name, end)| !name.is_empty() && !end.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_named_once() {
        let id = Uuid::from_u128(1);
        assert_eq!(TenantSelector::of(None, Some("  ")).unwrap(), TenantSelector::Anywhere);
        assert_eq!(TenantSelector::of(Some(id), Some("")).unwrap(), TenantSelector::Id(id));
        assert_eq!(TenantSelector::of(None, Some("a")).unwrap(), TenantSelector::Alias("a".into()));
        assert_eq!(
            TenantSelector::of(Some(id), Some("a")).unwrap_err().to_string(),
            "provide either tenant_id or tenant_alias, not both"
        );
    }

    #[test]
    fn addresses_are_told_from_names() {
        assert!(looks_like_email("alice@example.com"));
        for name in ["alice", "@example.com", "alice@", "alice@localhost", "alice@.com", "alice@example."] {
            assert!(!looks_like_email(name), "{name}");
        }
    }
}
