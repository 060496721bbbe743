//! How many objects pass a filter, without looking at each.
//!
//! Most of a filter speaks of whole types and tenants, and how many objects those have is known. What it says about single
//! objects (by id, by where they lie) is few; those are looked at one by one. So the cost grows with what the filter says
//! and not with how much there is.

use std::collections::{BTreeSet, HashSet};

use uuid::Uuid;

use super::{Visible, VisibleScope};
use crate::object::ObjectRef;
use crate::words::{ObjectKind, TenantStatus};
use crate::world::{Listed, World};

/// Which of the objects that pass are counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Only<'a> {
    /// Those of this tenant.
    pub tenant: Option<Uuid>,
    /// Those of this sub-kind; for groups, of this flavour.
    pub sub: Option<&'a str>,
}

/// Whole types and tenants.
#[derive(Default)]
struct Wide<'a> {
    everything: bool,
    tenants: HashSet<Uuid>,
    subs: HashSet<&'a str>,
    pairs: HashSet<(&'a str, Uuid)>,
}

/// What a filter says about whole types and tenants.
struct Region<'a> {
    types: Option<HashSet<&'a str>>,
    allow: Wide<'a>,
    deny: Wide<'a>,
    ceiling: Option<Wide<'a>>,
}

/// What the filters name: everything else is alike.
#[derive(Default)]
struct Named<'a> {
    subs: BTreeSet<&'a str>,
    tenants: BTreeSet<Uuid>,
    objects: BTreeSet<Uuid>,
}

impl World {
    /// How many objects of the kind pass any of the filters: as many as [`Visible::admits`] lets pass.
    pub fn count_visible(&self, kind: ObjectKind, filters: &[Visible], only: Only<'_>) -> u64 {
        let mut named = Named::default();
        let regions: Vec<Region<'_>> =
            filters.iter().map(|filter| named.region(self, kind, filter)).collect();
        let passes =
            |sub: Option<&str>, tenant: Option<Uuid>| regions.iter().any(|region| region.covers(sub, tenant));
        named.subs.extend(only.sub);
        named.tenants.extend(only.tenant.filter(|_| kind != ObjectKind::Tenant));
        if kind == ObjectKind::Tenant {
            named.objects.extend(only.tenant);
        }
        let mut count = self.count_wide(kind, &named, only, &passes);
        for id in &named.objects {
            let object = ObjectRef::new(kind, *id);
            let Some(target) = self.target(object).filter(|target| !target.deleted) else { continue };
            if !self.is_active(target.tenant) || !self.is_counted(object, target.sub, target.tenant, only) {
                continue;
            }
            // Tenants are counted one by one as soon as one is asked for.
            let alike = kind != ObjectKind::Tenant || only.tenant.is_none();
            count -= i64::from(alike && passes(target.sub, target.tenant));
            count += i64::from(filters.iter().any(|filter| filter.admits(self, object)));
        }
        u64::try_from(count).unwrap_or_default()
    }

    /// How many tenants there are, in use or not, but for deleted ones.
    pub fn count_tenants(&self) -> u64 {
        let deleted = self
            .dormant
            .after(None)
            .filter(|tenant| self.tenants.get(tenant).is_some_and(|row| row.status == TenantStatus::Deleted));
        (self.tally(ObjectKind::Tenant, None, Listed::All) - deleted.count()) as u64
    }

    fn is_counted(&self, object: ObjectRef, sub: Option<&str>, tenant: Option<Uuid>, only: Only<'_>) -> bool {
        let flavour = match object.kind {
            ObjectKind::Group => self.groups.get(&object.id).map(|row| row.flavour.as_str()),
            _ => sub,
        };
        (only.sub.is_none() || only.sub == flavour) && (only.tenant.is_none() || only.tenant == tenant)
    }

    /// How many objects pass by what is said about whole types and tenants alone.
    fn count_wide(
        &self,
        kind: ObjectKind,
        named: &Named<'_>,
        only: Only<'_>,
        passes: &dyn Fn(Option<&str>, Option<Uuid>) -> bool,
    ) -> i64 {
        if kind == ObjectKind::Tenant && only.tenant.is_some() {
            return 0;
        }
        let tenants: Vec<Uuid> =
            named.tenants.iter().copied().filter(|one| self.is_active(Some(*one))).collect();
        // Of each type that is named, and of all: how many in each tenant that is named, and in all.
        let row = |sub: Option<&str>| {
            let each: Vec<i64> =
                tenants.iter().map(|tenant| self.tally(kind, sub, Listed::Of(*tenant)) as i64).collect();
            (each, self.in_use(kind, sub))
        };
        let rows: Vec<_> = named.subs.iter().map(|sub| (Some(*sub), row(Some(sub)))).collect();
        let (mut each, mut all) = row(None);
        for (_, (of, sum)) in &rows {
            each.iter_mut().zip(of).for_each(|(left, one)| *left -= one);
            all -= sum;
        }
        let mut count = 0;
        for (sub, (each, all)) in rows.into_iter().chain([(None, (each, all))]) {
            if only.sub.is_some() && only.sub != sub {
                continue;
            }
            let elsewhere = all - each.iter().sum::<i64>();
            for (tenant, one) in tenants.iter().zip(each) {
                let asked = only.tenant.is_none_or(|only| only == *tenant);
                count += if asked && passes(sub, Some(*tenant)) { one } else { 0 };
            }
            count += if only.tenant.is_none() && passes(sub, None) { elsewhere } else { 0 };
        }
        count
    }

    /// How many objects there are outside tenants and in tenants in use.
    fn in_use(&self, kind: ObjectKind, sub: Option<&str>) -> i64 {
        let out = self.dormant.after(None).map(|tenant| match kind {
            ObjectKind::Tenant => usize::from(self.tenants.contains(&tenant)),
            _ => self.tally(kind, sub, Listed::Of(tenant)),
        });
        self.tally(kind, sub, Listed::All) as i64 - out.sum::<usize>() as i64
    }
}

impl<'a> Named<'a> {
    fn region(&mut self, world: &World, kind: ObjectKind, filter: &'a Visible) -> Region<'a> {
        let types = filter.types.as_ref().map(|types| types.iter().map(|sub| &**sub).collect::<HashSet<_>>());
        self.subs.extend(types.iter().flatten());
        Region {
            types,
            allow: self.wide(world, kind, &filter.allow),
            deny: self.wide(world, kind, &filter.deny),
            ceiling: filter.ceiling.as_ref().map(|scopes| self.wide(world, kind, scopes)),
        }
    }

    /// Takes the scopes apart: whole types and tenants are returned, single objects are named.
    fn wide(&mut self, world: &World, kind: ObjectKind, scopes: &'a [VisibleScope]) -> Wide<'a> {
        let mut wide = Wide::default();
        for scope in scopes {
            match scope {
                VisibleScope::Everything { within: None } => wide.everything = true,
                VisibleScope::Everything { within: Some(tenant) } if kind == ObjectKind::Tenant => {
                    self.objects.insert(*tenant);
                }
                VisibleScope::Everything { within: Some(tenant) } => {
                    self.tenants.insert(*tenant);
                    wide.tenants.insert(*tenant);
                }
                VisibleScope::Type { sub, within } => {
                    self.subs.insert(sub);
                    self.tenants.extend(within);
                    match within {
                        None => drop(wide.subs.insert(sub)),
                        Some(tenant) => drop(wide.pairs.insert((sub, *tenant))),
                    }
                }
                narrow => self.objects.extend(narrow.objects(world, kind)),
            }
        }
        wide
    }
}

impl Wide<'_> {
    fn covers(&self, sub: Option<&str>, tenant: Option<Uuid>) -> bool {
        self.everything
            || tenant.is_some_and(|tenant| self.tenants.contains(&tenant))
            || sub.is_some_and(|sub| self.subs.contains(sub))
            || sub.zip(tenant).is_some_and(|pair| self.pairs.contains(&pair))
    }
}

impl Region<'_> {
    fn covers(&self, sub: Option<&str>, tenant: Option<Uuid>) -> bool {
        let typed = self.types.as_ref().is_none_or(|types| sub.is_some_and(|sub| types.contains(sub)));
        typed
            && self.allow.covers(sub, tenant)
            && !self.deny.covers(sub, tenant)
            && self.ceiling.as_ref().is_none_or(|ceiling| ceiling.covers(sub, tenant))
    }
}
