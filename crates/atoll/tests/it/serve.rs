//! Starting beside others, and stopping.

use std::io::Write;
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::server::{Engine, NOBODY, Setup, TestServer, on_both};

#[tokio::test]
async fn both_signals_end_it_well_and_nothing_is_lost() {
    on_both(async |server| {
        let token = server.admin().await;
        let make = r#"mutation { createTenant(input: { name: "acme" }) { id } }"#;
        let tenant = server.data(&token, make, json!({})).await["createTenant"]["id"].clone();
        let ready = server.folder().join("ready.json");
        assert!(ready.exists());
        for signal in [Signal::TERM, Signal::INT] {
            server.signal(signal);
            let status = server.ended().await;
            assert_eq!(status.code(), Some(0), "{}", server.stderr());
            assert!(!ready.exists(), "the ready file says what is no longer true");
            server.restart().await;
        }
        let found = server
            .data(&token, "query($id: ID!) { tenant(id: $id) { name } }", json!({ "id": tenant }))
            .await;
        assert_eq!(found["tenant"]["name"], "acme");
    })
    .await;
}

#[tokio::test]
async fn a_power_cut_loses_nothing_that_was_answered() {
    on_both(async |server| {
        let token = server.admin().await;
        let make = "mutation($name: String!) { createTenant(input: { name: $name }) { id } }";
        for number in 0..5 {
            server.data(&token, make, json!({ "name": format!("tenant-{number}") })).await;
        }
        server.kill9();
        server.restart().await;
        let listed = server.data(&token, "{ tenants { total } }", json!({})).await;
        assert_eq!(listed["tenants"]["total"], 5);
        server.atoll(&["ledger", "verify"]).ended_with(0);
    })
    .await;
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let mut server = Setup::new(Engine::Sqlite).set("shutdown_grace_secs", 600).start().await;
    // A request that never ends keeps it from stopping by itself.
    let mut endless = TcpStream::connect(server.http()).unwrap();
    endless.write_all(b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{").unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.signal(Signal::TERM);
    let deadline = Instant::now() + Duration::from_secs(60);
    while !server.stderr().contains("stopping") {
        assert!(Instant::now() < deadline, "{}", server.stderr());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.signal(Signal::TERM);
    assert_eq!(server.ended().await.code(), Some(130));
    server.end().await;
}

#[tokio::test]
async fn a_second_one_on_the_same_data_is_refused() {
    let server = TestServer::start(Engine::Sqlite).await;
    for arguments in [&["serve"][..], &["migrate"], &["restore", "nothing"]] {
        std::fs::write(server.folder().join("nothing"), "").unwrap();
        let ran = server.atoll(arguments).ended_with(1);
        assert!(ran.err.contains("already using"), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(&server.pid().to_string()), "{}", ran.err);
    }
    assert_eq!(server.get(NOBODY, "/health/live").await.status(), 200);
    server.end().await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_its_setting() {
    let server = TestServer::start(Engine::Sqlite).await;
    let other = Setup::new(Engine::Sqlite).first_password().prepare().await;
    let (http, grpc) = (server.http().to_string(), server.grpc().to_string());
    for (setting, name, address) in
        [("listen_addr", "ATOLL_LISTEN_ADDR", http), ("grpc_addr", "ATOLL_GRPC_ADDR", grpc)]
    {
        let ran = other.atoll(&["serve", "--set", &format!("{setting}={address}")]).ended_with(1);
        for expected in [address.as_str(), name, "atoll doctor"] {
            assert!(ran.err.contains(expected), "{expected} is missing: {}", ran.err);
        }
    }
    server.end().await;
}

#[tokio::test]
async fn a_first_start_that_fails_later_still_shows_the_password() {
    let server = TestServer::start(Engine::Sqlite).await;
    let mut other = Setup::new(Engine::Sqlite).first_password().prepare().await;
    let taken = format!("listen_addr={}", server.http());
    let ran = other.atoll(&["serve", "--set", &taken]).ended_with(1);
    let line = ran.out.lines().find(|line| line.contains("password ")).expect(&ran.out);
    let password = line.split_whitespace().nth(2).expect(line).to_owned();
    other.restart().await;
    other.login("admin", &password).await;
    other.end().await;
    server.end().await;
}

#[tokio::test]
async fn a_supervisor_is_told() {
    let server = Setup::new(Engine::Sqlite).prepare().await;
    let path = server.folder().join("notify");
    let supervisor = UnixDatagram::bind(&path).unwrap();
    supervisor.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    let mut command = server.command();
    command.env("NOTIFY_SOCKET", &path).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let heard = |supervisor: &UnixDatagram| {
        let mut buffer = [0; 64];
        let length = supervisor.recv(&mut buffer).expect("the supervisor is told");
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    };
    assert_eq!(heard(&supervisor), "READY=1");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(heard(&supervisor), "STOPPING=1");
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
async fn the_log_can_be_read_by_machines() {
    let mut server = Setup::new(Engine::Sqlite).env("ATOM_LOG_FORMAT", "json").start().await;
    assert!(server.stop().await.success());
    let stderr = server.stderr();
    assert!(!stderr.is_empty());
    for line in stderr.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).expect(line);
        assert!(entry["level"].is_string() && entry["timestamp"].is_string(), "{entry}");
    }
    server.end().await;
}
