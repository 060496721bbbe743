use atoll_policy::oracle::Oracle;
use atoll_policy::{
    Effect, EntityKind, Fact, ObjectKind, Question, Scope, Selector, Status, Subject, Window, World,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Conditions of a block, and what they are judged on: JSON `[conditions, context, session, attributes]`, of which the last
/// ones may be missing. Compiling and judging them never panics, and engine and oracle come to the same, for an allow and for
/// a deny, in strict worlds and in lenient ones.
pub fn conditions(input: &[u8]) {
    let Ok(Value::Array(parts)) = serde_json::from_slice(input) else { return };
    let part = |at: usize| parts.get(at).cloned().unwrap_or_else(|| json!({}));
    let (context, session) = (part(1), part(2));
    for effect in [Effect::Allow, Effect::Deny] {
        let facts = facts(&part(0), &part(3), effect);
        for strict in [true, false] {
            let question = Question {
                subject: ENTITY,
                action: "read",
                object: Selector::resource(RESOURCE),
                context: &context,
                session: &session,
                now: 0,
                ceiling: None,
                administrative: false,
            };
            let world = World::load(strict, facts.clone());
            let decision = world.decide(&question).expect("the selector is whole");
            let said = Oracle::new(strict, facts.clone()).decide(&question).expect("the selector is whole");
            assert_eq!((decision.allowed, decision.reason.to_string()), (said.allowed, said.reason));
            let explanation = world.explain(&question).expect("the selector is whole");
            assert_eq!(explanation.allowed, decision.allowed);
            let insight = world.insight(&question).expect("the selector is whole");
            assert_eq!(insight.allowed, decision.allowed);
        }
    }
}

const ENTITY: Uuid = Uuid::from_u128(1);
const RESOURCE: Uuid = Uuid::from_u128(2);

/// Somebody who may read a thing if the conditions hold, or unless they do.
fn facts(conditions: &Value, attributes: &Value, effect: Effect) -> Vec<Fact> {
    let [action, wide, block] = [3, 4, 5].map(Uuid::from_u128);
    let held = |id: u128, block| Fact::DirectPolicy {
        id: Uuid::from_u128(id),
        tenant: None,
        subject: Subject::Entity(ENTITY),
        block,
        window: Window::ALWAYS,
    };
    let block_of = |id, effect, conditions| Fact::Block {
        id,
        tenant: None,
        scope: Scope::Platform,
        effect,
        conditions,
        actions: vec![action],
    };
    let mut facts = vec![
        Fact::Entity {
            id: ENTITY,
            tenant: None,
            kind: EntityKind::Human,
            name: "somebody".to_owned(),
            status: Status::Active,
            deleted: false,
            attributes: attributes.clone(),
        },
        Fact::Resource {
            id: RESOURCE,
            tenant: None,
            kind: "channel".to_owned(),
            name: None,
            deleted: false,
            attributes: attributes.clone(),
        },
        Fact::Action { id: action, name: "read".to_owned() },
        Fact::Applicability { action, object_kind: ObjectKind::Resource, object_type: None },
        block_of(block, effect, conditions.clone()),
        held(6, block),
    ];
    if effect == Effect::Deny {
        facts.extend([block_of(wide, Effect::Allow, json!({})), held(7, wide)]);
    }
    facts
}
