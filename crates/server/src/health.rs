//! Whether the parts work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_graphql::{Enum, SimpleObject};
use atoll_base::db::applied_migrations;
use atoll_base::{Ground, ledger};
use atoll_identity::Identity;
use atoll_pki::Pki;
use serde::Serialize;
use tokio::sync::watch;

use crate::house::HouseSchema;

/// The state of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "snake_case")]
#[graphql(name = "ComponentStatus", rename_items = "snake_case")]
pub enum PartStatus {
    /// It works.
    Ok,
    /// It is switched off.
    Disabled,
    /// It works, but not as it should.
    Degraded,
    /// It does not work.
    Error,
}

/// A part.
#[derive(Clone, Debug, Serialize, SimpleObject)]
#[graphql(name = "ComponentCheck")]
pub struct Part {
    /// Its state.
    pub status: PartStatus,
    /// In words.
    pub message: String,
}

impl Part {
    fn ok(message: impl Into<String>) -> Part {
        Part { status: PartStatus::Ok, message: message.into() }
    }

    fn error(message: impl Into<String>) -> Part {
        Part { status: PartStatus::Error, message: message.into() }
    }

    fn works(&self) -> bool {
        matches!(self.status, PartStatus::Ok | PartStatus::Disabled)
    }
}

/// All parts. Says nothing that helps a stranger: no addresses, sizes or limits.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// `ok` when every part works.
    pub status: PartStatus,
    /// HTTP.
    pub http_ready: Part,
    /// gRPC.
    pub grpc_ready: Part,
    /// The store.
    pub database: Part,
    /// The store's shape.
    pub migrations: Part,
    /// Keys that sign tokens.
    pub signing_keys: Part,
    /// The certificate authority.
    pub certificate_issuer: Part,
    /// Whether decisions follow the ledger.
    pub decisions: Part,
}

impl Report {
    /// Whether everything works.
    pub fn is_ok(&self) -> bool {
        self.status == PartStatus::Ok
    }
}

/// What is asked when somebody wants to know.
pub struct Health {
    ground: Arc<Ground>,
    identity: Arc<Identity>,
    pki: Arc<Pki>,
    serving: AtomicBool,
    stopping: watch::Sender<bool>,
}

/// A store that takes longer than this to answer is not there.
const PATIENCE: Duration = Duration::from_secs(2);

impl Health {
    /// Nothing is served yet.
    pub fn new(ground: Arc<Ground>, identity: Arc<Identity>, pki: Arc<Pki>) -> Arc<Health> {
        Arc::new(Health {
            ground,
            identity,
            pki,
            serving: AtomicBool::new(false),
            stopping: watch::Sender::new(false),
        })
    }

    /// From now on (or no longer) requests are taken: a server that is stopping is not ready.
    pub fn set_serving(&self, serving: bool) {
        self.serving.store(serving, Ordering::Release);
        self.stopping.send_replace(!serving);
    }

    /// Says when the server begins to stop.
    pub fn watch_stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Ends when the server begins to stop, for answers that would go on for ever.
    pub async fn stopping(&self) {
        // The sender lives as long as `self`.
        let _ = self.watch_stopping().wait_for(|stopping| *stopping).await;
    }

    /// Looks at every part.
    pub async fn report(&self) -> Report {
        let database = self.database().await;
        let migrations = if database.works() { self.migrations().await } else { Part::error("not known") };
        let mut report = Report {
            status: PartStatus::Error,
            http_ready: ready(self.serving.load(Ordering::Acquire)),
            grpc_ready: ready(self.serving.load(Ordering::Acquire)),
            signing_keys: self.signing_keys(),
            certificate_issuer: self.certificate_issuer(),
            decisions: self.decisions(),
            database,
            migrations,
        };
        // An authority that has expired issues nothing more; everything else goes on.
        let parts = [
            &report.http_ready,
            &report.grpc_ready,
            &report.database,
            &report.migrations,
            &report.signing_keys,
            &report.decisions,
        ];
        if parts.iter().all(|part| part.works()) {
            report.status = PartStatus::Ok;
        }
        report
    }

    async fn database(&self) -> Part {
        let asked = ledger::heads(self.ground.db().reader());
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(_)) => Part::ok("database reachable"),
            Ok(Err(error)) => {
                tracing::warn!(error = error.for_log(), "the store does not answer as it should");
                Part::error("database not reachable")
            }
            Err(_) => Part::error("database does not answer"),
        }
    }

    async fn migrations(&self) -> Part {
        match tokio::time::timeout(PATIENCE, applied_migrations::<HouseSchema>(self.ground.db())).await {
            Ok(Ok((applied, known))) if applied == known => Part::ok(format!("{applied} migrations applied")),
            Ok(Ok((applied, known))) => Part::error(format!("{applied} of {known} migrations applied")),
            _ => Part::error("not known"),
        }
    }

    fn signing_keys(&self) -> Part {
        match self.identity.keys().jwks().keys.is_empty() {
            false => Part::ok("signing keys loaded"),
            true => Part::error("no signing key"),
        }
    }

    fn certificate_issuer(&self) -> Part {
        match self.pki.authority() {
            Err(_) => Part { status: PartStatus::Disabled, message: "certificate issuer disabled".into() },
            Ok(authority) if authority.ends_at() <= self.ground.clock().now() => {
                Part { status: PartStatus::Degraded, message: "certificate issuer expired".into() }
            }
            Ok(authority) => Part::ok(format!("certificate issuer loaded using {}", authority.kind().mode())),
        }
    }

    fn decisions(&self) -> Part {
        match self.ground.decisions().world() {
            Ok(_) => Part::ok("decisions follow the ledger"),
            Err(error) => Part::error(error.to_string()),
        }
    }
}

fn ready(serving: bool) -> Part {
    if serving { Part::ok("ready") } else { Part::error("not ready") }
}
