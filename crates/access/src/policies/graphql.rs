//! The GraphQL door of direct policies.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use atoll_base::ctx::Ctx;
use atoll_base::door::graphql as door;
use atoll_base::{Common, Moment, PageBounds, Result, TimeSort};
use uuid::Uuid;

use super::model::DirectPolicy;
use super::{NewPolicy, PolicyFilter, create, delete, list};
use crate::blocks;
use crate::blocks::graphql::BlockView;
use crate::term::TermInput;
use crate::words::SubjectKind;

/// A subject holds a permission block directly.
#[derive(SimpleObject)]
#[graphql(name = "DirectPolicy")]
pub struct PolicyView {
    id: ID,
    tenant_id: Option<ID>,
    subject_kind: SubjectKind,
    subject_id: ID,
    permission_block_id: ID,
    permission_block: BlockView,
    /// From when on it counts; null means at once.
    not_before: Option<String>,
    /// Until when it counts; null means until it is taken away.
    expires_at: Option<String>,
    /// Why it was given.
    reason: Option<String>,
    created_at: String,
}

impl PolicyView {
    /// Shows policies, in their order, with one look for the blocks of all.
    async fn of(ctx: &Ctx, policies: Vec<DirectPolicy>) -> Result<Vec<PolicyView>> {
        let ids: Vec<Uuid> = policies.iter().map(|policy| policy.block).collect();
        let found = blocks::store::by_ids(&ctx.reader(), &ids).await?;
        let ids: Vec<Uuid> = found.iter().map(|block| block.id).collect();
        let views: HashMap<Uuid, BlockView> = ids.into_iter().zip(BlockView::of(ctx, found).await?).collect();
        let show = |policy: DirectPolicy| {
            let block = views.get(&policy.block).cloned();
            Ok(PolicyView {
                id: door::show(policy.id),
                tenant_id: policy.tenant.map(door::show),
                subject_kind: policy.subject.into(),
                subject_id: door::show(policy.subject.id()),
                permission_block_id: door::show(policy.block),
                permission_block: block.ok_or_else(|| Common::not_found("permission block", policy.block))?,
                not_before: policy.term.not_before.map(Moment::rfc3339),
                expires_at: policy.term.expires.map(Moment::rfc3339),
                reason: policy.term.reason,
                created_at: policy.created_at.rfc3339(),
            })
        };
        policies.into_iter().map(show).collect()
    }
}

/// A page of direct policies.
#[derive(SimpleObject)]
pub struct DirectPolicyList {
    items: Vec<PolicyView>,
    total: i64,
    /// The `after` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// A new direct policy.
#[derive(InputObject)]
pub struct CreateDirectPolicyInput {
    /// The tenant of the permission block.
    tenant_id: Option<ID>,
    subject_kind: SubjectKind,
    subject_id: ID,
    permission_block_id: ID,
    /// For how long, and why; null means until it is taken away.
    term: Option<TermInput>,
}

/// Queries about direct policies.
#[derive(Default)]
pub struct PolicyQuery;

#[Object]
impl PolicyQuery {
    /// The direct policies of a tenant, or all, for those who deal with policies there.
    #[expect(clippy::too_many_arguments, reason = "the arguments are the interface")]
    async fn direct_policies(
        &self,
        door: &Context<'_>,
        tenant_id: Option<ID>,
        subject_kind: Option<SubjectKind>,
        subject_id: Option<ID>,
        permission_block_id: Option<ID>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort: Option<TimeSort>,
        after: Option<String>,
    ) -> Result<DirectPolicyList> {
        let ctx = door::ctx(door)?;
        let filter = PolicyFilter {
            tenant: door::optional_id("tenantId", tenant_id.as_ref())?,
            subject_kind,
            subject: door::optional_id("subjectId", subject_id.as_ref())?,
            block: door::optional_id("permissionBlockId", permission_block_id.as_ref())?,
        };
        let sort = sort.unwrap_or_default();
        let request = door::list(door, PageBounds::ORDINARY, sort, (limit, offset), after)?;
        let page = list(ctx, &filter, &request).await?;
        let items = PolicyView::of(ctx, page.items).await?;
        let (total, next_cursor) = (door::total(page.total.unwrap_or_default()), page.next);
        Ok(DirectPolicyList { items, total, next_cursor })
    }
}

/// Changes of direct policies.
#[derive(Default)]
pub struct PolicyMutation;

#[Object]
impl PolicyMutation {
    /// Gives a permission block to a subject directly, once.
    async fn create_direct_policy(
        &self,
        door: &Context<'_>,
        input: CreateDirectPolicyInput,
    ) -> Result<PolicyView> {
        let ctx = door::ctx(door)?;
        let new = NewPolicy {
            tenant: door::optional_id("tenantId", input.tenant_id.as_ref())?,
            subject: input.subject_kind.of(door::id("subjectId", &input.subject_id)?),
            block: door::id("permissionBlockId", &input.permission_block_id)?,
            term: TermInput::read(input.term)?,
        };
        let made = create(ctx, new).await?;
        let shown = PolicyView::of(ctx, vec![made]).await?.pop();
        Ok(shown.ok_or_else(|| Common::bug("a direct policy was not shown"))?)
    }

    /// Takes a permission block from a subject; the block goes too when nothing else holds it.
    async fn delete_direct_policy(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }
}
