//! The GraphQL door: one schema made of the rooms' parts.

mod answer;
mod documents;
mod proving;
mod request;
mod system;

use async_graphql::{EmptySubscription, MergedObject, Object, SDLExportOptions};
use atoll_base::door::cost;
use atoll_base::settings::Settings;

pub(crate) use answer::refuse;
pub use answer::{answer, run};
pub use documents::Documents;
pub use request::{Asked, BadRequest, read};
pub use system::SettingOrigins;

/// What is not any room's own.
#[derive(Default)]
pub struct ServerQuery;

#[Object]
impl ServerQuery {
    /// `ok` when the server answers at all.
    async fn health(&self) -> &'static str {
        "ok"
    }
}

/// All queries.
#[derive(MergedObject, Default)]
pub struct QueryRoot(
    ServerQuery,
    system::SystemQuery,
    atoll_identity::graphql::Query,
    atoll_pki::graphql::Query,
    atoll_access::graphql::Query,
);

/// All mutations. The fields of one request are carried out one after the other, each seeing what the one before did.
#[derive(MergedObject, Default)]
pub struct MutationRoot(
    system::SystemMutation,
    atoll_identity::graphql::Mutation,
    atoll_pki::graphql::Mutation,
    atoll_access::graphql::Mutation,
);

/// The schema.
pub type Schema = async_graphql::Schema<QueryRoot, MutationRoot, EmptySubscription>;

/// Directives of one request; nobody needs more.
const MAX_DIRECTIVES: usize = 50;

/// The schema with the limits of the settings; it tells where they came from.
pub fn schema(settings: &Settings, origins: SettingOrigins) -> Schema {
    let builder = Schema::build(QueryRoot::default(), MutationRoot::default(), EmptySubscription)
        .data(origins)
        .limit_depth(settings.graphql_max_depth as usize)
        .limit_complexity(settings.graphql_max_complexity as usize)
        .limit_recursive_depth(cost::MAX_RECURSION)
        .limit_directives(MAX_DIRECTIVES)
        .disable_suggestions();
    if settings.graphql_introspection_enabled {
        builder.finish()
    } else {
        builder.disable_introspection().finish()
    }
}

/// The schema in its definition language: what `schema.graphql` holds.
pub fn sdl() -> String {
    let schema = Schema::build(QueryRoot::default(), MutationRoot::default(), EmptySubscription).finish();
    schema.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items())
}
