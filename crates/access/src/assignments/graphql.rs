//! The GraphQL door of role assignments.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Lookahead, Object, SimpleObject};
use atoll_base::ctx::Ctx;
use atoll_base::door::graphql as door;
use atoll_base::{Common, Moment, PageBounds, Result, TimeSort};
use uuid::Uuid;

use super::{Assignment, AssignmentFilter, NewAssignment, create, delete, list};
use crate::roles;
use crate::roles::graphql::RoleView;
use crate::term::TermInput;
use crate::words::SubjectKind;

/// A subject holds a role.
#[derive(SimpleObject)]
pub struct RoleAssignment {
    id: ID,
    tenant_id: Option<ID>,
    subject_kind: SubjectKind,
    subject_id: ID,
    role_id: ID,
    role: RoleView,
    /// From when on it counts; null means at once.
    not_before: Option<String>,
    /// Until when it counts; null means until it is taken away.
    expires_at: Option<String>,
    /// Why it was given.
    reason: Option<String>,
    created_at: String,
}

impl RoleAssignment {
    /// Shows assignments, in their order, with one look for the roles of all.
    async fn of(
        ctx: &Ctx,
        selected: Lookahead<'_>,
        assignments: Vec<Assignment>,
    ) -> Result<Vec<RoleAssignment>> {
        let ids: Vec<Uuid> = assignments.iter().map(|assignment| assignment.role).collect();
        let found = roles::store::by_ids(&ctx.reader(), &ids).await?;
        let (ids, found): (Vec<Uuid>, Vec<_>) = found.into_iter().unzip();
        let views = RoleView::of(ctx, selected.field("role"), found).await?;
        let views: HashMap<Uuid, RoleView> = ids.into_iter().zip(views).collect();
        let show = |assignment: Assignment| {
            let role = views.get(&assignment.role).cloned();
            Ok(RoleAssignment {
                id: door::show(assignment.id),
                tenant_id: assignment.tenant.map(door::show),
                subject_kind: assignment.subject.into(),
                subject_id: door::show(assignment.subject.id()),
                role_id: door::show(assignment.role),
                role: role.ok_or_else(|| Common::not_found("role", assignment.role))?,
                not_before: assignment.term.not_before.map(Moment::rfc3339),
                expires_at: assignment.term.expires.map(Moment::rfc3339),
                reason: assignment.term.reason,
                created_at: assignment.created_at.rfc3339(),
            })
        };
        assignments.into_iter().map(show).collect()
    }
}

/// A page of role assignments.
#[derive(SimpleObject)]
pub struct RoleAssignmentList {
    items: Vec<RoleAssignment>,
    total: i64,
    /// The `after` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// A new role assignment.
#[derive(InputObject)]
pub struct CreateRoleAssignmentInput {
    /// The tenant of the role.
    tenant_id: Option<ID>,
    subject_kind: SubjectKind,
    subject_id: ID,
    role_id: ID,
    /// For how long, and why; null means until it is taken away.
    term: Option<TermInput>,
}

/// Queries about role assignments.
#[derive(Default)]
pub struct AssignmentQuery;

#[Object]
impl AssignmentQuery {
    /// The role assignments of a tenant, or all, for those who deal with policies there.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn role_assignments(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        subject_kind: Option<SubjectKind>,
        subject_id: Option<ID>,
        role_id: Option<ID>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<TimeSort>,
        after: Option<String>,
    ) -> Result<RoleAssignmentList> {
        let ctx = door::ctx(door)?;
        let filter = AssignmentFilter {
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            subject_kind,
            subject: door::optional_id("subjectId", subject_id.as_ref())?,
            role: door::optional_id("roleId", role_id.as_ref())?,
        };
        let sort = sort.unwrap_or_default();
        let request = door::list(door, PageBounds::ORDINARY, sort, (limit, offset), after)?;
        let page = list(ctx, &filter, &request).await?;
        let items = RoleAssignment::of(ctx, door.look_ahead().field("items"), page.items).await?;
        let (total, next_cursor) = (door::total(page.total.unwrap_or_default()), page.next);
        Ok(RoleAssignmentList { items, total, next_cursor })
    }
}

/// Changes of role assignments.
#[derive(Default)]
pub struct AssignmentMutation;

#[Object]
impl AssignmentMutation {
    /// Gives a role to a subject, once.
    async fn create_role_assignment(
        &self,
        door: &Context<'_>,
        input: CreateRoleAssignmentInput,
    ) -> Result<RoleAssignment> {
        let ctx = door::ctx(door)?;
        let new = NewAssignment {
            tenant: door::optional_id("tenantId", input.tenant_id.as_ref())?,
            subject: input.subject_kind.of(door::id("subjectId", &input.subject_id)?),
            role: door::id("roleId", &input.role_id)?,
            term: TermInput::read(input.term)?,
        };
        let made = create(ctx, new).await?;
        let shown = RoleAssignment::of(ctx, door.look_ahead(), vec![made]).await?.pop();
        Ok(shown.ok_or_else(|| Common::bug("an assignment was not shown"))?)
    }

    /// Takes a role from a subject.
    async fn delete_role_assignment(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }
}
