//! The GraphQL door of second factors.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Common, Moment, Result, Secret};
use serde_json::Value;

use super::{FactorProof, Factors, find, reset};
use crate::passkeys::graphql::{PasskeyChallenge, PasskeyView, revealed};
use crate::sessions::graphql::LoginResponse;
use crate::sessions::{self, StepUp};
use crate::{identity, recovery_codes, totp};

/// An authenticator app.
#[derive(SimpleObject)]
pub struct TotpFactor {
    id: ID,
    last_used_at: Option<String>,
    created_at: String,
}

/// What an entity proves itself with besides a password.
#[derive(SimpleObject)]
#[graphql(name = "SecondFactors")]
pub struct FactorsView {
    totp: Option<TotpFactor>,
    passkeys: Vec<PasskeyView>,
    recovery_codes_left: i64,
}

impl From<Factors> for FactorsView {
    fn from(factors: Factors) -> FactorsView {
        FactorsView {
            totp: factors.totp.map(|totp| TotpFactor {
                id: door::show(totp.id),
                last_used_at: totp.last_used_at.map(Moment::rfc3339),
                created_at: totp.created_at.rfc3339(),
            }),
            passkeys: factors.passkeys.into_iter().map(Into::into).collect(),
            recovery_codes_left: door::total(factors.recovery_codes_left),
        }
    }
}

/// What your authenticator app must be told; shown this once.
#[derive(SimpleObject)]
pub struct TotpEnrolment {
    /// For typing.
    secret: String,
    /// For a picture that the app reads: `otpauth://totp/…`.
    uri: String,
}

/// What you prove yourself with: exactly one of these.
#[derive(InputObject)]
pub struct FactorInput {
    /// A code of your authenticator app.
    totp: Option<String>,
    /// One of your recovery codes.
    recovery_code: Option<String>,
    /// The answer of a passkey.
    passkey: Option<PasskeyAnswerInput>,
}

/// What a passkey answered to a challenge.
#[derive(InputObject)]
pub struct PasskeyAnswerInput {
    challenge_id: ID,
    /// The credential, as its `toJSON()` writes it.
    credential: Json<Value>,
}

impl PasskeyAnswerInput {
    fn proof(self) -> Result<FactorProof> {
        let challenge = door::id("challengeId", &self.challenge_id)?;
        Ok(FactorProof::Passkey { challenge, credential: self.credential.0 })
    }
}

impl FactorInput {
    fn proof(self) -> Result<FactorProof> {
        match self {
            FactorInput { totp: Some(code), recovery_code: None, passkey: None } => {
                Ok(FactorProof::Totp(Secret::new(code)))
            }
            FactorInput { totp: None, recovery_code: Some(code), passkey: None } => {
                Ok(FactorProof::RecoveryCode(Secret::new(code)))
            }
            FactorInput { totp: None, recovery_code: None, passkey: Some(answer) } => answer.proof(),
            _ => Err(Common::Invalid("give exactly one of totp, recoveryCode and passkey".into()).into()),
        }
    }
}

/// Queries about second factors.
#[derive(Default)]
pub struct FactorQuery;

#[Object]
impl FactorQuery {
    /// The second factors of an entity; yours when you name nobody.
    async fn second_factors(&self, door: &Context<'_>, entity_id: Option<ID>) -> Result<FactorsView> {
        let entity = door::optional_id("entityId", entity_id.as_ref())?;
        Ok(find(door::ctx(door)?, entity).await?.into())
    }
}

/// Second factors: setting them up, and proving oneself with them.
#[derive(Default)]
pub struct FactorMutation;

#[Object]
impl FactorMutation {
    /// Makes a secret for your authenticator app, which counts from its first code on.
    async fn enrol_totp(&self, door: &Context<'_>) -> Result<TotpEnrolment> {
        let made = totp::enrol(door::ctx(door)?).await?;
        Ok(TotpEnrolment { secret: made.secret.reveal().clone(), uri: made.uri.reveal().clone() })
    }

    /// Lets your authenticator app count, by its first code. Returns your recovery codes, if you had none; shown this
    /// once.
    async fn confirm_totp(&self, door: &Context<'_>, code: String) -> Result<Vec<String>> {
        let (ctx, identity) = (door::ctx(door)?, identity::of(door)?);
        Ok(revealed(&totp::confirm(ctx, identity, Secret::new(code)).await?))
    }

    /// Removes your authenticator app.
    async fn remove_totp(&self, door: &Context<'_>) -> Result<bool> {
        totp::remove(door::ctx(door)?).await?;
        Ok(true)
    }

    /// Makes ten new recovery codes in place of those you had; shown this once.
    async fn regenerate_recovery_codes(&self, door: &Context<'_>) -> Result<Vec<String>> {
        Ok(revealed(&recovery_codes::regenerate(door::ctx(door)?).await?))
    }

    /// Takes every second factor of somebody else away, and ends their sessions; how many there were.
    async fn reset_second_factors(&self, door: &Context<'_>, entity_id: ID) -> Result<i64> {
        Ok(door::total(reset(door::ctx(door)?, door::id("entityId", &entity_id)?).await?))
    }

    /// Completes a sign-in that asked for a second factor.
    async fn complete_login(
        &self,
        door: &Context<'_>,
        pending_token: String,
        factor: FactorInput,
    ) -> Result<LoginResponse> {
        let (ctx, identity) = (door::ctx(door)?, identity::of(door)?);
        let done = sessions::complete(ctx, identity, &Secret::new(pending_token), factor.proof()?).await?;
        Ok(done.into())
    }

    /// Asks for a passkey: whichever the visitor has, or, with the token of a sign-in that asked for a second factor, one of
    /// that account.
    async fn begin_passkey_login(
        &self,
        door: &Context<'_>,
        pending_token: Option<String>,
    ) -> Result<PasskeyChallenge> {
        let (ctx, identity) = (door::ctx(door)?, identity::of(door)?);
        let pending = pending_token.map(Secret::new);
        Ok(sessions::ask_passkey(ctx, identity, pending.as_ref()).await?.into())
    }

    /// Signs in with nothing but a passkey.
    async fn passkey_login(&self, door: &Context<'_>, answer: PasskeyAnswerInput) -> Result<LoginResponse> {
        let (ctx, identity) = (door::ctx(door)?, identity::of(door)?);
        let challenge = door::id("challengeId", &answer.challenge_id)?;
        Ok(sessions::sign_in_with_passkey(ctx, identity, challenge, answer.credential.0).await?.into())
    }

    /// Proves anew who you are, in the session you have. Give your password or a second factor.
    async fn step_up(
        &self,
        door: &Context<'_>,
        password: Option<String>,
        factor: Option<FactorInput>,
    ) -> Result<LoginResponse> {
        let (ctx, identity) = (door::ctx(door)?, identity::of(door)?);
        let given = match (password, factor) {
            (Some(password), None) => StepUp::Password(Secret::new(password)),
            (None, Some(factor)) => StepUp::Factor(factor.proof()?),
            _ => return Err(Common::Invalid("give either password or factor".into()).into()),
        };
        Ok(sessions::step_up(ctx, identity, given).await?.into())
    }
}
