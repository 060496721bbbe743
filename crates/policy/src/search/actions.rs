//! Which actions somebody may do to an object.

use std::sync::Arc;

use uuid::Uuid;

use super::Search;
use crate::object::ObjectRef;
use crate::world::World;

impl World {
    /// The names of all actions that the subject may do to the object, sorted. The action, cursor and limit of the
    /// search play no part: there are few actions.
    pub fn search_actions(&self, subject: Uuid, object: ObjectRef, search: &Search<'_>) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = self.actions.named_ids().map(|(name, _)| Arc::from(name)).collect();
        names.sort_unstable();
        names.retain(|action| Search { action, ..*search }.allows(self, subject, object));
        names
    }
}
