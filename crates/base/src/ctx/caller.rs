//! Who asks.

use std::net::IpAddr;
use std::sync::Arc;

use atoll_policy::Ceiling;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Methods;
use crate::time::Moment;

/// Who asks.
#[derive(Clone, Debug)]
pub enum Caller {
    /// Nobody is signed in.
    Nobody,
    /// Atoll itself, and for what.
    Platform(&'static str),
    /// An entity that has proved who it is.
    Entity(Arc<SignedIn>),
}

/// What an entity proved itself with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// A password, and since then a session token.
    Password,
    /// A long-lived access token.
    AccessToken,
    /// A certificate.
    Certificate,
    /// A shared key.
    SharedKey,
    /// A passkey.
    Passkey,
    /// The word of another OpenID provider.
    Oidc,
}

impl CredentialKind {
    /// snake_case, as the interface says it.
    pub fn as_str(self) -> &'static str {
        match self {
            CredentialKind::Password => "password",
            CredentialKind::AccessToken => "access_token",
            CredentialKind::Certificate => "certificate",
            CredentialKind::SharedKey => "shared_key",
            CredentialKind::Passkey => "passkey",
            CredentialKind::Oidc => "oidc",
        }
    }
}

/// An entity that has proved who it is, and how.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The entity.
    pub entity: Uuid,
    /// Its home tenant; `None` for entities of the platform.
    pub tenant: Option<Uuid>,
    /// The session, when it signed in with one.
    pub session: Option<Uuid>,
    /// The credential, when the request itself carried one.
    pub credential: Option<Uuid>,
    /// What it proved itself with.
    pub kind: CredentialKind,
    /// Until when the proof is good; `None` = until revoked.
    pub expires_at: Option<Moment>,
    /// When it proved itself.
    pub since: Option<Moment>,
    /// With what, in this session.
    pub methods: Methods,
    /// For scoped access tokens: the most that may be done with it.
    pub ceiling: Option<Arc<Ceiling>>,
    /// Who acts for it, by an exchanged token: the one who acts now first, then whom that one acts for.
    pub actors: Vec<Uuid>,
}

impl SignedIn {
    /// The chain of actors of somebody for whom this entity acts.
    pub fn chain(&self) -> Vec<Uuid> {
        std::iter::once(self.entity).chain(self.actors.iter().copied()).collect()
    }

    /// What conditions see as `session.*`: facts that Atoll itself knows about the caller's proof.
    pub fn session_facts(&self, origin: &Origin) -> Value {
        json!({
            "credential_kind": self.kind.as_str(),
            "session_id": self.session,
            "credential_id": self.credential,
            "scoped": self.ceiling.is_some(),
            "auth_time": self.since.map(Moment::rfc3339),
            "methods": self.methods.words(),
            "mfa": self.methods.mfa(),
            "address": origin.address.map(|address| address.to_string()),
        })
    }
}

impl Caller {
    /// The entity that is signed in.
    pub fn signed_in(&self) -> Option<&SignedIn> {
        match self {
            Caller::Entity(signed_in) => Some(signed_in),
            Caller::Nobody | Caller::Platform(_) => None,
        }
    }

    /// Its id.
    pub fn entity_id(&self) -> Option<Uuid> {
        self.signed_in().map(|signed_in| signed_in.entity)
    }

    /// The credential that the request carried.
    pub fn credential_id(&self) -> Option<Uuid> {
        self.signed_in().and_then(|signed_in| signed_in.credential)
    }

    /// The session.
    pub fn session_id(&self) -> Option<Uuid> {
        self.signed_in().and_then(|signed_in| signed_in.session)
    }

    /// Who acts for the entity, nested as tokens carry it (RFC 8693 §4.1); `None` when it acts itself.
    pub fn act(&self) -> Option<Value> {
        act(&self.signed_in()?.actors)
    }

    /// The ceiling of a scoped access token.
    pub fn ceiling(&self) -> Option<&Ceiling> {
        self.signed_in().and_then(|signed_in| signed_in.ceiling.as_deref())
    }
}

/// A chain of actors as tokens carry it (RFC 8693 §4.1): the one who acts now outside.
pub fn act(actors: &[Uuid]) -> Option<Value> {
    actors.iter().rev().fold(None, |inner, actor| {
        let mut claim = json!({ "sub": actor });
        if let Some(inner) = inner {
            claim["act"] = inner;
        }
        Some(claim)
    })
}

/// Where a request came from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's network address, after trusted proxies.
    pub address: Option<IpAddr>,
    /// The request id, given by the client or made by the server.
    pub request_id: Option<String>,
    /// What the client calls itself, at most [`MAX_USER_AGENT`](Self::MAX_USER_AGENT) characters.
    pub user_agent: Option<String>,
}

impl Origin {
    /// Most characters kept of what a client calls itself.
    pub const MAX_USER_AGENT: usize = 256;

    /// What a client calls itself, cut and without control characters; none when nothing is left.
    pub fn bounded_user_agent(text: &str) -> Option<String> {
        let kept: String = text.chars().filter(|one| !one.is_control()).take(Self::MAX_USER_AGENT).collect();
        let kept = kept.trim();
        (!kept.is_empty()).then(|| kept.to_owned())
    }
}
