//! Telling whoever may know whether a token is good, and whose (RFC 7662).

use std::collections::BTreeSet;

use atoll_base::ctx::{Ctx, May, Rule, SignedIn, Within};
use atoll_base::{Kind, Moment, Result};
use atoll_policy::Ceiling;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::identity::Identity;

/// Who may ask about the tokens of a tenant's entities, or of those of the platform.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("authz.check")]);

/// What is told about a token; of one that is not good, or that the caller may not know of, nothing but that.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Introspected {
    /// Whether it is good.
    pub active: bool,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<Uuid>,
    /// The name of that entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Always `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// For a scoped token: the actions that it may be used for somewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// When it ends, in seconds since 1970; left out when it does not by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// For whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// Who acts for the entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<Value>,
    /// The home tenant of the entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<Uuid>,
    /// The session, of session tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<Uuid>,
    /// The credential, of access tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<Uuid>,
}

/// What the caller may know about a token. Everybody may know about their own.
pub async fn introspect(ctx: &Ctx, identity: &Identity, token: &str) -> Result<Introspected> {
    let caller = ctx.signed_in()?.entity;
    let who = match identity.authenticate(ctx, token).await {
        Ok(who) => who,
        Err(error) if error.kind() == Kind::Unauthenticated => return Ok(Introspected::default()),
        Err(error) => return Err(error),
    };
    if who.entity != caller && !ctx.may(&RULE, &Within::<Introspected>::tenant(who.tenant))? {
        return Ok(Introspected::default());
    }
    told(ctx, &who)
}

fn told(ctx: &Ctx, who: &SignedIn) -> Result<Introspected> {
    let settings = ctx.ground().settings();
    let world = ctx.world()?;
    let name = world.entity(who.entity).map(|entity| entity.name.to_string());
    Ok(Introspected {
        active: true,
        sub: Some(who.entity),
        username: name,
        token_type: Some("Bearer"),
        scope: who.ceiling.as_deref().map(scope),
        exp: who.expires_at.map(Moment::seconds),
        iss: Some(settings.issuer().to_owned()),
        aud: who.session.map(|_| settings.jwt_audience.clone()),
        act: atoll_base::ctx::act(&who.actors),
        tenant_id: who.tenant,
        session_id: who.session,
        credential_id: who.credential,
    })
}

/// The actions of a ceiling, separated by blanks.
pub(super) fn scope(ceiling: &Ceiling) -> String {
    let actions: BTreeSet<&str> =
        ceiling.entries.iter().flat_map(|entry| entry.actions.iter().map(String::as_str)).collect();
    actions.into_iter().collect::<Vec<_>>().join(" ")
}
