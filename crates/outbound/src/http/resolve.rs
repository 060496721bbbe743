//! Looking up hosts, so that only addresses which may be called come back.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::policy::{Policy, Refusal};

/// Who knows the addresses of hosts.
#[async_trait::async_trait]
pub trait Lookup: Send + Sync {
    /// The addresses of a host.
    async fn addresses(&self, host: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The machine's own name service.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

#[async_trait::async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// What the client connects with: what it gives out is connected to, without another look.
pub(super) struct Guarded {
    pub(super) policy: Arc<Policy>,
    pub(super) lookup: Arc<dyn Lookup>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (policy, lookup) = (self.policy.clone(), self.lookup.clone());
        Box::pin(async move {
            let host = name.as_str();
            let found = lookup.addresses(host).await.unwrap_or_default();
            // A name with one forbidden address is not to be trusted with the others.
            let allowed = found.iter().all(|address| policy.may_connect_to(Some(host), *address));
            if found.is_empty() || !allowed {
                tracing::debug!(host, ?found, "a host was refused");
                return Err(Refusal::Address.into());
            }
            let addresses = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}
