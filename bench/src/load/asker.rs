//! One of those who ask: goes through its questions in a circle and looks at every answer.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;

use crate::Result;
use crate::atom::CheckRequest;
use crate::atom::authz_service_client::AuthzServiceClient;
use crate::http::{Connection, Prepared};

/// Who asks, by which door.
pub(crate) enum Asker {
    /// Over a connection of its own.
    Http(ByHttp),
    /// Over a connection shared with others.
    Grpc(ByGrpc),
}

impl Asker {
    /// Asks the next question; an answer that is not the expected one is an error.
    pub(crate) async fn ask(&mut self) -> Result<()> {
        match self {
            Asker::Http(by) => by.ask().await,
            Asker::Grpc(by) => by.ask().await,
        }
    }
}

/// Asks over HTTP.
pub(crate) struct ByHttp {
    pub(crate) connection: Connection,
    pub(crate) requests: Arc<[Prepared]>,
    pub(crate) next: usize,
    pub(crate) expected: &'static [u8],
}

impl ByHttp {
    async fn ask(&mut self) -> Result<()> {
        let request = &self.requests[self.next % self.requests.len()];
        self.next += 1;
        let (status, body) = self.connection.send(request).await?;
        if status == StatusCode::OK && contains(&body, self.expected) {
            return Ok(());
        }
        Err(format!("unexpected answer {status}: {}", String::from_utf8_lossy(&body)).into())
    }
}

fn contains(body: &Bytes, expected: &[u8]) -> bool {
    body.windows(expected.len()).any(|part| part == expected)
}

/// Asks over gRPC.
pub(crate) struct ByGrpc {
    pub(crate) client: AuthzServiceClient<Channel>,
    pub(crate) authorization: MetadataValue<Ascii>,
    pub(crate) questions: Arc<[CheckRequest]>,
    pub(crate) next: usize,
    pub(crate) allowed: bool,
}

impl ByGrpc {
    async fn ask(&mut self) -> Result<()> {
        let mut request = Request::new(self.questions[self.next % self.questions.len()].clone());
        self.next += 1;
        request.metadata_mut().insert("authorization", self.authorization.clone());
        let answer = self.client.check(request).await?.into_inner();
        if answer.allowed == self.allowed {
            return Ok(());
        }
        Err(format!("unexpected answer: allowed {}, {}", answer.allowed, answer.reason).into())
    }
}
