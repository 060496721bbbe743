//! What may be done to what: the things that grants speak of and the grants themselves.
//!
//! - [`groups`]: containers of principals and of objects, and where objects lie ([`groups::placement`]).
//! - [`resources`]: whatever is protected and is neither an entity nor a group. - [`actions`]: what can be granted.
//! - [`blocks`], [`roles`], [`assignments`], [`policies`]: permission blocks and who holds them.
//! - [`requests`]: asking for a role. - [`simulate`]: what a change would do. - [`recorded`]: the decision log. -
//!   [`drafts`]: changes that do not count yet. - [`policy_tests`]: what must stay allowed, and what not.
//! - [`reports`]: who has what, and through which groups. - [`tombstones`], [`forget`]: bringing back what was deleted, and removing it for good.
//! - [`rules`]: guardrails, what some kinds of entity must not receive. - [`overrides`]: exceptions from them. - [`check`], [`search`]: asking for decisions.
//! - [`watch`]: being told what changes. - [`audit`]: reading what happened. - [`webhooks`]: telling others of it. - [`visible`]: a decision's filter for lists, carried out in SQL.
//!
//! What is not here: who exists (tenants, entities and credentials are `identity`'s), and deciding itself (`policy`).
//!
//! Nobody hands out more than they have, no kind of entity receives what a guardrail keeps from it, and tenants can let policy
//! tests refuse a change: every change passes three guards, `bound`, `rules` and `policy_tests`, before it is committed.
//!
//! Entry points: [`migrations`], [`tables`], [`seed()`] and [`AccessFacts`] for the wiring; [`graphql`] and [`check`] for
//! doors; [`bootstrap::tenant_admin`], [`groups::placement`], [`groups::join`], [`assignments::assign_in_tenant`],
//! [`assignments::revoke_subject_in_tenant`] and [`words`] for the rooms below.

pub mod actions;
pub mod assignments;
pub mod audit;
pub mod blocks;
pub mod bootstrap;
mod bound;
pub mod check;
pub mod drafts;
mod facts;
pub mod forget;
pub mod graphql;
pub mod groups;
mod migrations;
pub mod overrides;
pub mod policies;
pub mod policy_tests;
pub mod recorded;
pub mod reports;
pub mod requests;
pub mod resources;
pub mod roles;
pub mod rules;
pub mod search;
pub mod seed;
pub mod simulate;
mod subjects;
mod target;
pub mod tenancy;
mod term;
pub mod tombstones;
pub mod visible;
pub mod watch;
pub mod webhooks;
pub mod words;

use std::sync::Arc;

use atoll_base::backup::{Table, of};
use atoll_base::ctx::Guard;
use atoll_base::keeper::Over;
use atoll_base::vault::{SealedColumn, sealed_column};

pub use bound::ExceedsGrantor;
pub use facts::AccessFacts;
pub use migrations::migrations;
pub use seed::seed;
pub use subjects::{GrantFault, holds_anything};
pub use term::{Renewal, Term, TermFault, TermInput};

/// What this room asks before every commit.
pub fn guards() -> Vec<Arc<dyn Guard>> {
    vec![Arc::new(rules::Guardrails), Arc::new(bound::Bound), Arc::new(policy_tests::Gate)]
}

/// The columns of this room that hold sealed values.
pub fn sealed() -> Vec<Box<dyn SealedColumn>> {
    use webhooks::store::{Column, Entity};
    let of_webhook = |column| sealed_column::<Entity>(Column::Id, column, |id| webhooks::place(id));
    vec![of_webhook(Column::Secret), of_webhook(Column::OldSecret)]
}

/// What this room keeps and forgets when it is over.
pub fn over() -> Vec<Over> {
    vec![Over::new("webhook deliveries", |ground| Box::pin(async move { webhooks::prune(&ground).await }))]
}

/// This room's tables for backups, those referred to before those that refer.
pub fn tables() -> Vec<Box<dyn Table>> {
    vec![
        of::<groups::store::Entity>("groups"),
        of::<groups::members::store::Entity>("group_members"),
        of::<groups::placement::Entity>("placements"),
        of::<resources::store::Entity>("resources"),
        of::<actions::store::action::Entity>("actions"),
        of::<actions::store::applicability::Entity>("action_applicability"),
        of::<blocks::store::Entity>("permission_blocks"),
        of::<blocks::store::action::Entity>("permission_block_actions"),
        of::<roles::store::Entity>("roles"),
        of::<roles::store::link::Entity>("role_permission_blocks"),
        of::<assignments::store::Entity>("role_assignments"),
        of::<policies::store::Entity>("direct_policies"),
        of::<rules::store::Entity>("action_assignment_rules"),
        of::<requests::store::Entity>("access_requests"),
        of::<overrides::store::Entity>("guardrail_overrides"),
        of::<recorded::store::Entity>("decision_log"),
        of::<drafts::store::Entity>("drafts"),
        of::<drafts::store::entry::Entity>("draft_entries"),
        of::<drafts::store::report::Entity>("draft_reports"),
        of::<drafts::store::report::difference::Entity>("draft_differences"),
        of::<policy_tests::store::Entity>("policy_tests"),
        of::<policy_tests::store::gate::Entity>("policy_test_gates"),
        of::<webhooks::store::Entity>("webhooks"),
        of::<webhooks::deliveries::store::Entity>("webhook_deliveries"),
    ]
}
