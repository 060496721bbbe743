//! Why nobody was signed in.

use atoll_base::{Fault, Kind};

/// A sign-in at a provider that came to nothing. The texts hold nothing that the provider or a stranger wrote, but for one
/// checked word.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FederationFault {
    /// No such provider is set.
    #[error("oauth provider not configured")]
    NotConfigured,
    /// A page that is not ours.
    #[error("return_to must be a same-origin path")]
    BadReturn,
    /// The provider does not answer, or not as one.
    #[error("oauth provider cannot be reached")]
    Unreachable,
    /// Too many sign-ins are under way.
    #[error("too many sign-ins are under way right now; please try again")]
    TooMany,
    /// The provider refused.
    #[error("oauth provider error: {0}")]
    Provider(String),
    /// It sent nobody back with a code.
    #[error("missing oauth code")]
    NoCode,
    /// It sent somebody back without what they left with.
    #[error("missing oauth state")]
    NoState,
    /// This browser did not leave with that, or too long ago.
    #[error("invalid oauth state")]
    BadState,
    /// The provider gave no tokens.
    #[error("oauth token exchange failed: {0}")]
    NoTokens(String),
    /// It did not say who it is.
    #[error("oauth provider did not return id_token")]
    NoIdToken,
    /// What it said does not hold.
    #[error("invalid id_token: {0}")]
    BadIdToken(&'static str),
    /// The address is not proved to be theirs.
    #[error("oauth email is not verified")]
    EmailNotVerified,
    /// There is no address, or none that can be kept.
    #[error("oauth provider did not return email")]
    NoEmail,
    /// The account is not in use.
    #[error("entity is not active")]
    EntityNotActive,
    /// The operator wants no new accounts.
    #[error("sign up is not enabled")]
    SignUpDisabled,
    /// Somebody has an account with that address, and has not shown that it is theirs.
    #[error("an account with this email address exists: please sign in to it and link the provider there")]
    AccountExists,
    /// Whoever signed in at the provider has another account here.
    #[error("this identity is linked to another account")]
    LinkedElsewhere,
    /// The session that wanted the link has ended.
    #[error("the session that began this has ended: please sign in and link again")]
    SessionEnded,
    /// The one-time code is not good.
    #[error("invalid exchange code")]
    BadCode,
    /// No such link, or not the caller's.
    #[error("linked identity not found")]
    NotLinked,
    /// Nothing to sign in with would be left.
    #[error("this is the only way to sign in to this account: please set a password or a passkey first")]
    LastWay,
}

impl Fault for FederationFault {
    fn kind(&self) -> Kind {
        use FederationFault as F;
        match self {
            F::NotConfigured | F::NotLinked => Kind::Missing,
            F::BadReturn | F::NoCode | F::NoState | F::BadState | F::BadCode => Kind::Invalid,
            F::Unreachable | F::TooMany => Kind::Unavailable,
            F::SignUpDisabled => Kind::Denied,
            F::LinkedElsewhere | F::LastWay => Kind::Conflict,
            _ => Kind::Unauthenticated,
        }
    }

    fn code(&self) -> &'static str {
        use FederationFault as F;
        match self {
            F::NotConfigured => "oauth.not_configured",
            F::BadReturn => "oauth.bad_return",
            F::Unreachable => "oauth.unreachable",
            F::TooMany => "oauth.too_many",
            F::Provider(_) => "oauth.provider_error",
            F::NoCode => "oauth.missing_code",
            F::NoState => "oauth.missing_state",
            F::BadState => "oauth.invalid_state",
            F::NoTokens(_) => "oauth.exchange_failed",
            F::NoIdToken => "oauth.missing_id_token",
            F::BadIdToken(_) => "oauth.invalid_id_token",
            F::EmailNotVerified => "oauth.email_not_verified",
            F::NoEmail => "oauth.missing_email",
            F::EntityNotActive => "oauth.entity_not_active",
            F::SignUpDisabled => "sign_up.disabled",
            F::AccountExists => "oauth.account_exists",
            F::LinkedElsewhere => "oauth.linked_elsewhere",
            F::SessionEnded => "oauth.session_ended",
            F::BadCode => "oauth.invalid_exchange_code",
            F::NotLinked => "oauth.not_linked",
            F::LastWay => "oauth.last_way",
        }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        (self.kind() == Kind::Unavailable).then_some(std::time::Duration::from_secs(10))
    }
}

/// The one word that providers refuse with (RFC 6749 §4.1.2.1), so that nobody writes sentences on our pages.
pub(super) fn word(error: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    match !error.is_empty() && error.len() <= 64 && error.bytes().all(plain) {
        true => error.to_owned(),
        false => "unreadable".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_writes_sentences_on_our_pages() {
        assert_eq!(word("access_denied"), "access_denied");
        let long = "x".repeat(65);
        for other in ["", "call this number", "<b>", "a\r\nb", "é", long.as_str()] {
            assert_eq!(word(other), "unreadable", "{other:?}");
        }
    }
}
