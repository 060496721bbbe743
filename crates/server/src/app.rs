//! What every handler needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use atoll_base::rates::Rates;
use atoll_base::{Ground, chance};
use atoll_identity::Identity;

use crate::graphql::{self, Documents, Schema};
use crate::health::Health;

/// The shared state of the server.
#[derive(Clone)]
pub struct App {
    /// The ground.
    pub ground: Arc<Ground>,
    /// Proving who somebody is.
    pub identity: Arc<Identity>,
    /// The GraphQL schema.
    pub schema: Schema,
    /// What is known about the parts.
    pub health: Arc<Health>,
    /// How many requests one network may send.
    pub rates: Arc<Rates>,
    /// GraphQL documents that were read before.
    pub documents: Arc<Documents>,
    requests: Arc<Requests>,
}

/// Names for requests: random for each process, then counted.
struct Requests {
    process: u64,
    next: AtomicU64,
}

impl App {
    /// The state of a server on this ground.
    pub fn new(ground: Arc<Ground>, identity: Arc<Identity>) -> App {
        let schema = graphql::schema(ground.settings());
        let health = Health::new(ground.clone(), identity.clone());
        let process = u64::from_be_bytes(chance::bytes(ground.chance()));
        App {
            rates: Rates::new(&ground),
            documents: Arc::default(),
            requests: Arc::new(Requests { process, next: AtomicU64::new(1) }),
            ground,
            identity,
            schema,
            health,
        }
    }

    pub(crate) fn new_request_id(&self) -> String {
        let nth = self.requests.next.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}{nth:016x}", self.requests.process)
    }
}
