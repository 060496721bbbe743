//! The second step of a sign-in, passkeys, and proving oneself anew, over REST: the bodies on the wire, and what to do for
//! each route.

use atoll_base::ctx::Ctx;
use atoll_base::{Common, Result, Secret};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::http::{LoginBody, opened};
use super::{StepUp, ask_passkey, complete, sign_in_with_passkey, step_up};
use crate::factors::FactorProof;
use crate::identity::Identity;
use crate::passkeys::{self, Asked};

/// What somebody proves themselves with: exactly one of these.
#[derive(Clone, Default, Deserialize, ToSchema)]
pub struct FactorRequest {
    /// A code of their authenticator app.
    #[serde(default)]
    pub totp: Option<String>,
    /// One of their recovery codes.
    #[serde(default)]
    pub recovery_code: Option<String>,
    /// The answer of a passkey.
    #[serde(default)]
    pub passkey: Option<PasskeyAnswer>,
}

impl FactorRequest {
    fn is_empty(&self) -> bool {
        self.totp.is_none() && self.recovery_code.is_none() && self.passkey.is_none()
    }

    fn proof(self) -> Result<FactorProof> {
        match self {
            FactorRequest { totp: Some(code), recovery_code: None, passkey: None } => {
                Ok(FactorProof::Totp(Secret::new(code)))
            }
            FactorRequest { totp: None, recovery_code: Some(code), passkey: None } => {
                Ok(FactorProof::RecoveryCode(Secret::new(code)))
            }
            FactorRequest { totp: None, recovery_code: None, passkey: Some(answer) } => {
                let PasskeyAnswer { challenge_id: challenge, credential } = answer;
                Ok(FactorProof::Passkey { challenge, credential })
            }
            _ => Err(one_of_them().into()),
        }
    }
}

fn one_of_them() -> Common {
    Common::Invalid("give exactly one of totp, recovery_code and passkey".into())
}

/// What a passkey answered.
#[derive(Clone, Deserialize, ToSchema)]
pub struct PasskeyAnswer {
    /// The challenge it answers.
    pub challenge_id: Uuid,
    /// The credential, as its `toJSON()` writes it.
    pub credential: Value,
}

/// `POST /auth/login/second-factor`.
#[derive(Clone, Deserialize, ToSchema)]
pub struct SecondFactorRequest {
    /// From the answer that asked for it.
    pub pending_token: String,
    /// The second factor.
    #[serde(flatten)]
    pub factor: FactorRequest,
}

/// `POST /auth/login/passkey/options`.
#[derive(Clone, Default, Deserialize, ToSchema)]
pub struct PasskeyOptionsRequest {
    /// From an answer that asked for a second factor; none: for signing in with nothing but a passkey.
    #[serde(default)]
    pub pending_token: Option<String>,
}

/// What a page hands to `navigator.credentials`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PasskeyOptions {
    /// To be named in the answer.
    pub challenge_id: Uuid,
    /// `{"publicKey": …}`, with bytes in Base64 for addresses.
    pub options: Value,
}

impl From<Asked> for PasskeyOptions {
    fn from(asked: Asked) -> PasskeyOptions {
        PasskeyOptions { challenge_id: asked.challenge, options: asked.options }
    }
}

/// `POST /auth/step-up`: a password or a second factor.
#[derive(Clone, Deserialize, ToSchema)]
pub struct StepUpRequest {
    /// The password.
    #[serde(default)]
    pub password: Option<String>,
    /// The second factor.
    #[serde(flatten)]
    pub factor: FactorRequest,
}

/// `POST /auth/login/second-factor`: the body and the `Set-Cookie` value.
pub async fn second_factor(
    ctx: &Ctx,
    identity: &Identity,
    request: SecondFactorRequest,
) -> Result<(LoginBody, String)> {
    let factor = request.factor.proof()?;
    Ok(opened(ctx, complete(ctx, identity, &Secret::new(request.pending_token), factor).await?))
}

/// `POST /auth/login/passkey/options`.
pub async fn passkey_options(
    ctx: &Ctx,
    identity: &Identity,
    request: PasskeyOptionsRequest,
) -> Result<PasskeyOptions> {
    let pending = request.pending_token.map(Secret::new);
    Ok(ask_passkey(ctx, identity, pending.as_ref()).await?.into())
}

/// `POST /auth/login/passkey`: the body and the `Set-Cookie` value.
pub async fn passkey_login(
    ctx: &Ctx,
    identity: &Identity,
    answer: PasskeyAnswer,
) -> Result<(LoginBody, String)> {
    let done = sign_in_with_passkey(ctx, identity, answer.challenge_id, answer.credential).await?;
    Ok(opened(ctx, done))
}

/// `POST /auth/step-up/passkey/options`.
pub async fn step_up_options(ctx: &Ctx, identity: &Identity) -> Result<PasskeyOptions> {
    Ok(passkeys::ask_caller(ctx, identity).await?.into())
}

/// `POST /auth/step-up`: the body and the `Set-Cookie` value.
pub async fn raise(ctx: &Ctx, identity: &Identity, request: StepUpRequest) -> Result<(LoginBody, String)> {
    let given = match request.password {
        Some(password) if request.factor.is_empty() => StepUp::Password(Secret::new(password)),
        Some(_) => return Err(one_of_them().into()),
        None => StepUp::Factor(request.factor.proof()?),
    };
    Ok(opened(ctx, step_up(ctx, identity, given).await?))
}
