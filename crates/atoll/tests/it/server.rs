//! The real binary on a folder of its own.
//!
//! ```ignore
//! on_both(async |mut server| {
//!     let token = server.admin().await;
//!     let data = server.data(&token, "{ tenants { total } }", json!({})).await;
//!     server.kill9();
//!     server.restart().await;
//!     assert_eq!(server.atoll(&["ledger", "verify"]).code, 0);
//! })
//! .await;
//! ```
//!
//! Every process is killed when its `TestServer` is dropped, also when a test fails.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use atoll_base::db::Location;
use atoll_base::testing::{POSTGRES, TestStore, postgres, sqlite};
use reqwest::{Client, Method, RequestBuilder, Response};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

pub use crate::ran::Ran;

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Engine {
    /// In the data folder.
    Sqlite,
    /// In a new database of this server.
    Postgres(String),
}

/// Instead of a token: nobody is signed in.
pub const NOBODY: &str = "";
/// The administrator's password, unless a test asks for the one of the first start.
pub const ADMIN_SECRET: &str = "correct horse battery";

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// SQLite always, PostgreSQL when `ATOLL_TEST_POSTGRES` names a server.
pub fn engines() -> Vec<Engine> {
    let mut engines = vec![Engine::Sqlite];
    match std::env::var(POSTGRES) {
        Ok(server) if !server.is_empty() => engines.push(Engine::Postgres(server)),
        _ => eprintln!("{POSTGRES} is not set: PostgreSQL is left out"),
    }
    engines
}

/// Runs the test against a fresh server on each engine; the server must still stop well afterwards.
pub async fn on_both(test: impl AsyncFn(&mut TestServer)) {
    for engine in engines() {
        let mut server = TestServer::start(engine).await;
        test(&mut server).await;
        server.end().await;
    }
}

/// How a server is to be started.
pub struct Setup {
    engine: Engine,
    sets: Vec<String>,
    environment: Vec<(String, String)>,
}

impl Setup {
    /// With free ports, cheap password hashes, no limit per address, and [`ADMIN_SECRET`].
    pub fn new(engine: Engine) -> Setup {
        let sets = [
            "data_dir=data",
            "listen_addr=127.0.0.1:0",
            "grpc_addr=127.0.0.1:0",
            "password_hash_memory_kib=8",
            "password_hash_iterations=1",
            "rate_limit_enabled=false",
        ];
        let environment = vec![("ATOLL_ADMIN_SECRET".to_owned(), ADMIN_SECRET.to_owned())];
        Setup { engine, sets: sets.map(str::to_owned).to_vec(), environment }
    }

    /// With this setting; wins over earlier ones.
    pub fn set(mut self, name: &str, value: impl std::fmt::Display) -> Setup {
        self.sets.push(format!("{name}={value}"));
        self
    }

    /// With this variable in its environment; wins over earlier ones.
    pub fn env(mut self, name: &str, value: &str) -> Setup {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With the password that the first start makes, instead of [`ADMIN_SECRET`].
    pub fn first_password(mut self) -> Setup {
        self.environment.retain(|(name, _)| name != "ATOLL_ADMIN_SECRET");
        self
    }

    /// An empty folder and store, with nothing started on it.
    pub async fn prepare(self) -> TestServer {
        let store = match &self.engine {
            Engine::Sqlite => sqlite(),
            Engine::Postgres(server) => postgres(server.clone()).await,
        };
        let store = store.expect("a store for tests");
        let mut environment = self.environment;
        if let (Engine::Postgres(_), Location::Postgres(url)) = (&self.engine, &store.location) {
            environment.push(("DATABASE_URL".to_owned(), url.clone()));
        }
        TestServer {
            store: Arc::new(store),
            engine: self.engine,
            sets: self.sets,
            environment,
            client: Client::builder().timeout(PATIENCE).build().expect("a client"),
            ready_file: "ready.json".to_owned(),
            running: None,
        }
    }

    /// A server that answers.
    pub async fn start(self) -> TestServer {
        let mut server = self.prepare().await;
        server.restart().await;
        server
    }
}

/// A server under test, and the folder it has to itself.
pub struct TestServer {
    store: Arc<TestStore>,
    engine: Engine,
    sets: Vec<String>,
    environment: Vec<(String, String)>,
    client: Client,
    ready_file: String,
    running: Option<Running>,
}

struct Running {
    child: Child,
    http: SocketAddr,
    grpc: SocketAddr,
}

impl TestServer {
    /// A server on an empty store.
    pub async fn start(engine: Engine) -> TestServer {
        Setup::new(engine).start().await
    }

    /// A second process on the same store and with the same deployment key (PostgreSQL; SQLite belongs to the first).
    pub async fn replica(&self) -> TestServer {
        let mut replica = TestServer {
            store: self.store.clone(),
            engine: self.engine.clone(),
            sets: self.sets.clone(),
            environment: self.environment.clone(),
            client: self.client.clone(),
            ready_file: format!("ready-{}.json", Arc::strong_count(&self.store)),
            running: None,
        };
        replica.restart().await;
        replica
    }

    /// Sets a variable for its next start; an empty value removes it.
    pub fn with_env(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.environment.push((name.to_owned(), value.to_owned()));
        }
    }

    /// The engine it stores with.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The folder that commands run in; also for files of the test.
    pub fn folder(&self) -> &Path {
        self.store.folder.path()
    }

    /// Its data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// Where its data is.
    pub fn location(&self) -> Location {
        match &self.engine {
            Engine::Sqlite => Location::File(self.data_dir().join("atoll.db")),
            Engine::Postgres(_) => self.store.location.clone(),
        }
    }

    /// Where HTTP is served.
    pub fn http(&self) -> SocketAddr {
        self.running().http
    }

    /// Where gRPC is served.
    pub fn grpc(&self) -> SocketAddr {
        self.running().grpc
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.running().child.id()
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.http())
    }

    /// Everything it wrote to stdout, of all its starts.
    pub fn stdout(&self) -> String {
        fs::read_to_string(self.folder().join("stdout.log")).unwrap_or_default()
    }

    /// Everything it wrote to stderr, of all its starts.
    pub fn stderr(&self) -> String {
        fs::read_to_string(self.folder().join("stderr.log")).unwrap_or_default()
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("the server is running")
    }

    /// The binary with the settings of this server: for starting it in a way of one's own.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atoll"));
        command.current_dir(self.folder()).env_clear().stdin(Stdio::null());
        // Where coverage is measured, the child writes its own profile.
        for name in ["PATH", "LLVM_PROFILE_FILE"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.args(self.sets.iter().flat_map(|set| ["--set", set]));
        command
    }

    /// Runs a command of the binary with the settings of this server, whether that runs or not.
    pub fn atoll(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command().args(arguments))
    }

    /// Starts it, or starts it again; returns when both ports answer.
    pub async fn restart(&mut self) {
        self.kill9();
        let ready = self.folder().join(&self.ready_file);
        let _ = fs::remove_file(&ready);
        let log = |name: &str| {
            let file = File::options().create(true).append(true).open(self.folder().join(name));
            Stdio::from(file.expect("a log file"))
        };
        let child = self
            .command()
            .args(["serve", "--ready-file", &self.ready_file])
            .stdout(log("stdout.log"))
            .stderr(log("stderr.log"))
            .spawn()
            .expect("the binary starts");
        // From here on it is killed when the test ends, however that ends.
        let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
        self.running = Some(Running { child, http: unknown, grpc: unknown });
        let deadline = Instant::now() + PATIENCE;
        let ready: Value = loop {
            if let Ok(text) = fs::read_to_string(&ready) {
                break serde_json::from_str(&text).expect("the ready file is whole");
            }
            let ended = self.running.as_mut().expect("just started").child.try_wait().expect("a child");
            assert!(ended.is_none(), "the server ended ({ended:?}): {}", self.stderr());
            assert!(Instant::now() < deadline, "the server does not get ready: {}", self.stderr());
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        let address =
            |name: &str| ready[name].as_str().and_then(|text| text.parse().ok()).expect("an address");
        let running = self.running.as_mut().expect("just started");
        (running.http, running.grpc) = (address("http"), address("grpc"));
    }

    /// Ends it as a power cut would.
    pub fn kill9(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.pid()).expect("a process id")).expect("a process id");
        kill_process(pid, signal).expect("the server is running");
    }

    /// Asks it to stop and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.ended().await
    }

    /// Waits until it has ended.
    pub async fn ended(&mut self) -> ExitStatus {
        let mut running = self.running.take().expect("the server is running");
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = running.child.try_wait().expect("a child") {
                return status;
            }
            if Instant::now() > deadline {
                let _ = running.child.kill();
                panic!("the server does not stop: {}", self.stderr());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Stops it, and removes its database.
    pub async fn end(mut self) {
        if self.running.is_some() {
            let status = self.stop().await;
            assert!(status.success(), "the server ended with {status}: {}", self.stderr());
        }
        let store = self.store.clone();
        drop(self);
        if let Ok(store) = Arc::try_unwrap(store) {
            store.remove().await.expect("the store can be removed");
        }
    }

    /// A request, to be completed and sent.
    pub fn request(&self, method: Method, token: &str, path: &str) -> RequestBuilder {
        let request = self.client.request(method, self.url(path));
        if token.is_empty() { request } else { request.bearer_auth(token) }
    }

    /// GET.
    pub async fn get(&self, token: &str, path: &str) -> Response {
        self.request(Method::GET, token, path).send().await.expect("the server answers")
    }

    /// POST of JSON.
    pub async fn post(&self, token: &str, path: &str, body: Value) -> Response {
        self.request(Method::POST, token, path).json(&body).send().await.expect("the server answers")
    }

    /// A GraphQL request; the whole answer.
    pub async fn graphql(&self, token: &str, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        self.post(token, "/graphql", body).await.json().await.expect("an answer in JSON")
    }

    /// A GraphQL request that must succeed; its data.
    pub async fn data(&self, token: &str, query: &str, variables: Value) -> Value {
        let mut answer = self.graphql(token, query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}: {answer}");
        answer["data"].take()
    }

    /// A GraphQL request that must fail; the first message.
    pub async fn refusal(&self, token: &str, query: &str, variables: Value) -> String {
        let answer = self.graphql(token, query, variables).await;
        let message = answer["errors"][0]["message"].as_str();
        message.unwrap_or_else(|| panic!("{query} did not fail: {answer}")).to_owned()
    }

    /// Signs in with a password; the answer of the door.
    pub async fn try_login(&self, identifier: &str, secret: &str) -> Response {
        self.post(NOBODY, "/auth/login", json!({ "identifier": identifier, "secret": secret })).await
    }

    /// Signs in with a password; the token.
    pub async fn login(&self, identifier: &str, secret: &str) -> String {
        let response = self.try_login(identifier, secret).await;
        let status = response.status();
        let answer: Value = response.json().await.expect("an answer in JSON");
        let token = answer["token"].as_str();
        token.unwrap_or_else(|| panic!("{identifier} cannot sign in: {status} {answer}")).to_owned()
    }

    /// Signs in as the administrator; the token.
    pub async fn admin(&self) -> String {
        self.login("admin", ADMIN_SECRET).await
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.kill9();
    }
}
