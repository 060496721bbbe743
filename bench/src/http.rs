//! One HTTP/1.1 connection that is kept open, one request at a time.

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Result;

/// A request that can be sent again and again.
#[derive(Clone)]
pub(crate) struct Prepared {
    method: Method,
    path: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl Prepared {
    /// A request for something.
    pub(crate) fn get(path: &'static str) -> Prepared {
        let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("localhost"))]);
        Prepared { method: Method::GET, path: Uri::from_static(path), headers, body: Bytes::new() }
    }

    /// A request that brings JSON.
    pub(crate) fn post(path: &'static str, body: &serde_json::Value) -> Prepared {
        let mut request = Prepared::get(path);
        request.method = Method::POST;
        request.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.body = Bytes::from(body.to_string());
        request
    }

    /// The same in somebody's name.
    pub(crate) fn bearing(mut self, token: &str) -> Result<Prepared> {
        self.headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}"))?);
        Ok(self)
    }
}

/// An open connection.
pub(crate) struct Connection(SendRequest<Full<Bytes>>);

impl Connection {
    /// Connects.
    pub(crate) async fn open(to: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Its error, if any, is the error of the request that was under way.
        tokio::spawn(connection);
        Ok(Connection(sender))
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&mut self, prepared: &Prepared) -> Result<(StatusCode, Bytes)> {
        let mut request = Request::new(Full::new(prepared.body.clone()));
        *request.method_mut() = prepared.method.clone();
        *request.uri_mut() = prepared.path.clone();
        *request.headers_mut() = prepared.headers.clone();
        self.0.ready().await?;
        let answer = self.0.send_request(request).await?;
        let status = answer.status();
        Ok((status, answer.into_body().collect().await?.to_bytes()))
    }
}
