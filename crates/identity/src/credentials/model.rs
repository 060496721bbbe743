//! A credential.

use atoll_base::ctx::{CredentialKind, Ctx, Guarded};
use atoll_base::{Common, Moment, Result};
use atoll_policy::{Fact, ObjectKind, ObjectRef};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Where a credential stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialStatus {
    /// It proves something, until it expires.
    Active,
    /// It proves nothing any more.
    Revoked,
}

impl CredentialStatus {
    /// `active` or `revoked`.
    pub const fn as_str(self) -> &'static str {
        match self {
            CredentialStatus::Active => "active",
            CredentialStatus::Revoked => "revoked",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<CredentialStatus> {
        [CredentialStatus::Active, CredentialStatus::Revoked].into_iter().find(|one| one.as_str() == word)
    }
}

/// The part of the metadata of an access token that says by what its owner had got in who made it.
pub(crate) const OPENED_BY: &str = "opened_by";

/// A credential. What it is compared with stays in the store.
#[derive(Clone, Debug, PartialEq)]
pub struct Credential {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub entity: Uuid,
    /// What sort it is.
    pub kind: CredentialKind,
    /// What is shown to tell it from others; no part of the secret.
    pub identifier: Option<String>,
    /// Name for people.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// PHC string, of passwords.
    pub password_hash: Option<String>,
    /// Keyed hash of the secret, of access tokens and shared keys.
    pub token_verifier: Option<Vec<u8>>,
    /// The secret itself, sealed: of shared keys, which can be shown again.
    pub sealed_secret: Option<Vec<u8>>,
    /// Whether it has a ceiling.
    pub scoped: bool,
    /// Who issued it, of certificates: the SHA-256 of the issuer's certificate (DER), 64 hexadecimal digits.
    pub issuer: Option<String>,
    /// The certificate itself (DER). Not in the metadata: decisions keep those in memory.
    pub certificate: Option<Vec<u8>>,
    /// More about it; an object that conditions may look at.
    pub metadata: Value,
    /// Where it stands in its life.
    pub status: CredentialStatus,
    /// From when on it proves nothing.
    pub expires_at: Option<Moment>,
    /// When it was last used, to within five minutes.
    pub last_used_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
    /// Why.
    pub revocation_reason: Option<String>,
    /// When it was made.
    pub created_at: Moment,
}

impl Credential {
    fn new(ctx: &Ctx, id: Uuid, entity: Uuid, kind: CredentialKind) -> Credential {
        Credential {
            id,
            entity,
            kind,
            identifier: None,
            name: None,
            description: None,
            password_hash: None,
            token_verifier: None,
            sealed_secret: None,
            scoped: false,
            issuer: None,
            certificate: None,
            metadata: Value::Object(Map::new()),
            status: CredentialStatus::Active,
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
            revocation_reason: None,
            created_at: ctx.now(),
        }
    }

    /// A password, by its PHC string.
    pub fn password(ctx: &Ctx, entity: Uuid, phc: String) -> Credential {
        let new = Credential::new(ctx, ctx.new_id(), entity, CredentialKind::Password);
        Credential { password_hash: Some(phc), ..new }
    }

    /// An unscoped access token, by the verifier of its secret.
    pub fn access_token(ctx: &Ctx, id: Uuid, entity: Uuid, verifier: [u8; 32]) -> Credential {
        let new = Credential::new(ctx, id, entity, CredentialKind::AccessToken);
        Credential { token_verifier: Some(verifier.to_vec()), ..new }
    }

    /// A shared key, by the verifier of its secret and the secret sealed.
    pub(crate) fn shared_key(
        ctx: &Ctx,
        id: Uuid,
        entity: Uuid,
        verifier: [u8; 32],
        sealed: Vec<u8>,
    ) -> Credential {
        let new = Credential::new(ctx, id, entity, CredentialKind::SharedKey);
        Credential { token_verifier: Some(verifier.to_vec()), sealed_secret: Some(sealed), ..new }
    }

    /// A certificate, by its serial number (hexadecimal digits, lower case), its issuer and its DER.
    pub fn certificate(
        ctx: &Ctx,
        entity: Uuid,
        serial: String,
        issuer: String,
        certificate: Vec<u8>,
    ) -> Credential {
        let new = Credential::new(ctx, ctx.new_id(), entity, CredentialKind::Certificate);
        Credential { identifier: Some(serial), issuer: Some(issuer), certificate: Some(certificate), ..new }
    }

    /// The name people see: its own, else its identifier, else what it is.
    pub fn shown_name(&self) -> String {
        self.name.clone().or_else(|| self.identifier.clone()).unwrap_or_else(|| "Access token".to_owned())
    }

    /// The credential as decisions know it, also after it was revoked; `tenant` is that of its entity.
    pub fn fact(&self, tenant: Option<Uuid>) -> Fact {
        Fact::Credential {
            id: self.id,
            entity: self.entity,
            tenant,
            kind: self.kind.as_str().to_owned(),
            attributes: self.metadata.clone(),
        }
    }

    /// The credential as the ledger shows it: without anything it is compared with.
    pub fn state(&self) -> Value {
        json!({
            "entity_id": self.entity,
            "kind": self.kind.as_str(),
            "identifier": self.identifier,
            "name": self.name,
            "scoped": self.scoped,
            "status": self.status.as_str(),
            "expires_at": self.expires_at.map(Moment::rfc3339),
        })
    }
}

/// A credential together with the tenant of its entity: what gates ask about.
pub struct CredentialAt {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub entity: Uuid,
    /// The home tenant of that entity.
    pub tenant: Option<Uuid>,
}

impl Guarded for CredentialAt {
    type Noun = Credential;

    fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(ObjectKind::Credential, self.id))
    }

    fn tenant(&self) -> Option<Uuid> {
        self.tenant
    }

    fn owner(&self) -> Option<Uuid> {
        Some(self.entity)
    }
}

/// The word in the store, read.
pub(crate) fn kind(word: &str) -> Result<CredentialKind> {
    let all = [
        CredentialKind::Password,
        CredentialKind::AccessToken,
        CredentialKind::Certificate,
        CredentialKind::SharedKey,
        CredentialKind::Passkey,
        CredentialKind::Oidc,
    ];
    let found = all.into_iter().find(|kind| kind.as_str() == word);
    Ok(found.ok_or_else(|| Common::bug(format!("unknown credential kind '{word}'")))?)
}
