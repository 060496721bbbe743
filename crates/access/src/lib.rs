//! What may be done to what: the things that grants speak of and the grants themselves.
//!
//! - [`groups`]: containers of principals and of objects, and where objects lie ([`groups::placement`]).
//! - [`resources`]: whatever is protected and is neither an entity nor a group. - [`actions`]: what can be granted.
//! - [`blocks`], [`roles`], [`assignments`], [`policies`]: permission blocks and who holds them.
//! - [`rules`]: guardrails, which some kinds of entity must not receive. - [`check`]: asking for decisions.
//! - [`visible`]: a decision's filter for lists, carried out in SQL.
//!
//! What is not here: who exists (tenants, entities and credentials are `identity`'s), and deciding itself (`policy`).
//!
//! Entry points: [`migrations`], [`tables`], [`seed::seed`] and [`AccessFacts`] for the wiring, [`graphql`] and
//! [`check`] for doors, [`bootstrap::tenant_admin`], [`groups::placement`] and [`words`] for rooms below.

pub mod bootstrap;
pub mod check;
mod facts;
pub mod graphql;
pub mod groups;
mod migrations;
pub mod roles;
pub mod seed;
pub mod visible;
pub mod words;

pub use facts::AccessFacts;
pub use migrations::migrations;

/// This room's tables for backups, those referred to before those that refer.
pub fn tables() -> Vec<Box<dyn atoll_base::backup::Table>> {
    vec![atoll_base::backup::of::<groups::placement::Entity>("placements")]
}
