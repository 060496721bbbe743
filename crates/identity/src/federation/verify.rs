//! What a provider says of whoever came back from it, and whether that holds.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use atoll_base::Moment;
use atoll_base::ctx::Ctx;
use openidconnect::core::{
    CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, Nonce, OAuth2TokenResponse as _,
    PkceCodeVerifier, RequestTokenError, SignatureVerificationError, TokenResponse as _,
};

use super::fault::{FederationFault, word};
use super::model::Person;
use super::provider::{Client, Provider};
use super::states::Left;
use crate::emails;

/// How far the clock of a provider may be from ours.
const LEEWAY: Duration = Duration::from_secs(60);
/// How old a token may be that was just asked for.
const OLDEST: Duration = Duration::from_secs(600);
/// Longest subject, in bytes (OpenID Connect Core §2).
const MAX_SUBJECT: usize = 255;

/// Who it is: exchanges the code, and checks what the provider says.
pub(super) async fn person(
    ctx: &Ctx,
    provider: &Arc<Provider>,
    code: &str,
    left: &Left,
) -> Result<Person, FederationFault> {
    let mut metadata = provider.metadata(ctx.now()).await?;
    let client = provider.client(&metadata);
    let tokens = exchange(provider, &client, code, left).await?;
    let token = tokens.id_token().ok_or(FederationFault::NoIdToken)?;
    let nonce = Nonce::new(left.nonce.reveal().clone());
    let mut said = claims(provider, &metadata, token, &nonce, ctx.now());
    if lacks_key(&said) {
        // The provider may have changed its keys since they were fetched.
        metadata = provider.metadata_anew(ctx.now()).await?;
        said = claims(provider, &metadata, token, &nonce, ctx.now());
    }
    let claims = said.map_err(|why| FederationFault::BadIdToken(told(&why)))?;
    check_rest(provider, &metadata, &tokens, token, &claims)?;
    let subject = claims.subject().to_string();
    if subject.is_empty() || subject.len() > MAX_SUBJECT || subject.chars().any(char::is_control) {
        return Err(FederationFault::BadIdToken("the subject is none"));
    }
    let (email, verified) = match claims.email() {
        Some(email) => (Some(email.to_string()), claims.email_verified()),
        None => asked(provider, &client, &tokens, &claims).await,
    };
    let email = email.and_then(|email| emails::read(&email).ok()).ok_or(FederationFault::NoEmail)?;
    if verified != Some(true) {
        return Err(FederationFault::EmailNotVerified);
    }
    Ok(Person { subject, email })
}

async fn exchange(
    provider: &Provider,
    client: &Client,
    code: &str,
    left: &Left,
) -> Result<CoreTokenResponse, FederationFault> {
    let failed = |why: &str| FederationFault::NoTokens(why.to_owned());
    let request = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|_| failed("the provider names no token endpoint"))?
        .set_pkce_verifier(PkceCodeVerifier::new(left.pkce_verifier.reveal().clone()));
    request.request_async(&provider.http).await.map_err(|error| match error {
        RequestTokenError::ServerResponse(said) => FederationFault::NoTokens(word(said.error().as_ref())),
        RequestTokenError::Request(_) => failed("the provider cannot be reached"),
        _ => failed("the answer of the provider is unreadable"),
    })
}

/// The claims of a token that is signed by the provider, for us, for this sign-in and now. Only signatures that nobody but
/// the provider can make are taken: none with a secret that we too know.
fn claims(
    provider: &Provider,
    metadata: &CoreProviderMetadata,
    token: &CoreIdToken,
    nonce: &Nonce,
    now: Moment,
) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
    let at = UNIX_EPOCH + Duration::from_micros(now.0.unsigned_abs());
    let verifier = verifier(provider, metadata)
        .set_time_fn(move || (at - LEEWAY).into())
        .set_issue_time_verifier_fn(move |issued| {
            let (issued, now) = (issued.timestamp(), now.seconds());
            let (leeway, oldest) = (LEEWAY.as_secs().cast_signed(), OLDEST.as_secs().cast_signed());
            match issued <= now + leeway && issued >= now - oldest {
                true => Ok(()),
                false => Err("issued at another time".into()),
            }
        });
    token.claims(&verifier, nonce).cloned()
}

fn verifier(provider: &Provider, metadata: &CoreProviderMetadata) -> CoreIdTokenVerifier<'static> {
    use CoreJwsSigningAlgorithm as Alg;
    let (issuer, keys) = (metadata.issuer().clone(), metadata.jwks().clone());
    // What a token is signed with is one of these, whatever the provider says that it supports.
    CoreIdTokenVerifier::new_public_client(provider.client_id(), issuer, keys).set_allowed_algs([
        Alg::RsaSsaPkcs1V15Sha256,
        Alg::RsaSsaPkcs1V15Sha384,
        Alg::RsaSsaPkcs1V15Sha512,
        Alg::RsaSsaPssSha256,
        Alg::RsaSsaPssSha384,
        Alg::RsaSsaPssSha512,
        Alg::EcdsaP256Sha256,
        Alg::EcdsaP384Sha384,
        Alg::EdDsa,
    ])
}

fn lacks_key(result: &Result<CoreIdTokenClaims, ClaimsVerificationError>) -> bool {
    use SignatureVerificationError as S;
    // A key may also be another one under the same id.
    let signature = |why: &S| matches!(why, S::NoMatchingKey | S::AmbiguousKeyId(_) | S::CryptoError(_));
    matches!(result, Err(ClaimsVerificationError::SignatureVerification(why)) if signature(why))
}

/// Whom the token was made for, and that it came with the access token that it came with.
fn check_rest(
    provider: &Provider,
    metadata: &CoreProviderMetadata,
    tokens: &CoreTokenResponse,
    token: &CoreIdToken,
    claims: &CoreIdTokenClaims,
) -> Result<(), FederationFault> {
    let bad = |why| FederationFault::BadIdToken(why);
    if claims.authorized_party().is_some_and(|party| **party != provider.set.client_id) {
        return Err(bad("made for another client"));
    }
    let Some(expected) = claims.access_token_hash() else { return Ok(()) };
    let verifier = verifier(provider, metadata);
    let algorithm = token.signing_alg().map_err(|_| bad("the signature does not hold"))?;
    let key = token.signing_key(&verifier).map_err(|_| bad("the signature does not hold"))?;
    let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
    match hash.is_ok_and(|hash| hash == *expected) {
        true => Ok(()),
        false => Err(bad("at_hash is of another access token")),
    }
}

/// The address of somebody whose token does not say it, and whether it is proved.
async fn asked(
    provider: &Provider,
    client: &Client,
    tokens: &CoreTokenResponse,
    claims: &CoreIdTokenClaims,
) -> (Option<String>, Option<bool>) {
    let subject = claims.subject().clone();
    let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject)) else {
        return (None, None);
    };
    let answer: Result<CoreUserInfoClaims, _> = request.request_async(&provider.http).await;
    match answer {
        Ok(info) => (info.email().map(|email| email.to_string()), info.email_verified()),
        Err(error) => {
            tracing::warn!(provider = provider.set.name, %error, "a provider said nothing of a person");
            (None, None)
        }
    }
}

/// What is wrong, without what the token says.
fn told(why: &ClaimsVerificationError) -> &'static str {
    use ClaimsVerificationError as C;
    use SignatureVerificationError as S;
    match why {
        C::Expired(_) => "expired, or issued at another time",
        C::InvalidAudience(_) => "the audience is another",
        C::InvalidIssuer(_) => "the issuer is another",
        C::InvalidNonce(_) => "the nonce is another",
        C::SignatureVerification(S::DisallowedAlg(_) | S::NoSignature | S::UnsupportedAlg(_)) => {
            "the signature algorithm is not allowed"
        }
        C::SignatureVerification(S::NoMatchingKey) => "it is signed with an unknown key",
        C::SignatureVerification(_) => "the signature does not hold",
        _ => "it is not of the expected form",
    }
}
