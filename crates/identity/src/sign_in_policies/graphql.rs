//! The GraphQL door of what is asked of people who sign in.

use std::time::Duration;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use atoll_base::door::graphql as door;
use atoll_base::{Common, Result, settings};

use super::{SignInPolicy, find, set};

/// What people need besides a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(rename_items = "snake_case", remote = "settings::SecondFactor")]
pub enum SecondFactor {
    /// Nothing, unless they chose to.
    None,
    /// Whatever second factor they like.
    Any,
    /// A passkey.
    Passkey,
}

/// What is asked of the people at home in a tenant.
#[derive(SimpleObject)]
#[graphql(name = "SignInPolicy")]
pub struct SignInPolicyView {
    second_factor: SecondFactor,
    /// How long they may still sign in without it, after this was set or their account was made.
    grace_secs: i64,
}

impl From<SignInPolicy> for SignInPolicyView {
    fn from(policy: SignInPolicy) -> SignInPolicyView {
        SignInPolicyView {
            second_factor: policy.second_factor.into(),
            grace_secs: door::total(policy.grace.as_secs()),
        }
    }
}

/// What to ask of the people at home in a tenant.
#[derive(InputObject)]
pub struct SignInPolicyInput {
    second_factor: SecondFactor,
    /// How long they may still sign in without it.
    #[graphql(default = 604_800)]
    grace_secs: i64,
}

/// Queries about what is asked.
#[derive(Default)]
pub struct SignInPolicyQuery;

#[Object]
impl SignInPolicyQuery {
    /// What a tenant asks of its people when they sign in.
    async fn tenant_sign_in_policy(&self, door: &Context<'_>, tenant_id: ID) -> Result<SignInPolicyView> {
        Ok(find(door::ctx(door)?, door::id("tenantId", &tenant_id)?).await?.into())
    }
}

/// Changes of what is asked.
#[derive(Default)]
pub struct SignInPolicyMutation;

#[Object]
impl SignInPolicyMutation {
    /// Sets what a tenant asks of its people when they sign in.
    async fn set_tenant_sign_in_policy(
        &self,
        door: &Context<'_>,
        tenant_id: ID,
        input: SignInPolicyInput,
    ) -> Result<SignInPolicyView> {
        let grace = u64::try_from(input.grace_secs)
            .map_err(|_| Common::Invalid("graceSecs must not be negative".into()))?;
        let tenant = door::id("tenantId", &tenant_id)?;
        let (wanted, grace) = (input.second_factor.into(), Duration::from_secs(grace));
        Ok(set(door::ctx(door)?, tenant, wanted, grace).await?.into())
    }
}
