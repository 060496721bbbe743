//! Every noun, in the order in which they are found.

use super::model::Noun;
use super::{
    actions, applicability, assignments, blocks, certificates, decisions, drafts, endpoints, entities,
    expiring, groups, guardrails, hygiene, jobs, keys, overrides, policies, profiles, requests, resources,
    roles, tenants, tests, unprotected, webhooks,
};

pub(super) static ALL: &[&Noun] = &[
    &tenants::NOUN,
    &entities::NOUN,
    &groups::NOUN,
    &profiles::NOUN,
    &resources::NOUN,
    &roles::NOUN,
    &blocks::NOUN,
    &assignments::NOUN,
    &policies::NOUN,
    &actions::NOUN,
    &applicability::NOUN,
    &guardrails::NOUN,
    &overrides::NOUN,
    &requests::NOUN,
    &drafts::NOUN,
    &tests::NOUN,
    &tests::RUNS,
    &hygiene::NOUN,
    &unprotected::NOUN,
    &expiring::NOUN,
    &certificates::NOUN,
    &decisions::NOUN,
    &webhooks::NOUN,
    &endpoints::NOUN,
    &keys::NOUN,
    &jobs::NOUN,
];
