//! A receiver that fails is seen to fail, and is told again.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::journeys::{house_with, made, send, sign_in, tenant};
use crate::server::Setup;

/// A receiver on this machine: it keeps the ids of the messages that it is sent, and answers as it is told to.
struct Receiver {
    url: String,
    answer: Arc<AtomicU16>,
    ids: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    async fn answering(status: u16) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let (answer, ids) = (Arc::new(AtomicU16::new(status)), Arc::<Mutex<Vec<String>>>::default());
        let (answers, kept) = (answer.clone(), ids.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Some(id) = take(stream, &answers).await {
                    kept.lock().unwrap().push(id);
                }
            }
        });
        Receiver { url, answer, ids }
    }

    fn answers_now(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    fn times(&self, id: &str) -> usize {
        self.ids.lock().unwrap().iter().filter(|one| *one == id).count()
    }
}

/// One message over HTTP/1.1; its id.
async fn take(stream: TcpStream, answer: &AtomicU16) -> Option<String> {
    let mut stream = BufReader::new(stream);
    let (mut length, mut id) = (0, None);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|bytes| *bytes > 0)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?
            }
            Some((name, value)) if name.eq_ignore_ascii_case("webhook-id") => id = Some(value.to_owned()),
            _ if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    stream.read_exact(&mut vec![0; length]).await.ok()?;
    let status = answer.load(Ordering::SeqCst);
    let said = format!("HTTP/1.1 {status} said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(said.as_bytes()).await.ok()?;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_webhook_is_seen_told_again_and_well() {
    let here = |setup: Setup| setup.set("outbound_allow", "127.0.0.0/8").set("outbound_plain_http", "true");
    let (server, browser, here) = house_with(here).await;
    let receiver = Receiver::answering(500).await;
    let plant = tenant(&server, "Plant A").await;
    sign_in(&browser, &here).await;
    browser.open(&format!("{here}/webhooks/new/create")).await;
    browser.fill("#field-name", "Ledger of the plant").await;
    browser.fill("#field-url", &receiver.url).await;
    browser.fill("#field-events", "entity.*").await;
    browser.choose("#field-tenantId", "Plant A").await;
    send(&browser).await;
    browser.see("It is shown this once and never again").await;
    assert!(browser.text(".secret code").await.starts_with("whsec_"));
    browser.press_named("I have kept it").await;
    browser.see("Nothing was sent yet").await;
    let page = browser.path().await;

    let create = "mutation($t: ID) { made: createEntity(input: { name: \"meter\", kind: device, tenantId: $t }) { id } }";
    made(&server, create, json!({ "t": plant })).await;
    browser.see_later(&format!("{here}{page}"), "the receiver answered 500").await;
    browser.see("entity.create").await;
    browser.open(&format!("{here}/webhooks?tenantId={plant}")).await;
    let failing =
        "[...document.querySelectorAll('th')].findIndex(one => one.innerText.includes('Failing since'))";
    browser
        .until(&format!("document.querySelector('tbody tr').cells[{failing}].querySelector('time')"))
        .await;

    receiver.answers_now(204);
    browser.press_named("Ledger of the plant").await;
    let revision = browser.text("#deliveries tbody td:nth-child(2)").await;
    browser.press_named("Replay").await;
    browser.fill("#field-from-revision", &revision).await;
    send(&browser).await;
    browser.see("Events are sent again").await;
    browser.see_later(&format!("{here}{page}"), "204").await;
    browser.see("delivered").await;
    let facts = browser.text(".facts").await;
    assert!(!facts.contains("answered 500"), "{facts}");

    // What was delivered can be told again too, under the same id.
    let id = receiver.ids.lock().unwrap()[0].clone();
    let before = receiver.times(&id);
    browser.press_named("Replay").await;
    browser.fill("#field-from-revision", &revision).await;
    send(&browser).await;
    browser.see("Events are sent again").await;
    let deadline = Instant::now() + Duration::from_secs(60);
    while receiver.times(&id) == before {
        assert!(Instant::now() < deadline, "it is not told again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.close().await;
}
