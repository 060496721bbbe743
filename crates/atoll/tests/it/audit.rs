//! `docs/audit.md`, as it stands: the commands and the receiver; and a server that is killed while it tells.

use std::collections::HashMap;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::ran::Ran;
use crate::server::{Engine, Setup, TestServer, engines, on_both};
use crate::{guides, installed};

const PAGE: &str = include_str!("../../../../docs/audit.md");

/// The receiver, as the page shows it.
fn receiver_of_the_page() -> &'static str {
    let (_, rest) = PAGE.split_once("<!-- a test runs this receiver as it stands -->\n```python\n").unwrap();
    rest.split_once("\n```").unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_page_work_as_they_are_written() {
    on_both(async |server| {
        let token = server.admin().await;
        let make = "mutation { createTenant(input: { name: \"plant-a\" }) { id } }";
        server.data(&token, make, json!({})).await;
        guides::follow(server, "audit.md", &[]);
        let read = |name: &str| std::fs::read_to_string(server.folder().join(name)).unwrap();
        let csv = read("audit.csv");
        assert!(
            csv.starts_with("id,revision,") && csv.lines().skip(1).all(|line| line.contains("entity.create"))
        );
        let (all, rest) = (read("audit.jsonl"), read("rest.jsonl"));
        let after: Vec<&str> = all.lines().skip(3).collect();
        assert!(!after.is_empty() && rest.lines().zip(&after).all(|(one, other)| one == *other), "{rest}");
        let refused = server.get("", "/audit/v1/export?format=csv").await;
        assert_eq!(refused.status(), 401);
        let wrong = server.get(&token, "/audit/v1/export?format=xml").await;
        let wrong: Value = wrong.json().await.unwrap();
        assert_eq!(wrong["error"], "format must be csv or jsonl");
        let unknown = server.get(&token, "/audit/v1/export?format=csv&form=1").await;
        assert_eq!(unknown.status(), 400);
        // The checkpoints' seal is proved by the command too.
        server.atoll(&["ledger", "verify"]).ended_with(0);
    })
    .await;
}

/// A receiver that takes its time: the head and the body of each message.
async fn receiver(pause: Duration) -> (u16, UnboundedReceiver<(HashMap<String, String>, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, got) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let sender = sender.clone();
            tokio::spawn(async move {
                let mut seen = Vec::new();
                let mut chunk = [0; 4096];
                loop {
                    let length = stream.read(&mut chunk).await.unwrap_or(0);
                    if length == 0 {
                        return;
                    }
                    seen.extend_from_slice(&chunk[..length]);
                    let Some(end) = seen.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
                    let head = String::from_utf8_lossy(&seen[..end]).into_owned();
                    let headers: HashMap<String, String> = head
                        .lines()
                        .filter_map(|line| line.split_once(": "))
                        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                        .collect();
                    let length: usize = headers["content-length"].parse().unwrap();
                    if seen.len() < end + 4 + length {
                        continue;
                    }
                    let body = seen[end + 4..end + 4 + length].to_vec();
                    let _ = sender.send((headers, body));
                    tokio::time::sleep(pause).await;
                    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
                    return;
                }
            });
        }
    });
    (port, got)
}

async fn server_that_may_call_here(engine: Engine) -> TestServer {
    let setup = Setup::new(engine).set("outbound_allow", "127.0.0.1").set("outbound_plain_http", "true");
    setup.start().await
}

/// A webhook of the platform; its secret.
async fn webhook(server: &TestServer, token: &str, port: u16) -> String {
    let create = "mutation($i: CreateWebhookInput!) { made: createWebhook(input: $i) { id secret } }";
    let url = format!("http://127.0.0.1:{port}/hook");
    let input = json!({ "i": { "name": "hook", "url": url, "events": ["entity.create"] } });
    server.data(token, create, input).await["made"]["secret"].as_str().unwrap().to_owned()
}

async fn happen(server: &TestServer, token: &str, name: &str) {
    let create = "mutation($n: String!) { createEntity(input: { kind: device, name: $n }) { id } }";
    server.data(token, create, json!({ "n": name })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_of_the_page_and_the_library_of_others_take_our_messages() {
    let snippet = receiver_of_the_page();
    let server = server_that_may_call_here(Engine::Sqlite).await;
    let token = server.admin().await;
    let (port, mut got) = receiver(Duration::ZERO).await;
    let secret = webhook(&server, &token, port).await;
    happen(&server, &token, "meter").await;
    let got = tokio::time::timeout(Duration::from_secs(30), got.recv()).await.unwrap();
    let (headers, body) = got.unwrap();
    let given = json!({ "secret": secret, "headers": headers, "body": String::from_utf8(body).unwrap() });
    let given_file = server.folder().join("given.json");
    std::fs::write(&given_file, given.to_string()).unwrap();
    let check = format!(
        "{snippet}\n\
         import json, sys\n\
         from standardwebhooks.webhooks import Webhook\n\
         given = json.load(open(sys.argv[1]))\n\
         secret, headers, body = given['secret'], given['headers'], given['body'].encode()\n\
         assert is_genuine(secret, headers, body)\n\
         assert not is_genuine(secret, headers, body + b' ')\n\
         assert not is_genuine(secret, headers, body, now=time.time() + 3600)\n\
         assert Webhook(secret).verify(body, headers)['type'] == 'entity.create'\n"
    );
    // The library that others check signatures with.
    let python = installed::python(&["standardwebhooks==1.0.1"]).join("bin/python3");
    Ran::of(Command::new(python).arg("-c").arg(check).arg(&given_file)).ended_with(0);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_while_it_tells_tells_the_same_again() {
    for engine in engines() {
        let mut server = server_that_may_call_here(engine).await;
        let token = server.admin().await;
        let (port, mut got) = receiver(Duration::from_secs(5)).await;
        webhook(&server, &token, port).await;
        happen(&server, &token, "meter").await;
        let wait = Duration::from_secs(150);
        let (first, body) = tokio::time::timeout(wait, got.recv()).await.unwrap().unwrap();
        server.kill9();
        server.restart().await;
        // The lease of the process that is gone runs out first.
        let (second, again) = tokio::time::timeout(wait, got.recv()).await.unwrap().unwrap();
        assert_eq!((&first["webhook-id"], body), (&second["webhook-id"], again));
        server.end().await;
    }
}
