//! What goes wrong loses nothing: killed while writing, a full disk, a database that goes away.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

use crate::server::{Engine, Setup, TestServer, engines};

/// Names of the tenants that the server acknowledged, until it was killed.
async fn write_until_dead(server: &TestServer, token: &str, next: &Arc<AtomicU64>) -> BTreeSet<String> {
    let stop = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicU64::new(0));
    let mut writers = Vec::new();
    for _ in 0..4 {
        let (url, token) = (server.url("/graphql"), token.to_owned());
        let (next, stop, done) = (next.clone(), stop.clone(), done.clone());
        writers.push(tokio::spawn(async move {
            let client = Client::new();
            let mut acknowledged = BTreeSet::new();
            while !stop.load(Ordering::Relaxed) {
                let name = format!("t{}", next.fetch_add(1, Ordering::Relaxed));
                let query = "mutation($n: String!) { createTenant(input: { name: $n }) { id } }";
                let body = json!({ "query": query, "variables": { "n": name } });
                let Ok(answer) = client.post(&url).bearer_auth(&token).json(&body).send().await else {
                    break;
                };
                let Ok(answer) = answer.json::<Value>().await else { break };
                if answer["data"]["createTenant"]["id"].is_string() {
                    acknowledged.insert(name);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            }
            acknowledged
        }));
    }
    // In the middle of writing: after a few are acknowledged, at no particular point of the next ones.
    for _ in 0..2000 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        if done.load(Ordering::Relaxed) >= 3 {
            break;
        }
    }
    tokio::time::sleep(Duration::from_micros(next.load(Ordering::Relaxed) * 977 % 5000)).await;
    server.signal(rustix::process::Signal::KILL);
    stop.store(true, Ordering::Relaxed);
    let mut all = BTreeSet::new();
    for writer in writers {
        all.extend(writer.await.unwrap());
    }
    all
}

/// All tenants' names, page by page.
async fn tenants(server: &TestServer, token: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    loop {
        let query = "query($o: Int!) { tenants(limit: 100, offset: $o) { total items { name } } }";
        let page = server.data(token, query, json!({ "o": names.len() })).await;
        let items = page["tenants"]["items"].as_array().cloned().unwrap_or_default();
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        if items.is_empty() || names.len() as u64 >= page["tenants"]["total"].as_u64().unwrap() {
            return names;
        }
    }
}

/// Kills of each engine; 100 each make 200.
const KILLS: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_kills_while_writing_lose_no_acknowledged_write_and_leave_no_half() {
    let engines = engines();
    let rounds = if engines.len() == 1 { 2 * KILLS } else { KILLS };
    for engine in engines {
        let mut server = TestServer::start(engine).await;
        let token = server.admin().await;
        let next = Arc::new(AtomicU64::new(0));
        let mut acknowledged = BTreeSet::new();
        for round in 0..rounds {
            acknowledged.extend(write_until_dead(&server, &token, &next).await);
            server.kill9();
            server.restart().await;
            if round % 20 == 19 || round + 1 == rounds {
                let kept = tenants(&server, &token).await;
                let lost: Vec<_> = acknowledged.difference(&kept).collect();
                assert!(lost.is_empty(), "lost after kill {round}: {lost:?}");
                assert_eq!(server.atoll(&["ledger", "verify"]).code, 0, "the chain holds after kill {round}");
                whole(&server, &token, kept.len()).await;
            }
        }
        assert!(acknowledged.len() > rounds, "there was something to lose: {}", acknowledged.len());
        server.end().await;
    }
}

/// Every tenant came with its role and its assignment: a transaction is whole.
async fn whole(server: &TestServer, token: &str, tenants: usize) {
    let counts = "{ roles { total } roleAssignments { total } permissionBlocks { total } }";
    let counts = server.data(token, counts, json!({})).await;
    // Besides those of the tenants: three roles, three assignments and three blocks that every house begins with.
    assert_eq!(counts["roles"]["total"], json!(tenants + 3));
    assert_eq!(counts["roleAssignments"]["total"], json!(tenants + 3));
    assert_eq!(counts["permissionBlocks"]["total"], json!(tenants + 3));
}

/// A small file system of its own; gone when dropped.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    /// `None` where the test may not mount.
    fn of(folder: &std::path::Path, size: &str) -> Option<SmallDisk> {
        std::fs::create_dir_all(folder).ok()?;
        let options = format!("size={size},mode=0700");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder).status();
        mounted.is_ok_and(|status| status.success()).then(|| SmallDisk(folder.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_passes_without_a_restart() {
    let mut server = Setup::new(Engine::Sqlite).prepare().await;
    let Some(disk) = SmallDisk::of(&server.data_dir(), "24m") else {
        eprintln!("this test may not mount a small disk: left out");
        return;
    };
    server.restart().await;
    let token = server.admin().await;
    let ballast = disk.0.join("ballast");
    let free = |path: &std::path::Path| std::fs::remove_file(path).unwrap();
    // Fill what is left, so that the next write has no room.
    let filled = Command::new("dd")
        .args(["if=/dev/zero", "bs=4096", "status=none"])
        .arg(format!("of={}", ballast.display()))
        .status();
    assert!(filled.is_ok());
    let make = "mutation($n: String!) { createTenant(input: { name: $n }) { id } }";
    let mut refusal = None;
    for number in 0..200 {
        let answer = server.graphql(&token, make, json!({ "n": format!("full-{number}") })).await;
        if answer["errors"].is_array() {
            refusal = Some(answer["errors"][0].clone());
            break;
        }
    }
    let refusal = refusal.expect("a full disk refuses writes");
    assert_eq!(refusal["extensions"]["code"], "store.unavailable", "{refusal}");
    let check = server.data(&token, "{ tenants { total } }", json!({})).await;
    assert!(check["tenants"]["total"].is_number(), "reading goes on");
    free(&ballast);
    let made = server.data(&token, make, json!({ "n": "after" })).await;
    assert!(made["createTenant"]["id"].is_string());
    assert_eq!(server.atoll(&["ledger", "verify"]).code, 0);
    server.kill9();
    drop(disk);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_stops_decisions_and_comes_back_without_a_restart() {
    for engine in engines() {
        let Engine::Postgres(_) = &engine else { continue };
        let server = Setup::new(engine)
            .set("db_acquire_timeout_secs", 1)
            .set("decision_staleness_secs", 2)
            .prepare()
            .await;
        let mut server = server;
        server.restart().await;
        let token = server.admin().await;
        let atoll_base::db::Location::Postgres(url) = server.location() else {
            unreachable!("it is PostgreSQL")
        };
        let (server_url, name) = url.rsplit_once('/').unwrap();
        let name = name.split('?').next().unwrap();
        let _ = server_url;
        let allow = |yes: bool| {
            let sql = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {yes}");
            psql(&sql);
            if !yes {
                psql(&format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
                ));
            }
        };
        allow(false);
        let refused = server
            .graphql(&token, "mutation { createTenant(input: { name: \"x\" }) { id } }", json!({}))
            .await;
        let code = refused["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
        assert!(["store.unavailable", "decisions.stale"].contains(&code.as_str()), "{refused}");
        tokio::time::sleep(Duration::from_secs(4)).await;
        let ready = server.get("", "/health/ready").await;
        assert_eq!(ready.status(), 503);
        let stale = server.graphql(&token, "{ tenants { total } }", json!({})).await;
        assert!(stale["errors"][0]["extensions"]["kind"] == "unavailable", "{stale}");
        allow(true);
        let mut recovered = false;
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let answer = server.graphql(&token, "{ tenants { total } }", json!({})).await;
            recovered = answer["errors"].is_null();
            if recovered {
                break;
            }
        }
        assert!(recovered, "it answers again without a restart");
        server.end().await;
    }
}

/// Speaks to the server on which the tests' databases are.
fn psql(sql: &str) {
    let server = std::env::var(atoll_base::testing::POSTGRES).unwrap();
    let ran = Command::new("psql").arg(server).args(["-qtAc", sql]).output().unwrap();
    assert!(ran.status.success(), "{sql}: {}", String::from_utf8_lossy(&ran.stderr));
}
