//! The GraphQL door of comparisons.

use async_graphql::{Context, ID, Object, SimpleObject};
use atoll_base::Result;
use atoll_base::door::graphql as door;

use super::between;
use super::outcome::{Access, Outcome};

/// Somebody may do something to something.
#[derive(SimpleObject)]
#[graphql(name = "AccessOf")]
pub struct AccessView {
    subject_id: ID,
    action: String,
    object_kind: String,
    object_id: ID,
}

impl From<Access> for AccessView {
    fn from(access: Access) -> AccessView {
        AccessView {
            subject_id: door::show(access.subject_id),
            action: access.action,
            object_kind: access.object_kind.to_owned(),
            object_id: door::show(access.object_id),
        }
    }
}

/// Who gained and who lost what.
#[derive(SimpleObject)]
pub struct AccessDifference {
    gained: Vec<AccessView>,
    lost: Vec<AccessView>,
    /// Whether that is all: false if there is more than is told or looked at.
    complete: bool,
    /// How many differences are about tenants in which you may not ask about others.
    hidden: i64,
}

impl From<Outcome> for AccessDifference {
    fn from(outcome: Outcome) -> AccessDifference {
        AccessDifference {
            gained: outcome.gained.into_iter().map(AccessView::from).collect(),
            lost: outcome.lost.into_iter().map(AccessView::from).collect(),
            complete: outcome.complete,
            hidden: door::total(outcome.hidden as u64),
        }
    }
}

/// Comparing access.
#[derive(Default)]
pub struct SimulateQuery;

#[Object]
impl SimulateQuery {
    /// Who gained and who lost what between two revisions, `to` being now if you leave it out. Questions are asked at the
    /// present time and without a context. For those who deal with policies in the tenant or, without one, at the platform.
    async fn access_difference(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        from: String,
        to: Option<String>,
    ) -> Result<AccessDifference> {
        let tenant = door::optional_id("tenantId", tenant_id.as_ref())?;
        let to = to.map(|token| token.parse()).transpose()?;
        Ok(between(door::ctx(door)?, tenant, &from.parse()?, to.as_ref()).await?.into())
    }
}
