//! The GraphQL door of passwords.

use async_graphql::{Context, ID, Object};
use atoll_base::door::graphql as door;
use atoll_base::{Result, Secret};

use super::{change, create};
use crate::identity;

/// Changes of passwords.
#[derive(Default)]
pub struct PasswordMutation;

#[Object]
impl PasswordMutation {
    /// Gives an entity its password. The password it had before ends, and so do its sessions, except the one you change
    /// your own password in.
    async fn create_password(&self, door: &Context<'_>, entity_id: ID, password: String) -> Result<bool> {
        let entity = door::id("entityId", &entity_id)?;
        let identity = identity::of(door)?;
        create(door::ctx(door)?, identity.hasher(), entity, Secret::new(password)).await?;
        Ok(true)
    }

    /// Changes your own password. You sign in anew everywhere else.
    async fn change_password(&self, door: &Context<'_>, current: String, new: String) -> Result<bool> {
        let (current, new) = (Secret::new(current), Secret::new(new));
        change(door::ctx(door)?, identity::of(door)?, current, new).await?;
        Ok(true)
    }
}
