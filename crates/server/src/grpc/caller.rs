//! Who a call is from.

use std::net::IpAddr;

use atoll_base::ctx::{Caller, Ctx, Origin};
use atoll_base::{Error, Fault, Kind};
use tonic::Request;
use tonic::metadata::MetadataMap;

use crate::app::App;
use crate::fresh;

/// The call's proof is missing or not readable.
#[derive(Debug, thiserror::Error)]
enum BadProof {
    #[error("missing authorization metadata")]
    Missing,
    #[error("invalid authorization metadata")]
    Unreadable,
    #[error("expected Bearer token")]
    Scheme,
}

impl Fault for BadProof {
    fn kind(&self) -> Kind {
        Kind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        "authorization.metadata"
    }
}

/// Where a call came from.
pub(super) fn origin<T>(app: &App, request: &Request<T>) -> Origin {
    let user_agent = request.metadata().get("user-agent").and_then(|value| value.to_str().ok());
    let user_agent = user_agent.and_then(Origin::bounded_user_agent);
    Origin { address: address(app, request), request_id: Some(app.new_request_id()), user_agent }
}

/// The client's address.
pub(super) fn address<T>(app: &App, request: &Request<T>) -> Option<IpAddr> {
    let peer = request.remote_addr()?.ip();
    Some(forwarded(app, peer, request.metadata()))
}

fn forwarded(app: &App, peer: IpAddr, metadata: &MetadataMap) -> IpAddr {
    crate::http::client(peer, metadata.as_ref(), &app.ground.settings().trusted_proxy_cidrs)
}

/// The token that a call came with.
pub(super) fn token<T>(request: &Request<T>) -> Result<&str, Error> {
    let value = request.metadata().get("authorization").ok_or(BadProof::Missing)?;
    let text = value.to_str().map_err(|_| BadProof::Unreadable)?;
    Ok(text.strip_prefix("Bearer ").ok_or(BadProof::Scheme)?.trim())
}

/// The context of a call that must say who it is from.
pub(super) async fn of<T>(app: &App, request: &Request<T>) -> Result<Ctx, Error> {
    let token = token(request)?;
    let ctx = Ctx::new(app.ground.clone(), Caller::Nobody, origin(app, request));
    let wish = request.metadata().get(fresh::AT_LEAST).and_then(|value| value.to_str().ok());
    fresh::wait(app, wish).await?;
    let signed_in = app.identity.authenticate(&ctx, token).await?;
    Ok(ctx.as_caller(Caller::Entity(signed_in)))
}
