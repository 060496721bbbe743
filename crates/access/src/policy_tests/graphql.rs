//! The GraphQL door of policy tests.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{PageBounds, Result};
use serde_json::Value;

use super::{NewPolicyTest, PolicyTest, Ran, create, delete, gate, list, run};

/// What a subject must, or must not, be allowed.
#[derive(SimpleObject)]
#[graphql(name = "PolicyTest")]
pub struct PolicyTestView {
    id: ID,
    tenant_id: ID,
    name: String,
    subject_id: ID,
    action: String,
    object_kind: String,
    object_id: ID,
    context: Json<Value>,
    /// Whether the subject may.
    may: bool,
    created_at: String,
}

impl From<PolicyTest> for PolicyTestView {
    fn from(test: PolicyTest) -> PolicyTestView {
        PolicyTestView {
            id: door::show(test.id),
            tenant_id: door::show(test.tenant),
            name: test.name,
            subject_id: door::show(test.subject),
            action: test.action,
            object_kind: test.object.kind.as_str().to_owned(),
            object_id: door::show(test.object.id),
            context: Json(test.context),
            may: test.may,
            created_at: test.created_at.rfc3339(),
        }
    }
}

/// A page of policy tests.
#[derive(SimpleObject)]
pub struct PolicyTestList {
    items: Vec<PolicyTestView>,
    total: i64,
    /// Whether tests that would begin to fail refuse changes.
    gated: bool,
}

/// What came of one test.
#[derive(SimpleObject)]
pub struct PolicyTestResult {
    test: PolicyTestView,
    passed: bool,
    /// Why the subject may, or may not.
    reason: String,
}

/// What came of all tests of a tenant.
#[derive(SimpleObject)]
pub struct PolicyTestRun {
    passed: i64,
    failed: i64,
    results: Vec<PolicyTestResult>,
}

impl From<Ran> for PolicyTestRun {
    fn from(ran: Ran) -> PolicyTestRun {
        let passed = ran.verdicts.iter().filter(|verdict| verdict.passed).count() as u64;
        let failed = ran.verdicts.len() as u64 - passed;
        let results = ran.verdicts.into_iter().map(|verdict| PolicyTestResult {
            test: verdict.test.into(),
            passed: verdict.passed,
            reason: verdict.reason,
        });
        PolicyTestRun { passed: door::total(passed), failed: door::total(failed), results: results.collect() }
    }
}

/// A new policy test.
#[derive(InputObject)]
pub struct CreatePolicyTestInput {
    tenant_id: ID,
    /// Once in the tenant.
    name: String,
    subject_id: ID,
    action: String,
    object_kind: String,
    /// Belongs to the tenant.
    object_id: ID,
    /// What is claimed about the circumstances; `{}` when left out.
    context: Option<Json<Value>>,
    /// Whether the subject may.
    may: bool,
}

/// Queries about policy tests.
#[derive(Default)]
pub struct PolicyTestQuery;

#[Object]
impl PolicyTestQuery {
    /// The policy tests of a tenant, by name, for those who deal with policies in it.
    async fn policy_tests(
        &self,
        door: &Context<'_>,
        tenant_id: ID,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<PolicyTestList> {
        let tenant = door::id("tenantId", &tenant_id)?;
        let listed = list(door::ctx(door)?, tenant, door::page(PageBounds::ORDINARY, limit, offset)).await?;
        let items = listed.page.items.into_iter().map(PolicyTestView::from).collect();
        Ok(PolicyTestList { items, total: door::total(listed.page.total), gated: listed.gated })
    }

    /// Runs the policy tests of a tenant, as things are or as a draft would make them.
    async fn run_policy_tests(
        &self,
        door: &Context<'_>,
        tenant_id: ID,
        draft_id: Option<ID>,
    ) -> Result<PolicyTestRun> {
        let draft = door::optional_id("draftId", draft_id.as_ref())?;
        Ok(run(door::ctx(door)?, door::id("tenantId", &tenant_id)?, draft).await?.into())
    }
}

/// Changes of policy tests.
#[derive(Default)]
pub struct PolicyTestMutation;

#[Object]
impl PolicyTestMutation {
    /// Makes a policy test.
    async fn create_policy_test(
        &self,
        door: &Context<'_>,
        input: CreatePolicyTestInput,
    ) -> Result<PolicyTestView> {
        let new = NewPolicyTest {
            tenant: door::id("tenantId", &input.tenant_id)?,
            name: input.name,
            subject: door::id("subjectId", &input.subject_id)?,
            action: input.action,
            object_kind: input.object_kind,
            object: door::id("objectId", &input.object_id)?,
            context: door::json(input.context),
            may: input.may,
        };
        Ok(create(door::ctx(door)?, new).await?.into())
    }

    /// Removes a policy test.
    async fn delete_policy_test(&self, door: &Context<'_>, id: ID) -> Result<bool> {
        delete(door::ctx(door)?, door::id("id", &id)?).await?;
        Ok(true)
    }

    /// Lets policy tests of a tenant that would begin to fail refuse changes in it, or no longer. Returns how it is now.
    async fn gate_policy_tests(&self, door: &Context<'_>, tenant_id: ID, on: bool) -> Result<bool> {
        gate(door::ctx(door)?, door::id("tenantId", &tenant_id)?, on).await
    }
}
