//! How many objects there are of each type in each tenant, kept so that nobody has to count.

use std::hash::Hash;

use hashbrown::Equivalent;
use uuid::Uuid;

use crate::change::{delist, enlist};
use crate::object::{ObjectRef, ObjectType, TypeRef};
use crate::words::ObjectKind;
use crate::world::{Listed, World};

/// Where an object that is not deleted is listed: its tenant, and its sub-kind; for groups, their flavour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listing<'a> {
    pub(crate) tenant: Option<Uuid>,
    pub(crate) sub: &'a str,
}

/// The objects of a type, in all tenants or in one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Tally {
    of: ObjectType,
    which: Listed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct TallyRef<'a> {
    of: TypeRef<'a>,
    which: Listed,
}

impl Equivalent<Tally> for TallyRef<'_> {
    fn equivalent(&self, other: &Tally) -> bool {
        self.which == other.which && self.of.equivalent(&other.of)
    }
}

/// The kinds of which there are lists by tenant.
const OF_TENANTS: [ObjectKind; 4] =
    [ObjectKind::Entity, ObjectKind::Resource, ObjectKind::Group, ObjectKind::Credential];

impl World {
    /// Moves an object between the lists of types and tenants; `None` where it is in no list.
    pub(crate) fn relist(
        &mut self,
        object: ObjectRef,
        before: Option<Listing<'_>>,
        after: Option<Listing<'_>>,
    ) {
        if before == after {
            return;
        }
        let ObjectRef { kind, id } = object;
        match (before, after) {
            (None, Some(_)) => drop(enlist(&mut self.listed, (kind, Listed::All), id)),
            (Some(_), None) => drop(delist(&mut self.listed, (kind, Listed::All), id)),
            _ => {}
        }
        if let Some(listing) = before {
            self.uncount(kind, listing);
            if let Some(tenant) = listing.tenant
                && delist(&mut self.listed, (kind, Listed::Of(tenant)), id)
            {
                self.note_tenant(tenant);
            }
        }
        if let Some(listing) = after {
            self.count(kind, listing);
            if let Some(tenant) = listing.tenant
                && enlist(&mut self.listed, (kind, Listed::Of(tenant)), id)
            {
                self.note_tenant(tenant);
            }
        }
    }

    fn count(&mut self, kind: ObjectKind, listing: Listing<'_>) {
        for which in places(listing) {
            match self.tallies.get_mut(&TallyRef { of: TypeRef { kind, sub: listing.sub }, which }) {
                Some(count) => *count += 1,
                None => {
                    self.tallies.insert(Tally { of: ObjectType::new(kind, listing.sub), which }, 1);
                }
            }
        }
    }

    fn uncount(&mut self, kind: ObjectKind, listing: Listing<'_>) {
        for which in places(listing) {
            let key = TallyRef { of: TypeRef { kind, sub: listing.sub }, which };
            let Some(count) = self.tallies.get_mut(&key) else { continue };
            *count -= 1;
            if *count == 0 {
                self.tallies.remove(&key);
            }
        }
    }

    /// Keeps in mind a tenant that is not in use, as long as it is known or anything is listed in it.
    pub(crate) fn note_tenant(&mut self, tenant: Uuid) {
        let listed = |kind: &ObjectKind| self.listed.contains(&(*kind, Listed::Of(tenant)));
        let there = self.tenants.contains(&tenant) || OF_TENANTS.iter().any(listed);
        if there && !self.is_active(Some(tenant)) {
            self.dormant.insert(tenant);
        } else {
            self.dormant.remove(tenant);
        }
    }

    /// How many objects of the kind are listed; only those of a sub-kind, where one is given.
    pub(crate) fn tally(&self, kind: ObjectKind, sub: Option<&str>, which: Listed) -> usize {
        match sub {
            Some(sub) => {
                let key = TallyRef { of: TypeRef { kind, sub }, which };
                self.tallies.get(&key).copied().unwrap_or_default()
            }
            None => self.listed.get(&(kind, which)).map_or(0, |ids| ids.len()),
        }
    }
}

fn places(listing: Listing<'_>) -> impl Iterator<Item = Listed> {
    std::iter::once(Listed::All).chain(listing.tenant.map(Listed::Of))
}
