//! The real server, as a process of its own.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use tokio::process::{Child, Command};

use crate::Result;
use crate::http::{Connection, Prepared};
use crate::process::Process;

/// The administrator's password on the temporary stores.
pub(crate) const SECRET: &str = "only-for-measuring-1";
/// The administrator.
pub(crate) const ADMIN: &str = "00000000-0000-0000-0000-000000000001";
/// Longer than the slowest start with millions of grants on a slow disk.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often the ready file and then the probe are looked at: far below what is measured.
const GLANCE: Duration = Duration::from_micros(500);

/// Where a server listens.
#[derive(Clone, Copy, Deserialize, serde::Serialize)]
pub(crate) struct Doors {
    /// HTTP.
    pub(crate) http: SocketAddr,
    /// gRPC.
    pub(crate) grpc: SocketAddr,
}

/// A running Atoll.
pub(crate) struct Atoll {
    child: Child,
    /// Where it listens.
    pub(crate) doors: Doors,
    /// The process.
    pub(crate) process: Process,
    /// From starting it to the first good answer of `/health/ready`.
    pub(crate) ready_after: Duration,
}

impl Atoll {
    /// Starts it on a data folder and waits until it is ready. Default settings, apart from ports and rate limits.
    pub(crate) async fn start(binary: &Path, data: &Path) -> Result<Atoll> {
        Atoll::start_on(binary, data, None).await
    }

    /// The same on a database server, where an address of one is given.
    pub(crate) async fn start_on(binary: &Path, data: &Path, database: Option<&str>) -> Result<Atoll> {
        let ready_file = data.join("ready.json");
        if ready_file.exists() {
            std::fs::remove_file(&ready_file)?;
        }
        let log = File::create(data.join("atoll.log"))?;
        let mut command = Command::new(binary);
        command
            .arg("serve")
            .args(["--set", "listen_addr=127.0.0.1:0", "--set", "grpc_addr=127.0.0.1:0"])
            .args(["--set", "rate_limit_enabled=false"])
            // Everything comes from one address here.
            .args(["--set", "login_failure_limit_per_address=1000000"])
            .args(["--set", "login_failure_limit_per_network=1000000"])
            .arg("--data")
            .arg(data)
            .arg("--ready-file")
            .arg(&ready_file)
            .current_dir(data)
            // Settings of whoever measures must not be measured.
            .env_clear()
            .env("ADMIN_SECRET", SECRET)
            .envs(database.map(|address| ("DATABASE_URL", address)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true);
        let begun = Instant::now();
        let mut child = command.spawn().map_err(|why| format!("cannot start {}: {why}", binary.display()))?;
        let doors = wait_for_doors(&mut child, &ready_file, data, begun).await?;
        wait_for_probe(doors.http, begun).await?;
        let ready_after = begun.elapsed();
        let process = Process(child.id().ok_or("atoll ended at once")?);
        Ok(Atoll { child, doors, process, ready_after })
    }

    /// Stops it as an operator would.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let pid = i32::try_from(self.process.0).ok().and_then(Pid::from_raw).ok_or("no process id")?;
        kill_process(pid, Signal::TERM)?;
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await??;
        if !status.success() {
            return Err(format!("atoll ended with {status}").into());
        }
        Ok(())
    }
}

/// The binary to measure: the one named, or the one beside this program.
pub(crate) fn binary(named: Option<&Path>) -> Result<PathBuf> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => std::env::current_exe()?.with_file_name("atoll"),
    };
    match path.canonicalize() {
        Ok(path) => Ok(path),
        Err(_) => {
            Err("there is no atoll binary; run `cargo build --release -p atoll` or name one with --binary"
                .into())
        }
    }
}

async fn wait_for_doors(child: &mut Child, file: &Path, data: &Path, begun: Instant) -> Result<Doors> {
    loop {
        // The file may be seen before all of it is written.
        if let Some(doors) = std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            return Ok(doors);
        }
        if let Some(status) = child.try_wait()? {
            let log = std::fs::read_to_string(data.join("atoll.log")).unwrap_or_default();
            return Err(format!("atoll ended with {status}:\n{log}").into());
        }
        if begun.elapsed() > PATIENCE {
            return Err("atoll did not become ready".into());
        }
        tokio::time::sleep(GLANCE).await;
    }
}

async fn wait_for_probe(http: SocketAddr, begun: Instant) -> Result<()> {
    let probe = Prepared::get("/health/ready");
    let mut connection = Connection::open(http).await?;
    loop {
        let (status, body) = connection.send(&probe).await?;
        if status == StatusCode::OK {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("atoll did not become ready: {}", String::from_utf8_lossy(&body)).into());
        }
        tokio::time::sleep(GLANCE).await;
    }
}
