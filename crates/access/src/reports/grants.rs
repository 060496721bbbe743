//! Grants as reports show them.

use std::collections::HashMap;

use atoll_base::ctx::Ctx;
use atoll_base::{Moment, Page, Result};
use atoll_policy::{Subject, World};
use uuid::Uuid;

use super::paths::Paths;
use crate::blocks::{self, Block};
use crate::roles;

/// What a grant comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A role that the subject is assigned to.
    Assignment {
        /// Id of the assignment.
        id: Uuid,
        /// The role.
        role: Uuid,
    },
    /// A block that the subject holds directly.
    DirectPolicy {
        /// Id of the policy.
        id: Uuid,
    },
}

/// A row: a subject holds a block through something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) source: Source,
    pub(super) tenant: Option<Uuid>,
    pub(super) subject: Subject,
    pub(super) block: Uuid,
    pub(super) since: Moment,
}

/// One grant of a subject.
#[derive(Clone, Debug)]
pub struct Grant {
    /// What it comes from.
    pub source: Source,
    /// The only tenant in which it counts.
    pub tenant: Option<Uuid>,
    /// Name of the role, when it comes from one.
    pub role_name: Option<String>,
    /// What is granted, or refused.
    pub block: Block,
    /// Since when.
    pub since: Moment,
}

/// The grants of one subject, with the ways in which they come to whom the report is about.
#[derive(Clone, Debug)]
pub struct Access {
    /// Who holds them.
    pub subject: Subject,
    /// What that is called.
    pub name: Option<String>,
    /// `direct`, or the groups they come through.
    pub paths: Vec<String>,
    /// The grants.
    pub grants: Vec<Grant>,
}

/// Groups a page of rows by subject; the total counts grants.
pub(super) async fn grouped(
    ctx: &Ctx,
    world: &World,
    page: Page<Held>,
    paths: &Paths,
) -> Result<Page<Access>> {
    let conn = &ctx.reader();
    let ids: Vec<Uuid> = page.items.iter().map(|held| held.block).collect();
    let blocks: HashMap<Uuid, Block> =
        blocks::store::by_ids(conn, &ids).await?.into_iter().map(|block| (block.id, block)).collect();
    let role = |held: &Held| match held.source {
        Source::Assignment { role, .. } => Some(role),
        Source::DirectPolicy { .. } => None,
    };
    let ids: Vec<Uuid> = page.items.iter().filter_map(role).collect();
    let roles = roles::store::by_ids(conn, &ids).await?;
    let mut items: Vec<Access> = Vec::new();
    for held in page.items {
        // A block that went since the rows were read grants nothing any more.
        let Some(block) = blocks.get(&held.block).cloned() else { continue };
        let role_name = role(&held).and_then(|id| roles.get(&id)).map(|role| role.name.clone());
        let grant = Grant { source: held.source, tenant: held.tenant, role_name, block, since: held.since };
        match items.last_mut() {
            Some(last) if last.subject == held.subject => last.grants.push(grant),
            _ => items.push(Access {
                subject: held.subject,
                name: name(world, held.subject),
                paths: paths.shown(world, held.subject),
                grants: vec![grant],
            }),
        }
    }
    Ok(Page { items, total: page.total })
}

fn name(world: &World, subject: Subject) -> Option<String> {
    match subject {
        Subject::Entity(id) => world.entity(id).map(|entity| entity.name.to_owned()),
        Subject::Group(id) => world.group(id).map(|group| group.name.to_owned()),
    }
}
