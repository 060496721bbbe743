//! The providers of the settings, and what is known of them.
//!
//! What a provider says of itself is fetched once and kept. Nobody waits for it to be fetched anew: that happens behind
//! their back, long before what is kept is too old to be used.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use atoll_base::settings::{OidcProvider, Settings};
use atoll_base::{Common, Moment, Result};
use atoll_outbound::http::{Client as Outbound, Failed, Limits, Policy, Request, Response, Surplus};
use openidconnect::core::{CoreClient, CoreClientAuthMethod, CoreProviderMetadata};
use openidconnect::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, RedirectUrl,
};
use parking_lot::Mutex;
use url::Url;

use super::fault::FederationFault;

/// How much an exchange with a provider may take.
const LIMITS: Limits = Limits { time: Duration::from_secs(5), body: 256 << 10, surplus: Surplus::Refuse };
/// From this age on what is known is fetched anew, in the background.
const FRESH: Duration = Duration::from_secs(600);
/// From this age on it is not used any more.
const STALE: Duration = Duration::from_secs(24 * 3600);
/// How long nobody asks again after a failure.
const QUIET: Duration = Duration::from_secs(5);
/// How often keys may be fetched because a token was signed with one that is not known.
const FORCED: Duration = Duration::from_secs(10);

/// A client of a provider that was discovered.
pub(super) type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The one exit, as the library of the protocol calls it.
pub(super) struct Http(Outbound);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Failed;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, Failed>> + Send + 'c>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(self.0.send(request))
    }
}

/// All providers of the settings.
pub(crate) struct Providers(Vec<Arc<Provider>>);

impl Providers {
    /// Those that are set. Nobody is called for it.
    pub(crate) fn new(settings: &Settings) -> Result<Providers> {
        let all = settings.oidc_providers.iter().map(|one| Provider::new(settings, one).map(Arc::new));
        Ok(Providers(all.collect::<Result<_>>()?))
    }

    /// The one with this name.
    pub(super) fn get(&self, name: &str) -> Result<&Arc<Provider>, FederationFault> {
        self.0.iter().find(|one| one.set.name == name).ok_or(FederationFault::NotConfigured)
    }
}

/// A provider.
pub(super) struct Provider {
    pub(super) set: OidcProvider,
    pub(super) http: Http,
    issuer: IssuerUrl,
    callback: RedirectUrl,
    known: Mutex<Known>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Arc<CoreProviderMetadata>, Moment)>,
    failed_at: Option<Moment>,
    forced_at: Option<Moment>,
    refreshing: bool,
}

impl Provider {
    fn new(settings: &Settings, set: &OidcProvider) -> Result<Provider> {
        let url = Url::parse(&set.issuer).map_err(Common::bug)?;
        let callback = settings.public_base_url.join(&format!("/auth/oauth/{}/callback", set.name));
        Ok(Provider {
            set: set.clone(),
            http: Http(Outbound::new(Policy::of(settings).with_peers([&url]), LIMITS)?),
            issuer: IssuerUrl::new(set.issuer.clone()).map_err(Common::bug)?,
            callback: RedirectUrl::new(callback).map_err(Common::bug)?,
            known: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// What the provider says of itself.
    pub(super) async fn metadata(
        self: &Arc<Provider>,
        now: Moment,
    ) -> Result<Arc<CoreProviderMetadata>, FederationFault> {
        if let Some(known) = self.at_hand(now) {
            return Ok(known);
        }
        let _turn = self.turn.lock().await;
        if let Some(known) = self.at_hand(now) {
            return Ok(known);
        }
        if self.known.lock().failed_at.is_some_and(|at| now < at.plus(QUIET)) {
            return Err(FederationFault::Unreachable);
        }
        self.fetch(now).await
    }

    /// The same, fetched anew, as a token was signed with a key that is not known; but not again and again.
    pub(super) async fn metadata_anew(
        self: &Arc<Provider>,
        now: Moment,
    ) -> Result<Arc<CoreProviderMetadata>, FederationFault> {
        let again = {
            let mut known = self.known.lock();
            let again = known.forced_at.is_none_or(|at| at.plus(FORCED) <= now);
            if again {
                known.forced_at = Some(now);
            }
            again
        };
        if !again {
            return self.metadata(now).await;
        }
        let _turn = self.turn.lock().await;
        self.fetch(now).await
    }

    fn at_hand(self: &Arc<Provider>, now: Moment) -> Option<Arc<CoreProviderMetadata>> {
        let mut known = self.known.lock();
        let (metadata, at) = known.metadata.clone()?;
        if at.plus(STALE) <= now {
            return None;
        }
        let quiet = known.failed_at.is_some_and(|at| now < at.plus(QUIET));
        if at.plus(FRESH) <= now && !known.refreshing && !quiet {
            known.refreshing = true;
            let provider = self.clone();
            tokio::spawn(async move {
                let _ = provider.fetch(now).await;
                provider.known.lock().refreshing = false;
            });
        }
        Some(metadata)
    }

    async fn fetch(&self, now: Moment) -> Result<Arc<CoreProviderMetadata>, FederationFault> {
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let good = match found {
            Ok(metadata) if self.is_sound(&metadata) => Ok(metadata),
            Ok(_) => Err("an address of it is none that may be called".to_owned()),
            Err(error) => Err(reason(&error)),
        };
        let mut known = self.known.lock();
        match good {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                known.metadata = Some((metadata.clone(), now));
                known.failed_at = None;
                Ok(metadata)
            }
            Err(why) => {
                known.failed_at = Some(now);
                tracing::warn!(provider = self.set.name, why, "a provider could not be discovered");
                Err(FederationFault::Unreachable)
            }
        }
    }

    /// Whether everybody and everything is sent to addresses of the web only, and without TLS only where the operator named a
    /// provider without it.
    fn is_sound(&self, metadata: &CoreProviderMetadata) -> bool {
        let plain = self.issuer.url().scheme() == "http";
        let good = |url: &Url| url.scheme() == "https" || plain && url.scheme() == "http";
        good(metadata.authorization_endpoint().url())
            && metadata.token_endpoint().is_some_and(|one| good(one.url()))
            && good(metadata.jwks_uri().url())
            && metadata.userinfo_endpoint().is_none_or(|one| good(one.url()))
    }

    /// A client that comes back to the one address that is registered for us.
    pub(super) fn client(&self, metadata: &CoreProviderMetadata) -> Client {
        let secret = ClientSecret::new(self.set.client_secret.reveal().clone());
        let client = CoreClient::from_provider_metadata(metadata.clone(), self.client_id(), Some(secret))
            .set_redirect_uri(self.callback.clone());
        let ways = metadata.token_endpoint_auth_methods_supported();
        let takes = |way| ways.is_some_and(|ways| ways.contains(&way));
        match takes(CoreClientAuthMethod::ClientSecretPost) && !takes(CoreClientAuthMethod::ClientSecretBasic)
        {
            true => client.set_auth_type(AuthType::RequestBody),
            false => client,
        }
    }

    pub(super) fn client_id(&self) -> ClientId {
        ClientId::new(self.set.client_id.clone())
    }
}

/// What went wrong, and why, without what was sent or answered.
fn reason(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
