//! May they? The decision engine of Atoll.
//!
//! [`Fact`]s go in, decisions come out: who exists, what they hold and where things lie are facts; a [`World`] is what
//! they amount to at one moment. It answers
//!
//! - [`decide`](World::decide): may this subject do this to that object, and why (not);
//! - [`explain`](World::explain): the same, with everything that was looked at;
//! - [`gate`](World::gate): may this caller pass, by unconditional grants at exact scopes;
//! - [`exceeding`](World::exceeding): does a change hand out more than its caller has;
//! - [`receptions`](World::receptions): what kinds of entity receive by a change;
//! - [`visible`](World::visible): which objects may be listed, as a filter for a query, and
//!   [`count_visible`](World::count_visible): how many those are;
//! - [`search_objects`](World::search_objects), [`search_subjects`](World::search_subjects) and
//!   [`search_actions`](World::search_actions): every answer to a question with a gap in it.
//!
//! A world never changes. [`World::apply`] makes the next one in microseconds, sharing what stayed the same, so readers
//! are never blocked and never see half a change. A decision looks up the handful of places that cover the object and
//! then whatever is shorter, those who hold something there or what the subject has: how much the subject or the tenant
//! has been granted and how deep groups nest does not make it slower.
//!
//! # What it does not do
//!
//! No input or output, no clock, no randomness that shows: whatever depends on time or on the request comes with the
//! question. It stores nothing, checks no token and validates no write; whoever records a fact has made sure that it may
//! be recorded. Facts that refer to something unknown are harmless: they grant nothing until that arrives.
//!
//! # Principles
//!
//! - Nothing is granted by default. A deny that matches outweighs every allow, at whatever scope.
//! - A grant with a tenant boundary, its own or that of its block, reaches only what belongs to that tenant.
//! - A condition that cannot be judged never helps: an allow does not match, a deny stands. (Worlds that are not strict
//!   take such a deny as not matching.)
//! - An object group that is not in use opens nothing; denies through it stand. A principal group that is not in use
//!   cuts off what it and the groups above it would pass on, allow and deny.
//!
//! # Example
//!
//! ```
//! use atoll_policy::{
//!     Effect, EntityKind, Fact, ObjectKind, ObjectRef, Question, Scope, Selector, Status, Subject, TenantStatus, World,
//!     Window, catalogue,
//! };
//! use serde_json::json;
//! use uuid::Uuid;
//!
//! let [plant, sensor, telemetry, block, policy] = [1, 2, 3, 4, 5].map(Uuid::from_u128);
//! let facts = [
//!     Fact::Tenant { id: plant, status: TenantStatus::Active, attributes: json!({}) },
//!     Fact::Entity {
//!         id: sensor, tenant: Some(plant), kind: EntityKind::Device, name: "sensor-1".into(),
//!         status: Status::Active, deleted: false, attributes: json!({}),
//!     },
//!     Fact::Resource {
//!         id: telemetry, tenant: Some(plant), kind: "channel".into(), name: Some("telemetry".into()),
//!         deleted: false, attributes: json!({}),
//!     },
//!     Fact::Block {
//!         id: block, tenant: Some(plant), scope: Scope::Type("resource:channel".parse().unwrap()),
//!         effect: Effect::Allow, conditions: json!({}), actions: vec![catalogue::id("publish").unwrap()],
//!     },
//!     Fact::DirectPolicy {
//!         id: policy, tenant: Some(plant), subject: Subject::Entity(sensor), block, window: Window::ALWAYS,
//!     },
//! ];
//! let world = World::load(true, catalogue::facts().chain(facts));
//!
//! let nothing = json!({});
//! let mut question = Question {
//!     subject: sensor, action: "publish", object: Selector::resource(telemetry),
//!     context: &nothing, session: &nothing, now: 0, ceiling: None, administrative: false,
//! };
//! assert!(world.decide(&question).unwrap().allowed);
//!
//! question.action = "subscribe";
//! assert_eq!(world.decide(&question).unwrap().reason.to_string(), "no matching allow policy");
//!
//! question.object = Selector::object(ObjectRef::new(ObjectKind::Tenant, plant));
//! assert_eq!(world.decide(&question).unwrap().reason.to_string(), "unknown action 'subscribe'");
//! ```

mod actions;
mod asker;
mod bag;
mod bound;
pub mod catalogue;
mod ceiling;
mod change;
mod compare;
mod condition;
mod decide;
mod decision;
mod directory;
mod explain;
mod explanation;
mod fact;
mod gate;
mod grants;
mod ids;
mod index;
mod insight;
mod known;
mod lineage;
mod load;
mod object;
#[cfg(any(test, feature = "oracle"))]
pub mod oracle;
mod posting;
mod question;
mod receive;
mod rows;
#[cfg(any(test, feature = "scenarios"))]
pub mod scenario;
mod scope;
mod search;
mod sharded;
mod tally;
mod target;
mod usage;
mod visible;
mod window;
mod words;
mod world;

pub use bound::Exceeding;
pub use ceiling::{Ceiling, CeilingEntry, CeilingScope};
pub use compare::{Comparison, Differences, Shift};
pub use condition::Conditions;
pub use decision::{Decision, Lifecycle, Reason};
pub use directory::{CredentialView, EntityView, GroupView, ResourceView, RoleView, Stats, TenantView};
pub use explanation::{
    Binding, BindingResult, CapabilityPart, Explanation, GrantKind, ResourcePart, SkipReason, SubjectPart,
    Unjudged,
};
pub use fact::{Change, Fact, FactKey, Subject};
pub use gate::{At, GateOn, GateOutcome};
pub use insight::{Considered, Fate, Insight, RolePart, Turn, Weighed};
pub use load::Loader;
pub use object::{ObjectRef, ObjectType};
pub use question::{Question, Selector, SelectorError};
pub use receive::{Reception, Recipient};
pub use scope::{Scope, ScopeColumns, ScopeError};
pub use search::{CANDIDATES, Matches, Search};
pub use visible::{Only, Visible, VisibleScope};
pub use window::{Phase, When, Window};
pub use words::{Effect, EntityKind, GroupFlavour, ObjectKind, Status, TenantStatus, UnknownWord};
pub use world::World;
