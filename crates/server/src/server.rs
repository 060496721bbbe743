//! Serving: both listeners, the work in the background, and stopping without losing anything.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use atoll_access::audit::{retention as audit_retention, verification};
use atoll_access::webhooks::Deliverer;
use atoll_base::decisions::{AttemptsInbox, QuestionInboxes};
use atoll_base::keeper;
use atoll_base::{Fault, Kind, Result};
use atoll_identity::{keys, retention};
use atoll_outbound::mail::Sending;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tonic::transport::server::{Router, TcpIncoming};
use tonic_health::server::HealthReporter;
use tower::ServiceExt;

use crate::app::App;
use crate::figures::{Figures, GroundView};
use crate::grpc;
use crate::house::{House, over};
use crate::http;
use crate::keeping::keep;
use crate::lock::DataLock;
use crate::work;

/// Connections served at once; more wait in the listener's queue.
const MAX_CONNECTIONS: usize = 10_000;
/// A client that takes longer to send its headers is cut off.
const HEADER_PATIENCE: Duration = Duration::from_secs(15);

/// A port that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address} for {what}: {source}; choose another address with {setting}")]
pub struct CannotListen {
    what: &'static str,
    address: SocketAddr,
    setting: &'static str,
    source: std::io::Error,
}

impl Fault for CannotListen {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }

    fn code(&self) -> &'static str {
        "listen"
    }
}

/// A house with both its doors open; it answers as soon as [`Server::run`] is called.
pub struct Server {
    app: App,
    mail: Arc<Sending>,
    inbox: AttemptsInbox,
    questions: QuestionInboxes,
    http: TcpListener,
    grpc: TcpListener,
    services: (Router, HealthReporter),
    _lock: Option<DataLock>,
}

impl Server {
    /// Opens both ports.
    pub async fn bind(house: House) -> Result<Server> {
        let House { ground, identity, pki, mail, inbox, questions, origins, lock, .. } = house;
        let settings = ground.settings();
        let grpc_port = listen("gRPC", settings.grpc_addr, "ATOLL_GRPC_ADDR").await?;
        let http = listen("HTTP", settings.listen_addr, "ATOLL_LISTEN_ADDR").await?;
        ground.metrics().register(Box::new(Figures(GroundView(ground.clone()))));
        let app = App::new(ground, identity, pki, origins);
        let services = grpc::services(&app).await?;
        Ok(Server { app, mail, inbox, questions, http, grpc: grpc_port, services, _lock: lock })
    }

    /// Where HTTP is served.
    pub fn http_address(&self) -> SocketAddr {
        self.http.local_addr().unwrap_or(self.app.ground.settings().listen_addr)
    }

    /// Where gRPC is served.
    pub fn grpc_address(&self) -> SocketAddr {
        self.grpc.local_addr().unwrap_or(self.app.ground.settings().grpc_addr)
    }

    /// What handlers use; for tests that look inside.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Serves until `stop`, then lets what is running finish, writes what is waiting, and closes the store.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<()> {
        let Server { app, mail, inbox, questions, http, grpc, services, _lock } = self;
        let ground = Arc::clone(&app.ground);
        let grace = ground.settings().shutdown_grace_secs;
        let (stopping, stopped) = watch::channel(false);
        let (quiet, quieted) = watch::channel(false);
        let follower = tokio::spawn(
            Arc::clone(ground.decisions()).follow(ground.settings().feed_poll_millis, quieted.clone()),
        );
        let writer = tokio::spawn(inbox.run(ground.clone(), quieted.clone()));
        let recorder = tokio::spawn(keep(ground.clone(), questions, quieted.clone()));
        let keeper = tokio::spawn(forget_what_is_over(app.clone(), quieted.clone()));
        let counting = tokio::spawn(app.rates.clone().run(quieted.clone()));
        let purger = tokio::spawn(retention::ROUNDS.run(ground.clone(), quieted.clone()));
        let cleaner = tokio::spawn(audit_retention::ROUNDS.run(ground.clone(), quieted.clone()));
        let prover = tokio::spawn(verification::ROUNDS.run(ground.clone(), quieted.clone()));
        let sender = tokio::spawn(work::deliver(ground.clone(), mail, quieted));
        let deliverer = tokio::spawn(Deliverer::new(ground.clone())?.run(stopped.clone()));
        let serving_http = tokio::spawn(serve_http(app.clone(), http, grace, stopped.clone()));
        let serving_grpc = tokio::spawn(serve_grpc(services, grpc, stopped));
        app.health.set_serving(true);
        stop.await;
        tracing::info!("stopping: finishing what is running");
        app.health.set_serving(false);
        let _ = stopping.send(true);
        let drained = async {
            let _ = serving_http.await;
            let _ = serving_grpc.await;
        };
        let delivering = deliverer.abort_handle();
        if tokio::time::timeout(grace, drained).await.is_err() {
            tracing::warn!("some requests did not finish in time and were cut off");
        }
        // A delivery that is cut off is told again by whoever serves next.
        if tokio::time::timeout(DELIVERY_GRACE, deliverer).await.is_err() {
            delivering.abort();
        }
        let _ = quiet.send(true);
        let _ = tokio::join!(follower, writer, recorder, keeper, counting, purger, cleaner, prover, sender);
        let db = ground.db().clone();
        db.close().await
    }
}

/// How long a receiver may take to the end of what is under way when the server stops.
const DELIVERY_GRACE: Duration = Duration::from_secs(2);

/// How often what is over is removed.
const TIDY_EVERY: Duration = Duration::from_secs(300);

/// Removes what is over, and replaces the key that signs when it is old.
async fn forget_what_is_over(app: App, mut stop: watch::Receiver<bool>) {
    let (ground, identity) = (&app.ground, &app.identity);
    let all = over();
    let mut ticks = tokio::time::interval(TIDY_EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        keeper::forget(ground, &all).await;
        match keys::rotate_when_due(ground, identity.keys()).await {
            Ok(false) => {}
            Ok(true) => tracing::info!("the key that signs was replaced by a new one"),
            Err(error) => tracing::warn!(error = error.for_log(), "the signing key could not be rotated"),
        }
    }
}

async fn listen(what: &'static str, address: SocketAddr, setting: &'static str) -> Result<TcpListener> {
    let opened = TcpListener::bind(address).await;
    Ok(opened.map_err(|source| CannotListen { what, address, setting, source })?)
}

async fn serve_grpc(
    services: (Router, HealthReporter),
    listener: TcpListener,
    mut stopped: watch::Receiver<bool>,
) {
    let (router, reporter) = services;
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let stop = async move {
        let _ = stopped.wait_for(|stop| *stop).await;
        reporter.set_service_status("", tonic_health::ServingStatus::NotServing).await;
    };
    if let Err(error) = router.serve_with_incoming_shutdown(incoming, stop).await {
        tracing::error!(%error, "gRPC ended with an error");
    }
}

async fn serve_http(app: App, listener: TcpListener, grace: Duration, mut stopped: watch::Receiver<bool>) {
    let router = http::router(app);
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(Duration::from_secs(60)));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, or the client has gone: neither is worth ending for.
                tracing::debug!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let service =
            router.clone().map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
                request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
                request.map(axum::body::Body::new)
            });
        let service = hyper_util::service::TowerToHyperService::new(service);
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended early");
            }
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(grace, graceful.shutdown()).await;
}
