//! A receiver that listens on this machine, keeps what it is sent, and answers as it is told to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use atoll_access::webhooks::Signer;
use atoll_base::Secret;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use parking_lot::Mutex;
use serde_json::Value;
use tokio::net::TcpListener;

/// One message.
#[derive(Clone, Debug)]
pub struct Got {
    pub id: String,
    pub timestamp: i64,
    pub signatures: Vec<String>,
    pub body: Vec<u8>,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a message is JSON")
    }

    pub fn event(&self) -> String {
        self.json()["type"].as_str().expect("a type").to_owned()
    }

    pub fn revision(&self) -> i64 {
        self.json()["data"]["revision"].as_i64().expect("a revision")
    }

    /// Whether one of the signatures is by this secret.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let signer = Signer::new(&[Secret::new(secret.to_owned())]).expect("a secret");
        self.signatures.contains(&signer.sign(&self.id, self.timestamp, &self.body))
    }
}

/// How to answer.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// With this status.
    Status(u16),
    /// 503, and a wish to be left alone for so many seconds.
    Later(u64),
    /// With 200, after so long.
    After(Duration),
    /// By leading elsewhere.
    Elsewhere,
}

#[derive(Default)]
struct Kept {
    got: Mutex<Vec<Got>>,
    next: Mutex<VecDeque<Answer>>,
    always: Mutex<Option<Answer>>,
}

/// The receiver.
#[derive(Clone)]
pub struct Receiver {
    address: SocketAddr,
    kept: Arc<Kept>,
}

impl Receiver {
    pub async fn listen() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let kept = Arc::new(Kept::default());
        let router = Router::new().route("/hook", post(take)).with_state(kept.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Receiver { address, kept }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook?token=of-the-receiver", self.address)
    }

    /// The same receiver by name.
    pub fn named_url(&self) -> String {
        format!("http://localhost:{}/hook", self.address.port())
    }

    /// How to answer next, and then as before.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.kept.next.lock().extend(answers);
    }

    /// How to answer from now on.
    pub fn always(&self, answer: Option<Answer>) {
        *self.kept.always.lock() = answer;
    }

    pub fn got(&self) -> Vec<Got> {
        self.kept.got.lock().clone()
    }

    /// What came since the last call.
    pub fn take(&self) -> Vec<Got> {
        std::mem::take(&mut *self.kept.got.lock())
    }

    /// The names of the events that came since the last call.
    pub fn events(&self) -> Vec<String> {
        self.take().iter().map(Got::event).collect()
    }
}

async fn take(State(kept): State<Arc<Kept>>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).expect(name).to_str().expect(name).to_owned();
    assert_eq!(text("content-type"), "application/json");
    kept.got.lock().push(Got {
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp").parse().expect("a timestamp"),
        signatures: text("webhook-signature").split(' ').map(str::to_owned).collect(),
        body: body.to_vec(),
    });
    let next = kept.next.lock().pop_front();
    let answer = next.or(*kept.always.lock()).unwrap_or(Answer::Status(200));
    match answer {
        Answer::Status(status) => {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, "x".repeat(10_000)).into_response()
        }
        Answer::Later(secs) => {
            (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", secs.to_string())]).into_response()
        }
        Answer::After(long) => {
            tokio::time::sleep(long).await;
            StatusCode::OK.into_response()
        }
        Answer::Elsewhere => (StatusCode::FOUND, [("location", "http://169.254.169.254/")]).into_response(),
    }
}
