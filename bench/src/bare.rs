//! The reference: a tonic service and an axum router that answer the same messages with constants, on the same runtime.
//!
//! It runs in a process of its own, like Atoll, so that what is compared differs in what the servers do and nothing else.

use std::process::Stdio;

use axum::extract::Json;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::Result;
use crate::atoll::Doors;
use crate::atom::authz_service_server::{AuthzService, AuthzServiceServer};
use crate::atom::{CheckRequest, CheckResponse};
use crate::process::Process;

/// A running reference server.
pub(crate) struct Bare {
    // Ends with its standard input, which ends with this.
    _child: Child,
    /// Where it listens.
    pub(crate) doors: Doors,
    /// The process.
    pub(crate) process: Process,
}

impl Bare {
    /// Starts it and waits until it listens.
    pub(crate) async fn start() -> Result<Bare> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve-bare")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("the bare server has no output")?;
        BufReader::new(output).read_line(&mut line).await?;
        let doors = serde_json::from_str(&line)?;
        let process = Process(child.id().ok_or("the bare server ended at once")?);
        Ok(Bare { _child: child, doors, process })
    }
}

/// Serves until standard input ends.
pub(crate) async fn serve() -> Result<()> {
    let http = TcpListener::bind("127.0.0.1:0").await?;
    let grpc = TcpListener::bind("127.0.0.1:0").await?;
    let doors = Doors { http: http.local_addr()?, grpc: grpc.local_addr()? };
    println!("{}", serde_json::to_string(&doors)?);
    let router = axum::Router::new()
        .route("/graphql", post(graphql))
        .route("/access/v1/evaluation", post(evaluation))
        .route("/auth/introspect", get(introspect))
        .route("/auth/session", get(session));
    let http = http.tap_io(|stream| {
        // Answers are single small packets; a failure would show as latency.
        let _ = stream.set_nodelay(true);
    });
    let incoming = TcpIncoming::from(grpc).with_nodelay(Some(true));
    let rpc = tonic::transport::Server::builder().add_service(AuthzServiceServer::new(Constant));
    let mut nothing = Vec::new();
    tokio::select! {
        ended = async { axum::serve(http, router).await } => Ok(ended?),
        ended = rpc.serve_with_incoming(incoming) => Ok(ended?),
        ended = async { tokio::io::stdin().read_to_end(&mut nothing).await } => Ok(ended.map(drop)?),
    }
}

struct Constant;

#[tonic::async_trait]
impl AuthzService for Constant {
    async fn check(&self, request: Request<CheckRequest>) -> Result<Response<CheckResponse>, Status> {
        if !request.metadata().contains_key("authorization") {
            return Err(Status::unauthenticated("missing authorization metadata"));
        }
        // The action stands for the decision, so that refused checks bring answers of the size that Atoll's have.
        let allowed = request.get_ref().action == "publish";
        let reason = if allowed { "allowed" } else { "no matching allow policy" };
        Ok(Response::new(CheckResponse { allowed, reason: reason.to_owned(), revision: String::new() }))
    }
}

const ID: &str = "01980000-0000-7000-8000-000000000001";

#[derive(Deserialize)]
struct Asked {
    query: String,
    variables: Value,
}

#[derive(Serialize)]
struct Answer {
    data: Data,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    authz_check: Decision,
}

#[derive(Serialize)]
struct Decision {
    allowed: bool,
    reason: &'static str,
}

async fn graphql(headers: HeaderMap, Json(asked): Json<Asked>) -> Json<Answer> {
    let allowed =
        headers.contains_key("authorization") && !asked.query.is_empty() && asked.variables.is_object();
    Json(Answer { data: Data { authz_check: Decision { allowed, reason: "allowed" } } })
}

#[derive(Deserialize)]
struct Evaluation {
    subject: Value,
    action: Value,
    resource: Value,
}

#[derive(Serialize)]
struct Evaluated {
    decision: bool,
    context: Reasoned,
}

#[derive(Serialize)]
struct Reasoned {
    reason: &'static str,
}

async fn evaluation(headers: HeaderMap, Json(asked): Json<Evaluation>) -> Json<Evaluated> {
    let whole = [&asked.subject, &asked.action, &asked.resource].iter().all(|part| part.is_object());
    let decision = headers.contains_key("authorization") && whole;
    Json(Evaluated { decision, context: Reasoned { reason: "allowed" } })
}

#[derive(Serialize)]
struct Holder {
    active: bool,
    entity_id: &'static str,
    tenant_id: Option<&'static str>,
    session_id: Option<&'static str>,
}

async fn introspect(headers: HeaderMap) -> Json<Holder> {
    let active = headers.contains_key("authorization");
    Json(Holder { active, entity_id: ID, tenant_id: Some(ID), session_id: Some(ID) })
}

#[derive(Serialize)]
struct SignedIn {
    authenticated: bool,
    session: Session,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    entity_id: &'static str,
    tenant_id: Option<&'static str>,
    session_id: Option<&'static str>,
    expires_at: Option<&'static str>,
}

async fn session(headers: HeaderMap) -> Json<SignedIn> {
    let authenticated = headers.contains_key("authorization");
    let expires_at = Some("2026-01-01T00:00:00.000000+00:00");
    let session = Session { entity_id: ID, tenant_id: Some(ID), session_id: Some(ID), expires_at };
    Json(SignedIn { authenticated, session })
}
