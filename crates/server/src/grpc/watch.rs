//! `atoll.v1.WatchService`.

use std::pin::Pin;

use atoll_access::watch::{Noted, What};
use atoll_base::Error;
use atoll_base::decisions::RevisionToken;
use futures::Stream;
use futures::stream::unfold;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::atoll::watch_service_server::WatchService;
use super::atoll::{FactChange, WatchRequest, WatchResponse};
use super::caller;
use crate::app::App;
use crate::status;
use crate::watching::Watching;

/// The service.
pub struct Watches(pub(super) App);

#[tonic::async_trait]
impl WatchService for Watches {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<WatchResponse, Status>> + Send>>;

    async fn watch(&self, request: Request<WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let Watches(app) = self;
        let watching = open(app, request).await.map_err(|error| status::to_grpc(&error))?;
        let begin = Ok(WatchResponse { token: shown(watching.at()), ..WatchResponse::default() });
        let rest = unfold(Some(watching), |watching| async move {
            let mut watching = watching?;
            Some(match watching.next().await? {
                Ok(Some(noted)) => (Ok(show(&noted)), Some(watching)),
                Ok(None) => {
                    let token = shown(watching.at());
                    (Ok(WatchResponse { token, ..WatchResponse::default() }), Some(watching))
                }
                Err(error) => (Err(status::to_grpc(&error)), None),
            })
        });
        let all = futures::StreamExt::chain(futures::stream::iter([begin]), rest);
        Ok(Response::new(Box::pin(all)))
    }
}

async fn open(app: &App, request: Request<WatchRequest>) -> Result<Watching, Error> {
    let ctx = caller::of(app, &request).await?;
    let token = caller::token(&request)?.to_owned();
    let asked = request.into_inner();
    let tenants: Result<Vec<Uuid>, Error> =
        asked.tenant_ids.iter().map(|id| Ok(atoll_base::fields::uuid("tenant_ids", id)?)).collect();
    let from: Option<RevisionToken> =
        Some(asked.from).filter(|from| !from.is_empty()).map(|from| from.parse()).transpose()?;
    Watching::open(app, ctx, token, &tenants?, from.as_ref()).await
}

fn shown(token: Option<RevisionToken>) -> String {
    token.map(|token| token.to_string()).unwrap_or_default()
}

fn show(noted: &Noted) -> WatchResponse {
    let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    WatchResponse {
        token: noted.token.to_string(),
        tenant_id: text(noted.tenant),
        revision: noted.revision,
        at: noted.at.rfc3339(),
        event: noted.event.clone(),
        actor_id: text(noted.actor),
        target_kind: noted.target.as_ref().map(|(kind, _)| kind.clone()).unwrap_or_default(),
        target_id: text(noted.target.as_ref().map(|(_, id)| *id)),
        changes: noted.changes.iter().map(change).collect(),
    }
}

fn change(what: &What) -> FactChange {
    let (dropped, key) = match what {
        What::Put(key) => (false, key),
        What::Drop(key) => (true, key),
    };
    FactChange { dropped, fact: serde_json::to_string(key).unwrap_or_default() }
}
