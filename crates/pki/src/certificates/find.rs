//! Reading certificates.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Common, Page, PageRequest, Result};
use atoll_identity::credentials::certificates::{self as kept, Certificates};
use atoll_identity::credentials::{Credential, CredentialStatus};
use atoll_identity::entities;
use uuid::Uuid;

use super::fault::BadSelector;
use super::gate::{READ_ONE, absent, at};
use super::model::{Certificate, read_serial};

/// Who may list the certificates of a whole tenant.
const READ_TENANT: Rule = Rule::any(&[May::scope("read"), May::scope("manage")]).even_inactive();

/// Which certificate is meant.
#[derive(Clone, Debug)]
pub enum Selector {
    /// The one with this credential id.
    Id(Uuid),
    /// The one with this serial number.
    Serial(String),
}

impl Selector {
    /// Exactly one of the two must be given.
    pub fn of(id: Option<Uuid>, serial: Option<&str>) -> Result<Selector, BadSelector> {
        match (id, serial) {
            (Some(id), None) => Ok(Selector::Id(id)),
            (None, Some(serial)) => Ok(Selector::Serial(read_serial(serial)?)),
            _ => Err(BadSelector::One),
        }
    }
}

/// The certificate, for whoever may ask; nothing is told about it here.
pub(super) async fn lookup(ctx: &Ctx, which: &Selector) -> Result<Option<Certificate>> {
    let conn = &ctx.reader();
    let found = match which {
        Selector::Id(id) => kept::find(conn, *id).await?,
        Selector::Serial(serial) => kept::find_by_serial(conn, serial).await?,
    };
    let Some(credential) = found else { return Ok(None) };
    let tenants = kept::tenants(conn, &[credential.entity]).await?;
    let tenant = tenants.get(&credential.entity).copied().flatten();
    Ok(Some(Certificate { credential, tenant }))
}

/// One certificate. Whoever may not read it learns nothing about whether it exists.
pub async fn find(ctx: &Ctx, which: &Selector) -> Result<Certificate> {
    ctx.signed_in()?;
    let certificate = lookup(ctx, which).await?.ok_or_else(|| absent(ctx))?;
    if !ctx.may(&READ_ONE, &at(&certificate))? {
        entities::find(ctx, certificate.credential.entity).await?;
    }
    Ok(certificate)
}

/// Which certificates to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'f> {
    /// Of this entity; `tenant` does not count then.
    pub entity: Option<Uuid>,
    /// Of the entities at home in this tenant.
    pub tenant: Option<Uuid>,
    /// `active` or `revoked`.
    pub status: Option<&'f str>,
}

/// A page of certificates, newest first: of an entity, of a tenant, or of all that the caller may see everywhere, which is
/// their own tenant where they may not see the platform.
pub async fn list(ctx: &Ctx, filter: Filter<'_>, page: PageRequest) -> Result<Page<Certificate>> {
    let own = ctx.signed_in()?.tenant;
    let status = filter.status.map(|word| CredentialStatus::parse(word).ok_or(BadSelector::Status));
    let mut which = Certificates { status: status.transpose()?, ..Certificates::default() };
    match (filter.entity, filter.tenant) {
        (Some(entity), _) => which.entity = Some(entities::find(ctx, entity).await?.id),
        (None, Some(tenant)) => {
            ctx.require(&READ_TENANT, &Within::<Credential>::tenant(Some(tenant)))?;
            which.tenant = Some(tenant);
        }
        (None, None) if ctx.may(&entities::READ_ALL, &Within::<Credential>::platform())? => {}
        (None, None) => {
            let tenant = own.ok_or(Common::Forbidden)?;
            ctx.require(&READ_TENANT, &Within::<Credential>::tenant(Some(tenant)))?;
            which.tenant = Some(tenant);
        }
    }
    let conn = &ctx.reader();
    let page = kept::list(conn, &which, page).await?;
    let owners: Vec<Uuid> = page.items.iter().map(|credential| credential.entity).collect();
    let tenants = kept::tenants(conn, &owners).await?;
    Ok(page.map(|credential| {
        let tenant = tenants.get(&credential.entity).copied().flatten();
        Certificate { credential, tenant }
    }))
}
