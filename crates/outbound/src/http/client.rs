//! Sending requests.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use atoll_base::{Common, Fault, Kind, Result};
use http::{Request, Response};
use url::Url;

use super::policy::{Policy, Refusal};
use super::resolve::{Guarded, Lookup, SystemLookup};

/// What becomes of an answer that is longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surplus {
    /// It is a failure.
    Refuse,
    /// Its beginning is enough.
    Cut,
}

/// How much an exchange may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From looking up the host to the last byte.
    pub time: Duration,
    /// Bytes of the answer's body.
    pub body: usize,
    /// What becomes of a longer one.
    pub surplus: Surplus,
}

impl Limits {
    /// For answers that are read: ten seconds, one MiB.
    pub const ORDINARY: Limits =
        Limits { time: Duration::from_secs(10), body: 1 << 20, surplus: Surplus::Refuse };
}

/// An exchange that came to nothing. The texts hold neither the URL nor anything that was sent.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// It may not be called.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It took too long.
    #[error("no answer in time")]
    TooSlow,
    /// Nobody answered.
    #[error("cannot connect")]
    Unreachable(#[source] reqwest::Error),
    /// The answer is longer than allowed.
    #[error("the answer is too long")]
    TooLong,
    /// It broke off, or is no HTTP.
    #[error("the exchange broke off")]
    Broken(#[source] reqwest::Error),
}

impl Fault for Failed {
    fn kind(&self) -> Kind {
        match self {
            Failed::Refused(refusal) => refusal.kind(),
            _ => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Failed::Refused(refusal) => refusal.code(),
            Failed::TooSlow => "outbound.timeout",
            Failed::Unreachable(_) => "outbound.unreachable",
            Failed::TooLong => "outbound.too_long",
            Failed::Broken(_) => "outbound.broken",
        }
    }
}

/// A client; cheap to clone.
#[derive(Clone)]
pub struct Client {
    inner: reqwest::Client,
    policy: Arc<Policy>,
    limits: Limits,
}

/// The longest that connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// Connections to one host that are kept for the next request.
const KEPT: usize = 2;
/// How long.
const KEPT_FOR: Duration = Duration::from_secs(30);

impl Client {
    /// A client that goes where the policy allows.
    pub fn new(policy: Policy, limits: Limits) -> Result<Client> {
        Client::with_lookup(policy, limits, Arc::new(SystemLookup))
    }

    /// The same with another name service.
    pub fn with_lookup(policy: Policy, limits: Limits, lookup: Arc<dyn Lookup>) -> Result<Client> {
        let policy = Arc::new(policy);
        let inner = reqwest::Client::builder()
            .dns_resolver(Guarded { policy: policy.clone(), lookup })
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT.min(limits.time))
            .timeout(limits.time)
            .pool_max_idle_per_host(KEPT)
            .pool_idle_timeout(KEPT_FOR)
            .user_agent(concat!("atoll/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Common::bug)?;
        Ok(Client { inner, policy, limits })
    }

    /// Sends a request. An answer that leads elsewhere (3xx) is an answer like any other.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Failed> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string()).map_err(|_| Refusal::Unreadable)?;
        self.policy.check_url(&url)?;
        let sent = self.inner.request(head.method, url).headers(head.headers).body(body).send().await;
        let mut answer = sent.map_err(failed)?;
        let mut response = Response::new(Vec::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        *response.body_mut() = self.body(&mut answer).await?;
        Ok(response)
    }

    async fn body(&self, answer: &mut reqwest::Response) -> Result<Vec<u8>, Failed> {
        let mut body = Vec::new();
        loop {
            let chunk = match (answer.chunk().await, self.limits.surplus) {
                (Ok(Some(chunk)), _) => chunk,
                (Ok(None), _) => return Ok(body),
                // Whoever needs only the beginning has the status already.
                (Err(_), Surplus::Cut) => return Ok(body),
                (Err(error), Surplus::Refuse) => return Err(failed(error)),
            };
            let room = self.limits.body - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                match self.limits.surplus {
                    Surplus::Cut => return Ok(body),
                    Surplus::Refuse => return Err(Failed::TooLong),
                }
            }
        }
    }
}

fn failed(error: reqwest::Error) -> Failed {
    let error = error.without_url();
    let mut cause = error.source();
    while let Some(one) = cause {
        if let Some(refusal) = one.downcast_ref::<Refusal>() {
            return Failed::Refused(*refusal);
        }
        cause = one.source();
    }
    if error.is_timeout() {
        Failed::TooSlow
    } else if error.is_connect() {
        Failed::Unreachable(error)
    } else {
        Failed::Broken(error)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use atoll_base::settings::Destination;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Answers every connection with this; says where it listens.
    async fn receiver(answer: Vec<u8>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut seen = [0; 4096];
                    let _ = stream.read(&mut seen).await;
                    let _ = stream.write_all(&answer).await;
                });
            }
        });
        port
    }

    fn ok(body: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    }

    /// Answers in turn.
    struct Turns(Vec<IpAddr>, AtomicUsize);

    #[async_trait::async_trait]
    impl Lookup for Turns {
        async fn addresses(&self, _host: &str) -> std::io::Result<Vec<IpAddr>> {
            let turn = self.1.fetch_add(1, Ordering::SeqCst);
            Ok(vec![self.0[turn.min(self.0.len() - 1)]])
        }
    }

    fn get(url: &str) -> Request<Vec<u8>> {
        Request::get(url).body(Vec::new()).unwrap()
    }

    fn limits(body: usize, surplus: Surplus) -> Limits {
        Limits { time: Duration::from_secs(2), body, surplus }
    }

    fn local(limits: Limits) -> Client {
        let allow = vec![Destination::Network("127.0.0.1".parse::<IpAddr>().unwrap().into())];
        Client::new(Policy { allow, plain_http: true }, limits).unwrap()
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_however_often_it_changes() {
        let port = receiver(ok(b"inside")).await;
        let lookup = Arc::new(Turns(vec!["127.0.0.1".parse().unwrap()], AtomicUsize::new(0)));
        let policy = Policy { allow: Vec::new(), plain_http: true };
        let client = Client::with_lookup(policy, Limits::ORDINARY, lookup).unwrap();
        let refused = client.send(get(&format!("http://rebind.example:{port}/"))).await.unwrap_err();
        assert!(matches!(refused, Failed::Refused(Refusal::Address)), "{refused:?}");
    }

    #[tokio::test]
    async fn the_address_that_was_checked_is_the_one_connected_to() {
        let port = receiver(ok(b"checked")).await;
        let addresses = vec!["127.0.0.1".parse().unwrap(), "203.0.113.9".parse().unwrap()];
        let lookup = Arc::new(Turns(addresses, AtomicUsize::new(0)));
        let allow = vec![Destination::Network("127.0.0.1".parse::<IpAddr>().unwrap().into())];
        let client =
            Client::with_lookup(Policy { allow, plain_http: true }, Limits::ORDINARY, lookup.clone())
                .unwrap();
        let url = format!("http://hooks.example:{port}/");
        assert_eq!(client.send(get(&url)).await.unwrap().body(), b"checked");
        assert_eq!(lookup.1.load(Ordering::SeqCst), 1, "one look for one connection");
        // The next connection is checked anew.
        let refused = client.send(get(&url)).await.unwrap_err();
        assert!(matches!(refused, Failed::Refused(Refusal::Address)), "{refused:?}");
    }

    #[tokio::test]
    async fn nothing_follows_a_redirect_and_nothing_listens_to_the_environment() {
        let answer = b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        let port = receiver(answer.to_vec()).await;
        let answer = local(Limits::ORDINARY).send(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap();
        assert_eq!(answer.status(), 302);
    }

    #[tokio::test]
    async fn answers_are_bounded_in_size_and_time() {
        let port = receiver(ok(&[b'x'; 5000])).await;
        let url = format!("http://127.0.0.1:{port}/");
        let long = local(limits(100, Surplus::Refuse)).send(get(&url)).await.unwrap_err();
        assert!(matches!(long, Failed::TooLong), "{long:?}");
        let cut = local(limits(100, Surplus::Cut)).send(get(&url)).await.unwrap();
        assert_eq!((cut.status().as_u16(), cut.body().len()), (200, 100));
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://127.0.0.1:{}/secret-path", silent.local_addr().unwrap().port());
        let patience = Limits { time: Duration::from_millis(200), ..Limits::ORDINARY };
        let slow = local(patience).send(get(&url)).await.unwrap_err();
        assert!(matches!(slow, Failed::TooSlow), "{slow:?}");
        assert!(!format!("{slow:?}").contains("secret-path"));
    }
}
