//! The GraphQL door of actions.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{PageBounds, Result, fields};

use super::find::spelled;
use super::{ActionFilter, ActionPatch, ApplicabilityFilter, NewAction, model, store};
use super::{
    add_applicability, create, delete, find, list, list_applicability, remove_applicability, update,
};

/// Something that can be granted and asked about.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Action")]
pub struct ActionView {
    id: ID,
    name: String,
    applicability: Vec<ActionApplicability>,
    description: Option<String>,
    created_at: String,
    updated_at: Option<String>,
}

impl From<model::Action> for ActionView {
    fn from(action: model::Action) -> ActionView {
        ActionView {
            id: door::show(action.id),
            name: action.name,
            applicability: action.applicability.into_iter().map(Into::into).collect(),
            description: action.description,
            created_at: action.created_at.rfc3339(),
            updated_at: Some(action.updated_at.rfc3339()),
        }
    }
}

/// Objects that an action may be asked about: all of a kind, or those of a type.
#[derive(Clone, SimpleObject)]
pub struct ActionApplicability {
    object_kind: String,
    object_type: Option<String>,
}

impl From<model::Applicability> for ActionApplicability {
    fn from(row: model::Applicability) -> ActionApplicability {
        ActionApplicability { object_kind: row.kind.as_str().to_owned(), object_type: row.object_type }
    }
}

/// One row of what actions may be asked about.
#[derive(SimpleObject)]
pub struct ActionApplicabilityEntry {
    /// Made of the action, the kind and the type.
    id: String,
    action_id: ID,
    action_name: String,
    description: Option<String>,
    object_kind: String,
    object_type: Option<String>,
    created_at: String,
}

impl From<store::ApplicabilityEntry> for ActionApplicabilityEntry {
    fn from(entry: store::ApplicabilityEntry) -> ActionApplicabilityEntry {
        let model::Applicability { kind, object_type } = entry.applicability;
        ActionApplicabilityEntry {
            id: format!("{}:{kind}:{}", entry.action, object_type.as_deref().unwrap_or_default()),
            action_id: door::show(entry.action),
            action_name: entry.name,
            description: entry.description,
            object_kind: kind.as_str().to_owned(),
            object_type,
            created_at: entry.created_at.rfc3339(),
        }
    }
}

/// A page of actions.
#[derive(SimpleObject)]
pub struct ActionList {
    items: Vec<ActionView>,
    total: i64,
}

/// A page of what actions may be asked about.
#[derive(SimpleObject)]
pub struct ActionApplicabilityList {
    items: Vec<ActionApplicabilityEntry>,
    total: i64,
}

/// Objects that an action may be asked about. A type is written `resource:channel` or `channel`.
#[derive(InputObject)]
pub struct ActionApplicabilityInput {
    object_kind: String,
    object_type: Option<String>,
}

impl ActionApplicabilityInput {
    fn read(self) -> Result<model::Applicability> {
        Ok(model::Applicability::read(&self.object_kind, self.object_type.as_deref())?)
    }
}

/// A new action.
#[derive(InputObject)]
pub struct CreateActionInput {
    name: String,
    description: Option<String>,
    applicability: Option<Vec<ActionApplicabilityInput>>,
}

/// What to change: fields left out or null stay; a blank description is taken away; `applicability` replaces the whole.
#[derive(InputObject)]
pub struct UpdateActionInput {
    name: Option<String>,
    description: Option<String>,
    applicability: Option<Vec<ActionApplicabilityInput>>,
}

/// What an action may be asked about from now on.
#[derive(InputObject)]
pub struct AddActionApplicabilityInput {
    action_id: ID,
    object_kind: String,
    object_type: Option<String>,
}

/// What an action may not be asked about any more.
#[derive(InputObject)]
pub struct RemoveActionApplicabilityInput {
    action_id: ID,
    object_kind: String,
    object_type: Option<String>,
}

fn rows(input: Vec<ActionApplicabilityInput>) -> Result<Vec<model::Applicability>> {
    input.into_iter().map(ActionApplicabilityInput::read).collect()
}

/// Queries about actions.
#[derive(Default)]
pub struct ActionQuery;

#[Object]
impl ActionQuery {
    /// The actions there are, for those who deal with policies in a tenant or at the platform.
    async fn actions(
        &self,
        door: &Context<'_>,
        object_kind: Option<String>,
        object_type: Option<String>,
        tenant_id: Option<ID>,
        #[graphql(default = 50)] limit: i32,
        #[graphql(default = 0)] offset: i32,
    ) -> Result<ActionList> {
        let (kind, object_type) = spelled(object_kind, object_type);
        let tenant = door::optional_id("tenantId", tenant_id.as_ref())?;
        let page = door::page(PageBounds::CATALOGUE, Some(limit), Some(offset));
        let page = list(door::ctx(door)?, tenant, &ActionFilter { kind, object_type }, page).await?;
        Ok(ActionList {
            total: door::total(page.total),
            items: page.items.into_iter().map(Into::into).collect(),
        })
    }

    /// What actions may be asked about, for those who deal with policies in a tenant or at the platform.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn action_applicability(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        action_name: Option<String>,
        object_kind: Option<String>,
        object_type: Option<String>,
        #[graphql(default = 50)] limit: i32,
        #[graphql(default = 0)] offset: i32,
    ) -> Result<ActionApplicabilityList> {
        let (kind, object_type) = spelled(object_kind, object_type);
        let tenant = door::optional_id("tenantId", tenant_id.as_ref())?;
        let page = door::page(PageBounds::CATALOGUE, Some(limit), Some(offset));
        let filter = ApplicabilityFilter { action_name, kind, object_type };
        let page = list_applicability(door::ctx(door)?, tenant, &filter, page).await?;
        let items = page.items.into_iter().map(Into::into).collect();
        Ok(ActionApplicabilityList { total: door::total(page.total), items })
    }

    /// One action, for somebody who deals with policies in this tenant, or on the platform.
    async fn action(&self, door: &Context<'_>, id: ID, tenant_id: Option<ID>) -> Result<ActionView> {
        let tenant = door::optional_id("tenantId", tenant_id.as_ref())?;
        Ok(find(door::ctx(door)?, tenant, door::id("id", &id)?).await?.into())
    }
}

/// Changes of actions.
#[derive(Default)]
pub struct ActionMutation;

#[Object]
impl ActionMutation {
    /// Makes an action.
    async fn create_action(&self, door: &Context<'_>, input: CreateActionInput) -> Result<ActionView> {
        let new = NewAction {
            name: fields::name("name", &input.name)?,
            description: fields::description(input.description.as_deref())?,
            applicability: rows(input.applicability.unwrap_or_default())?,
        };
        Ok(create(door::ctx(door)?, new).await?.into())
    }

    /// Changes an action.
    async fn update_action(
        &self,
        door: &Context<'_>,
        id: ID,
        input: UpdateActionInput,
    ) -> Result<ActionView> {
        let patch = ActionPatch {
            name: input.name.as_deref().map(|name| fields::name("name", name)).transpose()?,
            description: input.description.map(|text| fields::description(Some(&text))).transpose()?,
            applicability: input.applicability.map(rows).transpose()?,
        };
        Ok(update(door::ctx(door)?, door::id("id", &id)?, patch).await?.into())
    }

    /// Removes an action for good, also from the blocks that hold it.
    async fn delete_action(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Lets an action be asked about more.
    async fn add_action_applicability(
        &self,
        door: &Context<'_>,
        input: AddActionApplicabilityInput,
    ) -> Result<ActionApplicabilityEntry> {
        let row = model::Applicability::read(&input.object_kind, input.object_type.as_deref())?;
        Ok(add_applicability(door::ctx(door)?, door::id("actionId", &input.action_id)?, row).await?.into())
    }

    /// Lets an action be asked about less.
    async fn remove_action_applicability(
        &self,
        door: &Context<'_>,
        input: RemoveActionApplicabilityInput,
    ) -> Result<bool> {
        let row = model::Applicability::read(&input.object_kind, input.object_type.as_deref())?;
        remove_applicability(door::ctx(door)?, door::id("actionId", &input.action_id)?, row).await?;
        Ok(true)
    }
}
