//! Who may do what with certificates.
//!
//! Whoever may change the credentials of an entity may change its certificates: its managers, and the entity itself. On top
//! of that, a grant on exactly one certificate is enough to renew or revoke that one.

use atoll_base::ctx::{Allowed, Ctx, May, Rule, Within};
use atoll_base::{Common, Error, Result};
use atoll_identity::credentials::{Credential, CredentialAt, RULE_OF_ENTITY};
use atoll_identity::entities::{self, Entity};

use super::fault::CertificateMissing;
use super::model::Certificate;

/// Who manages an entity by a grant: such a caller may have certificates issued for names that are not the entity's.
pub const MANAGE: Rule = Rule::any(&[May::object("manage"), May::scope("manage")]);

/// Who may read exactly this certificate; besides whoever may read its entity.
pub(super) const READ_ONE: Rule = Rule::any(&[May::object("read"), May::object("manage")]);
/// Who may renew exactly this certificate; besides whoever may change its entity's credentials.
pub(super) const RENEW_ONE: Rule = Rule::any(&[May::object("rotate"), May::object("manage")]);
/// Who may revoke exactly this certificate; besides whoever may change its entity's credentials.
pub(super) const REVOKE_ONE: Rule = Rule::any(&[May::object("revoke"), May::object("manage")]);

/// Who manages everything; what denies them one entity is asked about there.
const MANAGE_ALL: Rule = Rule::any(&[May::platform("manage")]);

/// The permission to change a certificate of an entity, and whether it comes from a grant rather than from being the entity.
pub(super) fn change<'c>(
    ctx: &'c Ctx,
    one: &Rule,
    certificate: &Certificate,
    entity: &Entity,
) -> Result<(Allowed<'c, Credential>, bool)> {
    let at = at(certificate);
    // A deny on the entity is one on its certificates: who manages everything else does not get past it by asking about the
    // certificate.
    let denied = ctx.may(&MANAGE_ALL, &Within::<Entity>::platform())? && !ctx.may(&MANAGE, entity)?;
    if !denied && ctx.may(one, &at)? {
        return Ok((ctx.require(one, &at)?, true));
    }
    let by_grant = ctx.may(&MANAGE, entity)?;
    Ok((ctx.require(&RULE_OF_ENTITY, entity)?.part(), by_grant))
}

/// The certificate as gates ask about it.
pub(super) fn at(certificate: &Certificate) -> CredentialAt {
    let Certificate { credential, tenant } = certificate;
    CredentialAt { id: credential.id, entity: credential.entity, tenant: *tenant }
}

/// What is answered about a certificate that is not there: whoever may look everywhere is told so, others learn nothing.
pub(super) fn absent(ctx: &Ctx) -> Error {
    match ctx.may(&entities::READ_ALL, &Within::<Entity>::platform()) {
        Ok(true) => CertificateMissing::Certificate.into(),
        Ok(false) => Common::Forbidden.into(),
        Err(error) => error,
    }
}
