//! SCIM 2.0 (RFC 7644): `/scim/v2/{tenant}/…`, for directories that keep a tenant's people and groups.
//!
//! What a request means is read and carried out by [`atoll_identity::scim`]; here are its addresses, headers and status
//! codes. `docs/scim.md` tells administrators how to use it.

mod answer;
mod asked;
mod bulk;
pub(super) mod described;
mod discovery;
mod resources;

use axum::Router;
use axum::response::Response;
use axum::routing::{any, get, post};

use answer::Refused;
use atoll_identity::scim::ScimFault;
use atoll_identity::scim::schema::Noun;

use crate::app::App;

/// The largest body.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// Every path below a tenant.
pub(super) fn routes() -> Router<App> {
    let at = |path: &str| format!("/scim/v2/{{tenant}}/{path}");
    let mut routes = Router::new()
        .route(&at("ServiceProviderConfig"), get(discovery::configuration))
        .route(&at("ResourceTypes"), get(discovery::resource_types))
        .route(&at("ResourceTypes/{id}"), get(discovery::resource_type))
        .route(&at("Schemas"), get(discovery::schemas))
        .route(&at("Schemas/{id}"), get(discovery::schema))
        .route(&at("Bulk"), post(bulk::answer))
        .route(&at("Me"), get(resources::me).put(resources::me).patch(resources::me).delete(resources::me))
        .route(&at(".search"), post(|asked| resources::search(asked, &Noun::ALL)))
        .route("/scim/v2/{tenant}", get(|asked| resources::list(asked, &Noun::ALL)))
        .route(&at(""), get(|asked| resources::list(asked, &Noun::ALL)))
        .route(&at("{*rest}"), any(nothing));
    for nouns in [&[Noun::User], &[Noun::Group]] {
        let [noun] = *nouns;
        let one = move |asked| resources::one(asked, noun);
        let endpoint = noun.endpoint();
        routes = routes
            .route(
                &at(endpoint),
                get(move |asked| resources::list(asked, nouns))
                    .post(move |asked| resources::create(asked, noun)),
            )
            .route(&at(&format!("{endpoint}/.search")), post(move |asked| resources::search(asked, nouns)))
            .route(&at(&format!("{endpoint}/{{id}}")), get(one).put(one).patch(one).delete(one));
    }
    routes
}

async fn nothing() -> Result<Response, Refused> {
    Err(ScimFault::NotFound.into())
}
