//! Which actions exist and what they may be asked about.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use crate::object::{ObjectType, TypeRef};
use crate::words::ObjectKind;

/// A coarse kind, and a type within it unless all are meant.
type Row = (ObjectKind, Option<Box<str>>);

/// The action catalogue. Small, so that it is worked out anew whenever it changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Actions {
    names: BTreeMap<Uuid, Box<str>>,
    rows: BTreeMap<Uuid, BTreeSet<Row>>,
    by_name: HashMap<Box<str>, Action, foldhash::fast::RandomState>,
}

/// One action, ready to be asked about.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) id: Uuid,
    /// One bit for every coarse kind all of whose types it applies to.
    kinds: u16,
    types: Vec<ObjectType>,
}

impl Action {
    /// Whether it may be asked about objects of this kind and, where one is known, type.
    pub(crate) fn applies(&self, kind: ObjectKind, object_type: Option<TypeRef<'_>>) -> bool {
        self.applies_to_kind(kind)
            || object_type.is_some_and(|wanted| {
                self.types.iter().any(|known| known.as_ref() == TypeRef { kind, sub: wanted.sub })
            })
    }

    pub(crate) const fn applies_to_kind(&self, kind: ObjectKind) -> bool {
        self.kinds & (1 << kind as u16) != 0
    }

    /// The types of this kind it applies to one by one.
    pub(crate) fn types_of(&self, kind: ObjectKind) -> impl Iterator<Item = &ObjectType> {
        self.types.iter().filter(move |object_type| object_type.kind == kind)
    }
}

impl Actions {
    pub(crate) fn named(&self, name: &str) -> Option<&Action> {
        self.by_name.get(name)
    }

    pub(crate) fn name(&self, id: Uuid) -> Option<&str> {
        self.names.get(&id).map(|name| &**name)
    }

    /// Names and ids; of actions that share a name, the one that has it.
    pub(crate) fn named_ids(&self) -> impl Iterator<Item = (&str, Uuid)> {
        self.by_name.iter().map(|(name, action)| (&**name, action.id))
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.rows.is_empty() && self.by_name.is_empty()
    }

    pub(crate) fn put_name(&mut self, id: Uuid, name: &str) {
        self.names.insert(id, name.into());
    }

    pub(crate) fn drop_name(&mut self, id: Uuid) {
        self.names.remove(&id);
    }

    pub(crate) fn put_row(&mut self, action: Uuid, kind: ObjectKind, object_type: Option<&str>) {
        self.rows.entry(action).or_default().insert((kind, object_type.map(Box::from)));
    }

    pub(crate) fn drop_row(&mut self, action: Uuid, kind: ObjectKind, object_type: Option<&str>) {
        if let Some(rows) = self.rows.get_mut(&action) {
            rows.remove(&(kind, object_type.map(Box::from)));
            if rows.is_empty() {
                self.rows.remove(&action);
            }
        }
    }

    /// Works out the look-up by name again; to be called after changes.
    pub(crate) fn refresh(&mut self) {
        self.by_name.clear();
        for (&id, name) in &self.names {
            let mut action = Action { id, kinds: 0, types: Vec::new() };
            for (kind, object_type) in self.rows.get(&id).into_iter().flatten() {
                match object_type {
                    None => action.kinds |= 1 << *kind as u16,
                    Some(text) => action.types.extend(ObjectType::within(*kind, text)),
                }
            }
            // Ids come in order: the lowest keeps a name that two actions share.
            self.by_name.entry(name.clone()).or_insert(action);
        }
    }
}
