//! stub
use crate::Console;
use crate::api::Refusal;
use crate::visitor::Person;
use axum::Router;
pub(crate) fn routes() -> Router<Console> {
    Router::new()
}
pub(crate) fn of_refusal(_p: &Person, _r: &Refusal) -> String {
    String::new()
}
pub(crate) fn about(_k: &str, _i: &str, _p: &Person) -> String {
    String::new()
}
