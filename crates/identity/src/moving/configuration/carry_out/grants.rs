//! Grants, profiles, guardrails and tests; and taking things away.

use atoll_access::Term;
use atoll_access::assignments::{self, NewAssignment};
use atoll_access::policies::{self, NewPolicy};
use atoll_access::policy_tests::{self, NewPolicyTest};
use atoll_access::rules::{self, NewRule, Verdict};
use atoll_access::{groups, resources, roles};
use atoll_base::{Common, Moment, Result};
use serde_json::json;

use super::Taking;
use crate::moving::configuration::compare::Step;
use crate::moving::configuration::model::{
    Assignment, Group, Guardrail, Item, Policy, PolicyTest, Profile, Resource, Role,
};
use crate::moving::configuration::names::Names;
use crate::profiles::{self, NewProfile, NewVersion, ProfilePatch};

impl Taking<'_> {
    pub(super) async fn assignment(&mut self, one: &Assignment, made: bool) -> Result<()> {
        if !made {
            assignments::delete(self.ctx, self.known(one)?).await?;
        }
        let new = NewAssignment {
            tenant: Some(self.tenant),
            subject: self.subject(one, &one.subject)?,
            role: self.named(one, &format!("role:{}", one.role))?,
            term: term(one.not_before.as_deref(), one.expires_at.as_deref(), one.reason.as_ref()),
        };
        assignments::create(self.ctx, new).await?;
        Ok(())
    }

    pub(super) async fn policy(&mut self, one: &Policy, made: bool) -> Result<()> {
        if !made {
            policies::delete(self.ctx, self.known(one)?).await?;
        }
        let new = NewPolicy {
            tenant: Some(self.tenant),
            subject: self.subject(one, &one.subject)?,
            block: self.block(one, &one.block).await?,
            term: term(one.not_before.as_deref(), one.expires_at.as_deref(), one.reason.as_ref()),
        };
        policies::create(self.ctx, new).await?;
        Ok(())
    }

    pub(super) async fn profile(&mut self, profile: &Profile, made: bool) -> Result<()> {
        let id = if made {
            let new = NewProfile {
                tenant: Some(self.tenant),
                object_kind: profile.object_kind.clone(),
                kind: profile.kind.clone(),
                key: profile.key.clone(),
                display_name: profile.display_name.clone(),
                description: profile.description.clone(),
                status: Some(profile.status.clone()),
            };
            profiles::create(self.ctx, new).await?.id
        } else {
            let id = self.known(profile)?;
            let patch = ProfilePatch {
                display_name: Some(profile.display_name.clone()),
                description: Some(profile.description.clone().unwrap_or_default()),
                status: Some(profile.status.clone()),
            };
            profiles::update(self.ctx, id, patch).await?;
            id
        };
        let have = &self.there.configuration;
        let known = have.profiles.iter().flatten().find(|one| one.key() == profile.key());
        for version in &profile.versions {
            if known.is_some_and(|one| one.versions.iter().any(|there| there.number == version.number)) {
                continue;
            }
            let schema = |path: &String| self.want.schemas.get(path).cloned().unwrap_or_else(|| json!({}));
            let new = NewVersion {
                version: version.number,
                json_schema: schema(&version.schema),
                ui_schema: version.ui_schema.as_ref().map_or_else(|| json!({}), schema),
                status: Some(version.status.clone()),
            };
            profiles::add_version(self.ctx, id, new).await?;
        }
        Ok(())
    }

    pub(super) async fn guardrail(&mut self, rule: &Guardrail) -> Result<()> {
        let verdict = Verdict::read(&rule.decision);
        let new = NewRule {
            tenant: Some(self.tenant),
            entity_kind: self.word(rule, "kind of entity", &rule.entity_kind)?,
            action: rule.action.clone(),
            object_kind: self.word(rule, "kind of object", &rule.object_kind)?,
            object_type: rule.object_type.clone(),
            verdict: verdict.ok_or_else(|| self.bad(rule, "decision must be deny or require_override"))?,
            absolute: false,
        };
        rules::create(self.ctx, new).await?;
        Ok(())
    }

    pub(super) async fn test(&mut self, test: &PolicyTest, made: bool) -> Result<()> {
        if !made {
            policy_tests::delete(self.ctx, self.known(test)?).await?;
        }
        let kind = Names::kind(&test.object).ok_or_else(|| self.bad(test, "object says no kind"))?;
        let new = NewPolicyTest {
            tenant: self.tenant,
            name: test.name.clone(),
            subject: self.named(test, &test.subject)?,
            action: test.action.clone(),
            object_kind: kind.as_str().into(),
            object: self.named(test, &test.object)?,
            context: Some(test.context.value()),
            may: test.may,
        };
        policy_tests::create(self.ctx, new).await?;
        Ok(())
    }

    pub(super) async fn remove(&mut self, step: &Step) -> Result<()> {
        let Some(id) = self.id(step.what, &step.key) else { return Ok(()) };
        match step.what {
            Group::WHAT => groups::delete(self.ctx, id).await,
            Resource::WHAT => resources::delete(self.ctx, id).await,
            Role::WHAT => roles::delete(self.ctx, id).await,
            Assignment::WHAT => assignments::delete(self.ctx, id).await,
            Policy::WHAT => policies::delete(self.ctx, id).await,
            Guardrail::WHAT => rules::delete(self.ctx, id).await,
            PolicyTest::WHAT => policy_tests::delete(self.ctx, id).await,
            _ => {
                let why = format!("profile {}: profiles stay; say status = \"disabled\" instead", step.key);
                Err(Common::Invalid(why).into())
            }
        }
    }
}

fn term(not_before: Option<&str>, expires: Option<&str>, reason: Option<&String>) -> Term {
    Term {
        not_before: not_before.and_then(Moment::parse_rfc3339),
        expires: expires.and_then(Moment::parse_rfc3339),
        reason: reason.cloned(),
    }
}
