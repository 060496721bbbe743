//! Coming back from a provider.

use atoll_base::ctx::Ctx;
use atoll_base::metrics::CategoryLabels;
use atoll_base::settings::Settings;
use atoll_base::{Event, Kind, Outcome, Result};
use serde::Deserialize;
use url::form_urlencoded::Serializer;
use utoipa::IntoParams;

use super::browser::Browser;
use super::fault::{FederationFault, word};
use super::states;
use super::{admit, link, verify};
use crate::identity::Identity;

/// What a browser comes back with: `GET /auth/oauth/{provider}/callback`.
#[derive(Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CameBack {
    /// What the provider gives for a token.
    #[serde(default)]
    pub code: Option<String>,
    /// What the browser left with.
    #[serde(default)]
    pub state: Option<String>,
    /// Why the provider refused.
    #[serde(default)]
    pub error: Option<String>,
    /// Who the provider is (RFC 9207).
    #[serde(default)]
    pub iss: Option<String>,
}

/// Longest code that is passed on, in bytes.
const MAX_CODE: usize = 4096;

/// Where the browser goes next: to our own page, with a one-time code or with what went wrong.
pub async fn come_back(
    ctx: &Ctx,
    identity: &Identity,
    provider: &str,
    given: CameBack,
    browser: Option<&Browser>,
) -> String {
    let settings = ctx.ground().settings();
    match welcome(ctx, identity, provider, given, browser).await {
        Ok(pairs) => page(&settings.oauth_success_link(), &pairs),
        Err(error) => {
            if matches!(error.kind(), Kind::Bug | Kind::Unavailable) {
                tracing::warn!(error = error.for_log(), "a sign-in at a provider failed");
            }
            ctx.ground().metrics().sign_ins.get_or_create(&CategoryLabels { category: "failure" }).inc();
            let event = Event::new("auth.oauth_login").detail("provider", shown(settings, provider));
            ctx.note(event.ended(Outcome::Deny, error.to_string()));
            page(&settings.oauth_error_link(), &[("error", error.to_string())])
        }
    }
}

type Pairs = Vec<(&'static str, String)>;

async fn welcome(
    ctx: &Ctx,
    identity: &Identity,
    provider: &str,
    given: CameBack,
    browser: Option<&Browser>,
) -> Result<Pairs> {
    let provider = identity.providers.get(provider)?;
    if let Some(error) = given.error {
        return Err(FederationFault::Provider(word(&error)).into());
    }
    let code = given.code.filter(|code| !code.is_empty()).ok_or(FederationFault::NoCode)?;
    let state = given.state.filter(|state| !state.is_empty()).ok_or(FederationFault::NoState)?;
    let left = states::take(ctx, &provider.set.name, &state, browser).await?;
    let browser = browser.ok_or(FederationFault::BadState)?;
    // Another provider could hand its code to us as one of this provider.
    if code.len() > MAX_CODE || given.iss.is_some_and(|issuer| issuer != provider.set.issuer) {
        return Err(FederationFault::BadState.into());
    }
    let person = verify::person(ctx, provider, &code, &left).await?;
    let mut pairs = match left.entity {
        Some(entity) => {
            link::link(ctx, &provider.set, &person, entity, left.session).await?;
            vec![("linked", provider.set.name.clone())]
        }
        None => {
            let code = admit::admit(ctx, &provider.set, &person, browser).await?;
            vec![("code", code.reveal().clone())]
        }
    };
    pairs.extend(left.return_to.map(|path| ("return_to", path)));
    Ok(pairs)
}

/// A name as the ledger keeps it: of a provider that is set, or none.
fn shown(settings: &Settings, provider: &str) -> String {
    let known = settings.oidc_providers.iter().any(|one| one.name == provider);
    if known { provider.to_owned() } else { "unknown".to_owned() }
}

/// A page of the settings with parameters.
fn page(page: &str, pairs: &[(&str, String)]) -> String {
    let (before, fragment) = match page.split_once('#') {
        Some((before, fragment)) => (before, format!("#{fragment}")),
        None => (page, String::new()),
    };
    let sign = if before.contains('?') { '&' } else { '?' };
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{before}{sign}{query}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_added_to_whatever_page_is_set() {
        let pairs = [("error", "a b&c=d#e".to_owned())];
        assert_eq!(page("https://a.example/cb", &pairs), "https://a.example/cb?error=a+b%26c%3Dd%23e");
        assert_eq!(page("/cb?x=1#/in", &[("code", "c".to_owned())]), "/cb?x=1&code=c#/in");
    }
}
