//! What every handler needs.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use atoll_base::rates::Rates;
use atoll_base::{Ground, chance};
use atoll_identity::Identity;
use atoll_pki::Pki;

use crate::graphql::{self, Documents, Schema, SettingOrigins};
use crate::health::Health;

/// The shared state of the server. Every handler and what is around it gets one: they share it by one count.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the state is made of.
pub struct Parts {
    /// The ground.
    pub ground: Arc<Ground>,
    /// Proving who somebody is.
    pub identity: Arc<Identity>,
    /// Issuing certificates.
    pub pki: Arc<Pki>,
    /// The GraphQL schema.
    pub schema: Schema,
    /// What is known about the parts.
    pub health: Arc<Health>,
    /// How many requests one network may send.
    pub rates: Arc<Rates>,
    /// GraphQL documents that were read before.
    pub documents: Documents,
    requests: Requests,
}

/// Names for requests: random for each process, then counted.
struct Requests {
    process: u64,
    next: AtomicU64,
}

impl App {
    /// The state of a server on this ground, whose settings came from there.
    pub fn new(ground: Arc<Ground>, identity: Arc<Identity>, pki: Arc<Pki>, origins: SettingOrigins) -> App {
        let schema = graphql::schema(ground.settings(), origins);
        let health = Health::new(ground.clone(), identity.clone(), pki.clone());
        let process = u64::from_be_bytes(chance::bytes(ground.chance()));
        App(Arc::new(Parts {
            rates: Rates::new(&ground),
            documents: Documents::default(),
            requests: Requests { process, next: AtomicU64::new(1) },
            ground,
            identity,
            pki,
            schema,
            health,
        }))
    }

    pub(crate) fn new_request_id(&self) -> String {
        let nth = self.requests.next.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}{nth:016x}", self.requests.process)
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
