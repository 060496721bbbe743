//! One process: HTTP, GraphQL and gRPC over the rooms, with limits, health and figures.
//!
//! Entry points: [`House::open`] puts the rooms together on a store, [`Server::bind`] opens the ports, [`Server::run`] serves.
//! This is the only crate that knows status codes; what is right and wrong is decided in the rooms.

// The schema is one future made of those of all rooms, one within the other.
#![recursion_limit = "256"]

pub mod app;
mod figures;
mod fresh;
pub mod graphql;
pub mod grpc;
pub mod health;
pub mod house;
pub mod http;
mod keeping;
mod lock;
mod server;
mod status;
mod watching;
mod work;

pub use app::App;
pub use house::{House, HouseSchema};
#[cfg(feature = "testing")]
pub use http::authzen_request;
pub use lock::{DataInUse, DataLock};
pub use server::{CannotListen, Server};
