//! Searches find exactly what the oracle allows, on whole pages and on small ones.

use atoll_policy::oracle::Oracle;
use atoll_policy::{Fact, Matches, ObjectKind, ObjectRef, Question, Search, Selector, World};
use proptest::prelude::*;
use uuid::Uuid;

use crate::questions::Asked;
use crate::worlds::ACTIONS;

pub(crate) fn agree(
    asked: &Asked,
    worlds: &[&World],
    oracle: &Oracle,
    facts: &[Fact],
    note: &dyn Fn(&str),
) -> Result<(), TestCaseError> {
    let Ok(object) = asked.object.resolve() else { return Ok(()) };
    let search = Search {
        action: asked.action,
        context: &asked.context,
        session: &asked.session,
        now: asked.now,
        ceiling: asked.ceiling.as_ref(),
        after: None,
        limit: 100,
    };
    let allows = |subject: Uuid, action: &str, object: ObjectRef| {
        let question = Question {
            subject,
            action,
            object: Selector::object(object),
            context: search.context,
            session: search.session,
            now: search.now,
            ceiling: search.ceiling,
            administrative: false,
        };
        oracle.decide(&question).unwrap().allowed
    };
    let objects = of_kind(facts, object.kind, |id| {
        allows(asked.subject, asked.action, ObjectRef::new(object.kind, id))
    });
    let subjects = of_kind(facts, ObjectKind::Entity, |id| allows(id, asked.action, object));
    let mut actions = ACTIONS.to_vec();
    actions.retain(|action| allows(asked.subject, action, object));
    actions.sort_unstable();
    note("search");
    let found = [("objects", !objects.is_empty()), ("subjects", !subjects.is_empty())];
    for (what, _) in found.iter().chain([&("actions", !actions.is_empty())]).filter(|(_, any)| *any) {
        note(&format!("found {what}"));
    }
    for world in worlds {
        let found =
            paged(&search, |search| world.search_objects(asked.subject, object.kind, None, None, search));
        prop_assert_eq!(found, objects.clone(), "objects {:?}", asked);
        let found = paged(&search, |search| world.search_subjects(object, None, search));
        prop_assert_eq!(found, subjects.clone(), "subjects {:?}", asked);
        let found: Vec<String> = world
            .search_actions(asked.subject, object, &search)
            .iter()
            .map(|name| name.to_string())
            .collect();
        prop_assert_eq!(found, actions.clone(), "actions {:?}", asked);
        narrowed(world, asked, object.kind, &objects, &search)?;
    }
    Ok(())
}

/// A sub-kind and a tenant only leave out what does not fit.
fn narrowed(
    world: &World,
    asked: &Asked,
    kind: ObjectKind,
    objects: &[Uuid],
    search: &Search<'_>,
) -> Result<(), TestCaseError> {
    let sub = world.resource(asked.object.resource_id.unwrap_or_default()).map(|row| row.kind);
    let tenant = objects.first().and_then(|id| world.object_tenant(ObjectRef::new(kind, *id))).flatten();
    let found = world.search_objects(asked.subject, kind, sub, tenant, search);
    let mut expected = objects.to_vec();
    expected.retain(|id| {
        let of_tenant = world.object_tenant(ObjectRef::new(kind, *id)).flatten();
        let of_sub = match kind {
            ObjectKind::Resource => world.resource(*id).map(|row| row.kind.to_owned()),
            ObjectKind::Entity => world.entity(*id).map(|row| row.kind.to_string()),
            ObjectKind::Credential => world.credential(*id).map(|row| row.kind.to_owned()),
            other => Some(other.to_string()),
        };
        (tenant.is_none() || of_tenant == tenant) && (sub.is_none() || of_sub.as_deref() == sub)
    });
    prop_assert_eq!(found, Matches { ids: expected, next: None });
    Ok(())
}

/// Everything at once, which must be the same as two by two.
fn paged(search: &Search<'_>, ask: impl Fn(&Search<'_>) -> Matches) -> Vec<Uuid> {
    let whole = ask(search);
    assert_eq!(whole.next, None);
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = ask(&Search { after, limit: 2, ..*search });
        assert!(page.ids.len() <= 2);
        all.extend(page.ids);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(whole.ids, all);
    all
}

fn of_kind(facts: &[Fact], kind: ObjectKind, passes: impl Fn(Uuid) -> bool) -> Vec<Uuid> {
    let ids = facts.iter().filter_map(|fact| match (kind, fact) {
        (ObjectKind::Resource, Fact::Resource { id, .. })
        | (ObjectKind::Entity, Fact::Entity { id, .. })
        | (ObjectKind::Tenant, Fact::Tenant { id, .. })
        | (ObjectKind::Credential, Fact::Credential { id, .. })
        | (ObjectKind::Group, Fact::Group { id, .. }) => Some(*id),
        _ => None,
    });
    let mut ids: Vec<Uuid> = ids.filter(|id| passes(*id)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
