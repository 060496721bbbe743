//! What every handler needs.

use std::sync::Arc;

use atoll_base::{Ground, chance};
use atoll_identity::Identity;

use crate::graphql::Schema;
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
}

impl App {
    pub(crate) fn new_request_id(&self) -> String {
        chance::new_id(self.ground.clock().now(), self.ground.chance()).simple().to_string()
    }
}
