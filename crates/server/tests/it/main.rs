//! The rooms together, on both engines, without a network.

mod actions;
mod assignments;
mod audit;
mod authorized;
mod blocks;
mod checks;
mod credentials;
mod decision_log;
#[path = "../../../policy/tests/it/digits.rs"]
#[allow(dead_code, reason = "shared with the tests of policy")]
mod digits;
mod direction;
mod drafts;
mod dry_run;
mod entities;
mod fields;
mod giving;
mod groups;
mod guardrails;
mod harness;
mod keys;
mod listed;
mod lists;
mod memberships;
mod operations;
mod overrides;
mod ownerships;
mod passwords;
mod policies;
mod policy_tests;
mod profiles;
mod raising;
mod rebuild;
mod reports;
mod requests;
mod resources;
mod retention;
mod revisions;
mod roles;
mod scenarios;
mod searches;
mod sessions;
mod simulation;
mod tenants;
mod terms;
mod tombstones;
#[path = "../../../policy/tests/it/worlds.rs"]
#[allow(dead_code, reason = "shared with the tests of policy")]
mod worlds;
