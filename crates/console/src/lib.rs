//! The room `console`: the pages that people see.
//!
//! Pages are a client of the house's own HTTP door, and nothing more: each asks what anybody may ask over `/graphql` and
//! the REST routes, as whoever is signed in. So there is no second check, and no way round one, in a page.

mod account;
mod address;
mod api;
mod assets;
mod events;
mod filled;
mod frame;
mod home;
mod machine;
mod may;
mod names;
mod nouns;
mod page;
mod palette;
mod pick;
mod playground;
mod sign_in;
mod visitor;
mod why;
mod words;

use std::sync::Arc;

use atoll_base::Ground;
use axum::Router;
use tokio::sync::watch;

pub use api::Inside;
pub use nouns::addresses;
pub use words::{Language, untold};

use api::Api;

/// What every page needs.
#[derive(Clone)]
pub struct Console {
    api: Api,
    ground: Arc<Ground>,
    stopping: watch::Receiver<bool>,
}

/// Every page. `api` are the routes that pages ask: those of the same house, with all their limits. Pages that go on for ever
/// end when the house is `stopping`.
pub fn routes(api: Router, ground: Arc<Ground>, stopping: watch::Receiver<bool>) -> Router {
    let console = Console { api: Api::new(api, &ground), ground, stopping };
    let pages = Router::new()
        .merge(home::routes())
        .merge(sign_in::routes())
        .merge(account::routes())
        .merge(nouns::routes())
        .merge(why::routes())
        .merge(events::routes())
        .merge(machine::routes())
        .merge(playground::routes())
        .merge(palette::routes())
        .merge(pick::routes())
        .fallback(page::nowhere);
    pages.with_state(console).merge(assets::routes())
}
