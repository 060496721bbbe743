//! Checking what somebody shows, and using it up.

use atoll_base::Result;
use atoll_base::ctx::{Allowed, Ctx, Methods, Tx};
use uuid::Uuid;

use super::model::FactorProof;
use crate::identity::Identity;
use crate::recovery_codes::{self, RecoveryCode};
use crate::sessions::Session;
use crate::{passkeys, totp};

/// A proof that is right, and has to be used up in the transaction that it is for.
pub(crate) enum Accepted {
    Totp(totp::Code),
    RecoveryCode(RecoveryCode),
    Passkey(passkeys::Proof),
}

impl Accepted {
    /// What it proves.
    pub(crate) fn methods(&self) -> Methods {
        match self {
            Accepted::Totp(_) => Methods::TOTP,
            Accepted::RecoveryCode(_) => Methods::RECOVERY_CODE,
            Accepted::Passkey(proof) => proof.methods(),
        }
    }

    /// Uses it up; whether nobody was faster.
    pub(crate) async fn take(&self, tx: &Tx, allowed: &Allowed<'_, Session>) -> Result<bool> {
        match self {
            Accepted::Totp(code) => code.take(tx, &allowed.part()).await,
            Accepted::RecoveryCode(code) => code.take(tx, &allowed.part()).await,
            Accepted::Passkey(proof) => proof.take(tx, &allowed.part()).await,
        }
    }
}

/// The proof, if it is right for this entity.
pub(crate) async fn prove(
    ctx: &Ctx,
    identity: &Identity,
    entity: Uuid,
    given: FactorProof,
) -> Result<Option<Accepted>> {
    Ok(match given {
        FactorProof::Totp(code) => totp::prove(ctx, entity, &code).await?.map(Accepted::Totp),
        FactorProof::RecoveryCode(code) => {
            recovery_codes::prove(ctx, entity, &code).await?.map(Accepted::RecoveryCode)
        }
        FactorProof::Passkey { challenge, credential } => {
            let proof = passkeys::prove(ctx, identity, entity, challenge, credential).await?;
            proof.map(Accepted::Passkey)
        }
    })
}
