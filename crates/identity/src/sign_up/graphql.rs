//! The GraphQL door of sign-up.

use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use atoll_base::Result;
use atoll_base::door::graphql as door;
use serde_json::Value;

use super::{NewAccount, sign_up};
use crate::identity;

/// What you sign up with.
#[derive(InputObject)]
pub struct SignupInput {
    name: String,
    email: String,
    password: String,
    #[graphql(default_with = "Json(Value::Null)")]
    attributes: Json<Value>,
}

/// What comes of it, whether or not the address had an account already.
#[derive(SimpleObject)]
pub struct SignupResponse {
    entity_id: ID,
    email: String,
    verification_required: bool,
}

/// Making an account.
#[derive(Default)]
pub struct SignUpMutation;

#[Object]
impl SignUpMutation {
    /// Makes an account for you. You can sign in once you have opened the link that is sent to your address. If your name is
    /// taken, a few letters are added to it; the mail says which.
    async fn signup(&self, door: &Context<'_>, input: SignupInput) -> Result<SignupResponse> {
        let SignupInput { name, email, password, attributes: Json(attributes) } = input;
        let new = NewAccount { name, email, password: password.into(), attributes: Some(attributes) };
        let done = sign_up(door::ctx(door)?, identity::of(door)?, new).await?;
        Ok(SignupResponse {
            entity_id: door::show(done.entity),
            email: done.email,
            verification_required: true,
        })
    }
}
