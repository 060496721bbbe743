//! This room's part of the GraphQL interface.

use async_graphql::MergedObject;

use crate::check::graphql::CheckMutation;

/// This room's queries.
#[derive(Default, MergedObject)]
pub struct Query(First);

/// The first queries.
#[derive(Default)]
pub struct First;

#[async_graphql::Object]
impl First {
    /// The kinds of resources.
    async fn resource_kinds(&self) -> Vec<String> {
        Vec::new()
    }
}

/// This room's mutations.
#[derive(Default, MergedObject)]
pub struct Mutation(CheckMutation);
