//! Making a policy test.

use atoll_base::ctx::{Ctx, May, Rule, Within};
use atoll_base::{Event, Result, fields};
use atoll_policy::Selector;
use serde_json::Value;
use uuid::Uuid;

use super::model::{MOST, PolicyTest, PolicyTestFault};
use super::store;
use crate::check::BadSelector;
use crate::tenancy;

/// Who may make tests.
pub(crate) const RULE: Rule = Rule::any(&[May::scope("policy.manage")]);

/// What is needed for a test.
#[derive(Clone, Debug)]
pub struct NewPolicyTest {
    /// The tenant.
    pub tenant: Uuid,
    /// What it is called.
    pub name: String,
    /// Who would act.
    pub subject: Uuid,
    /// Name of the action.
    pub action: String,
    /// Coarse kind of the object.
    pub object_kind: String,
    /// Id of the object.
    pub object: Uuid,
    /// What is claimed.
    pub context: Option<Value>,
    /// Whether the subject may.
    pub may: bool,
}

/// Makes the test. Its object belongs to the tenant; its subject may be anybody. Whether it passes now does not matter.
pub async fn create(ctx: &Ctx, new: NewPolicyTest) -> Result<PolicyTest> {
    ctx.signed_in()?;
    let allowed = ctx.require(&RULE, &Within::<PolicyTest>::tenant(Some(new.tenant)))?;
    let selector =
        Selector { resource_id: None, object_kind: Some(&new.object_kind), object_id: Some(new.object) };
    let object = selector.resolve().map_err(BadSelector::from)?;
    let world = ctx.world()?;
    if world.object_tenant(object) != Some(Some(new.tenant)) {
        return Err(PolicyTestFault::ForeignObject.into());
    }
    if world.entity(new.subject).is_none() {
        return Err(PolicyTestFault::NoSubject.into());
    }
    if world.action_id(&new.action).is_none() {
        return Err(PolicyTestFault::NoSuchAction(new.action).into());
    }
    let test = PolicyTest {
        id: ctx.new_id(),
        tenant: new.tenant,
        name: fields::name("name", &new.name)?,
        subject: new.subject,
        action: new.action,
        object,
        context: fields::object("context", new.context)?,
        may: new.may,
        created_at: ctx.now(),
    };
    let mut tx = ctx.begin().await?;
    tenancy::active(&tx, Some(test.tenant)).await?;
    if store::count(tx.conn(), test.tenant).await? >= MOST {
        return Err(PolicyTestFault::TooMany.into());
    }
    store::insert(&tx, &allowed, &test).await?;
    let event = Event::new("policy_test.create").on("policy_test", test.id).of(Some(test.tenant));
    tx.record(&allowed, event.after(test.state()));
    tx.commit().await?;
    Ok(test)
}
