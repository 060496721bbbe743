//! Turns a scenario file into facts and questions, and refuses what the API would refuse.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::phrase::{Ask, On, RulePhrase, ask, rule};
use super::text::{Answer, Entity, File, Given, Group, Held, Role, Rule, moment};
use super::{Expected, Line, Scenario, ScenarioError};
use crate::catalogue;
use crate::ceiling::{Ceiling, CeilingEntry, CeilingScope};
use crate::fact::{Fact, Subject};
use crate::object::ObjectRef;
use crate::scope::Scope;
use crate::words::{EntityKind, GroupFlavour, ObjectKind};

type Result<T> = std::result::Result<T, ScenarioError>;

/// What is known about a name so far.
#[derive(Debug, Clone, Copy)]
struct Named {
    id: Uuid,
    kind: ObjectKind,
    tenant: Option<Uuid>,
}

#[derive(Default)]
struct Builder {
    facts: Vec<Fact>,
    names: BTreeMap<String, Named>,
    memberships: Vec<(Uuid, Uuid)>,
}

fn wrong<T>(text: String) -> Result<T> {
    Err(ScenarioError(text))
}

pub(super) fn build(file: File) -> Result<Scenario> {
    let mut builder = Builder { facts: catalogue::facts().collect(), ..Builder::default() };
    builder.world(&file)?;
    builder.grants(&file)?;
    let mut lines = Vec::new();
    for given in file.given.iter().chain([&Given::plain(file.answers)]) {
        for (sentence, answer) in &given.answers {
            lines.push(builder.line(sentence, answer, given)?);
        }
    }
    let ids = builder.names.into_iter().map(|(name, named)| (name, named.id)).collect();
    Ok(Scenario { title: file.title, strict: file.strict, facts: builder.facts, ids, lines })
}

impl Builder {
    /// Introduces a name. Ids follow from the order of names, so they are the same in every run.
    fn name(&mut self, name: &str, kind: ObjectKind, tenant: Option<Uuid>) -> Result<Uuid> {
        let id = Uuid::from_u128(0x5ce0_0000_0000_4000_8000_0000_0000_0001 + self.names.len() as u128);
        let tenant = if kind == ObjectKind::Tenant { Some(id) } else { tenant };
        if name == "platform" || self.names.insert(name.to_owned(), Named { id, kind, tenant }).is_some() {
            return wrong(format!("'{name}' is taken"));
        }
        Ok(id)
    }

    fn known(&self, name: &str) -> Result<Named> {
        self.names.get(name).copied().ok_or_else(|| ScenarioError(format!("'{name}' is not introduced")))
    }

    fn of_kind(&self, name: &str, kind: ObjectKind) -> Result<Named> {
        let known = self.known(name)?;
        if known.kind == kind { Ok(known) } else { wrong(format!("'{name}' is not a {kind}")) }
    }

    fn tenant(&self, name: Option<&String>) -> Result<Option<Uuid>> {
        name.map(|name| self.of_kind(name, ObjectKind::Tenant).map(|tenant| tenant.id)).transpose()
    }

    fn world(&mut self, file: &File) -> Result<()> {
        for (name, tenant) in &file.tenants {
            let id = self.name(name, ObjectKind::Tenant, None)?;
            self.facts.push(Fact::Tenant {
                id,
                status: tenant.status,
                attributes: tenant.attributes.clone(),
            });
        }
        self.groups(&file.places, GroupFlavour::Object)?;
        self.entities(&file.people, EntityKind::Human)?;
        self.entities(&file.devices, EntityKind::Device)?;
        self.entities(&file.services, EntityKind::Service)?;
        self.entities(&file.workloads, EntityKind::Workload)?;
        self.entities(&file.applications, EntityKind::Application)?;
        for (name, resource) in &file.resources {
            let tenant = self.tenant(resource.tenant.as_ref())?;
            let id = self.name(name, ObjectKind::Resource, tenant)?;
            self.facts.push(Fact::Resource {
                id,
                tenant,
                kind: resource.kind.clone(),
                name: Some(name.clone()),
                deleted: resource.deleted,
                attributes: resource.attributes.clone(),
            });
            self.place(ObjectRef::new(ObjectKind::Resource, id), tenant, resource.place.as_ref())?;
        }
        for (name, credential) in &file.credentials {
            let owner = self.of_kind(&credential.of, ObjectKind::Entity)?;
            let id = self.name(name, ObjectKind::Credential, owner.tenant)?;
            let (kind, attributes) = (credential.kind.clone(), credential.metadata.clone());
            let fact = Fact::Credential { id, entity: owner.id, tenant: owner.tenant, kind, attributes };
            self.facts.push(fact);
        }
        self.groups(&file.groups, GroupFlavour::Principal)?;
        for (name, tenant) in &file.tenants {
            let of = self.known(name)?.id;
            for member in &tenant.members {
                let entity = self.of_kind(member.name(), ObjectKind::Entity)?.id;
                self.facts.push(Fact::Membership { tenant: of, entity, window: member.window()? });
                self.memberships.push((of, entity));
            }
        }
        Ok(())
    }

    fn entities(&mut self, entities: &BTreeMap<String, Entity>, kind: EntityKind) -> Result<()> {
        for (name, entity) in entities {
            let tenant = self.tenant(entity.tenant.as_ref())?;
            let id = self.name(name, ObjectKind::Entity, tenant)?;
            self.facts.push(Fact::Entity {
                id,
                tenant,
                kind,
                name: name.clone(),
                status: entity.status,
                deleted: entity.deleted,
                attributes: entity.attributes.clone(),
            });
            self.place(ObjectRef::new(ObjectKind::Entity, id), tenant, entity.place.as_ref())?;
        }
        Ok(())
    }

    fn place(&mut self, object: ObjectRef, tenant: Option<Uuid>, place: Option<&String>) -> Result<()> {
        let Some(place) = place else { return Ok(()) };
        let group = self.of_kind(place, ObjectKind::Group)?;
        if tenant.is_none() || tenant != group.tenant {
            return wrong(format!("'{place}' belongs to another tenant than what is placed in it"));
        }
        self.facts.push(Fact::Placement { object, group: group.id });
        Ok(())
    }

    fn groups(&mut self, groups: &BTreeMap<String, Group>, flavour: GroupFlavour) -> Result<()> {
        for (name, group) in groups {
            let tenant = self.tenant(group.tenant.as_ref())?;
            self.name(name, ObjectKind::Group, tenant)?;
        }
        for (name, group) in groups {
            let known = self.known(name)?;
            let parent = group.parent.as_ref().map(|parent| self.of_kind(parent, ObjectKind::Group));
            let parent = parent.transpose()?;
            if parent.is_some_and(|parent| parent.tenant != known.tenant) {
                return wrong(format!("'{name}' belongs to another tenant than the group above it"));
            }
            self.facts.push(Fact::Group {
                id: known.id,
                tenant: known.tenant,
                flavour,
                name: name.clone(),
                status: group.status,
                deleted: group.deleted,
                parent: parent.map(|parent| parent.id),
                attributes: group.attributes.clone(),
            });
            for member in &group.members {
                let entity = self.of_kind(member.name(), ObjectKind::Entity)?.id;
                self.facts.push(Fact::Member { group: known.id, entity, window: member.window()? });
            }
        }
        Ok(())
    }

    fn grants(&mut self, file: &File) -> Result<()> {
        for (name, text) in &file.blocks {
            let (phrase, conditions) = text.parts();
            let phrase = rule(phrase)?;
            let Some(effect) = phrase.effect else {
                return wrong(format!("'{name}' neither allows nor denies"));
            };
            let (scope, tenant) = self.scope(&phrase)?;
            let actions = phrase.actions.iter().map(|action| {
                catalogue::id(action).ok_or_else(|| ScenarioError(format!("there is no action '{action}'")))
            });
            let actions = actions.collect::<Result<_>>()?;
            let id = self.name(name, ObjectKind::Policy, tenant)?;
            self.facts.push(Fact::Block { id, tenant, scope, effect, conditions, actions });
        }
        for (name, role) in &file.roles {
            let (blocks, deleted) = match role {
                Role::Blocks(blocks) => (blocks, false),
                Role::Deleted { blocks, deleted } => (blocks, *deleted),
            };
            let blocks = blocks.iter().map(|block| self.of_kind(block, ObjectKind::Policy));
            let blocks: Vec<Named> = blocks.collect::<Result<_>>()?;
            let tenant = blocks.first().and_then(|block| block.tenant);
            if blocks.iter().any(|block| block.tenant != tenant) {
                return wrong(format!("the blocks of role '{name}' do not all belong to the same tenant"));
            }
            let role = self.name(name, ObjectKind::Role, tenant)?;
            self.facts.push(Fact::Role { id: role, tenant, name: name.clone(), deleted });
            self.facts.extend(blocks.iter().map(|block| Fact::RoleBlock { role, block: block.id }));
        }
        let mut number = 0;
        for (subject, held) in &file.grants {
            for held in held {
                number += 1;
                let id = Uuid::from_u128(0x5ce0_0000_0000_4000_9000_0000_0000_0000 + number);
                self.grant(id, subject, held)?;
            }
        }
        Ok(())
    }

    fn grant(&mut self, id: Uuid, holder: &str, held: &Held) -> Result<()> {
        let (name, window) = (held.name(), held.window()?);
        let (holder_is, granted) = (self.known(holder)?, self.known(name)?);
        let tenant = granted.tenant;
        let subject = match holder_is.kind {
            ObjectKind::Entity => {
                let belongs = match tenant {
                    Some(tenant) => {
                        holder_is.tenant == Some(tenant) || self.memberships.contains(&(tenant, holder_is.id))
                    }
                    None => holder_is.tenant.is_none(),
                };
                if !belongs {
                    return wrong(format!("'{holder}' must belong where '{name}' does"));
                }
                Subject::Entity(holder_is.id)
            }
            ObjectKind::Group if holder_is.tenant == tenant => Subject::Group(holder_is.id),
            _ => return wrong(format!("'{holder}' cannot hold '{name}'")),
        };
        self.facts.push(match granted.kind {
            ObjectKind::Policy => Fact::DirectPolicy { id, tenant, subject, block: granted.id, window },
            ObjectKind::Role => Fact::Assignment { id, tenant, subject, role: granted.id, window },
            _ => return wrong(format!("'{name}' is neither a block nor a role")),
        });
        Ok(())
    }

    /// The scope of a phrase, and the tenant of its block.
    fn scope(&self, phrase: &RulePhrase<'_>) -> Result<(Scope, Option<Uuid>)> {
        let given = self.tenant(phrase.tenant.map(str::to_owned).as_ref())?;
        let group = |name: &str| self.of_kind(name, ObjectKind::Group).map(|group| (group.id, group.tenant));
        let (scope, tenant) = match &phrase.on {
            On::Everything => (Scope::Platform, None),
            On::Tenant(name) => {
                let tenant = self.of_kind(name, ObjectKind::Tenant)?.id;
                (Scope::Tenant(tenant), Some(tenant))
            }
            On::Kind(kind) => (Scope::Kind(*kind), given),
            On::Type(object_type) => (Scope::Type(object_type.clone()), given),
            On::Only(name) => {
                let object = self.known(name)?;
                (Scope::Object { id: object.id, kind: Some(object.kind), object_type: None }, given)
            }
            On::DirectlyIn(object_type, place) => {
                let (group, tenant) = group(place)?;
                (Scope::GroupDirectObjects { group, object_type: object_type.clone() }, tenant)
            }
            On::Below(object_type, place) => {
                let (group, tenant) = group(place)?;
                (Scope::GroupDescendantObjects { group, object_type: object_type.clone() }, tenant)
            }
            On::GroupsDirectlyIn(place) => {
                let (group, tenant) = group(place)?;
                (Scope::GroupChildGroups { group }, tenant)
            }
            On::GroupsBelow(place) => {
                let (group, tenant) = group(place)?;
                (Scope::GroupDescendantGroups { group }, tenant)
            }
            On::Group(place) => {
                let (group, tenant) = group(place)?;
                (Scope::Group { group }, tenant)
            }
        };
        if given.is_some() && given != tenant {
            return wrong("the scope and the tenant of a rule do not go together".to_owned());
        }
        Ok((scope, tenant))
    }

    fn ceiling(&self, rules: &[Rule]) -> Result<Ceiling> {
        let entries = rules.iter().map(|text| {
            let (phrase, conditions) = text.parts();
            let phrase = rule(phrase)?;
            let scope = match self.scope(&phrase)? {
                (Scope::Platform, _) => CeilingScope::Platform,
                (Scope::Tenant(tenant), _) => CeilingScope::Tenant(tenant),
                (Scope::Kind(kind), tenant) => CeilingScope::Kind { kind, tenant },
                (Scope::Type(object_type), tenant) => CeilingScope::Type { object_type, tenant },
                (Scope::Object { id, .. }, None) => CeilingScope::Object(id),
                _ => return wrong("a token knows no such scope".to_owned()),
            };
            Ok(CeilingEntry::new(phrase.actions.iter().copied(), scope, &conditions))
        });
        Ok(Ceiling { entries: entries.collect::<Result<_>>()? })
    }

    fn line(&self, sentence: &str, answer: &Answer, given: &Given) -> Result<Line> {
        let (subject, action, expected) = match (ask(sentence)?, answer) {
            (Ask::May { subject, action, object }, Answer::Text(text)) => {
                let object = match object {
                    "platform" => ObjectRef::PLATFORM,
                    name => self.known(name).map(|known| ObjectRef::new(known.kind, known.id))?,
                };
                let (allowed, reason) = match (text.as_str(), text.strip_prefix("no: ")) {
                    ("yes", _) => (true, "allowed"),
                    (_, Some(reason)) => (false, reason),
                    _ => return wrong(format!("'{text}' is neither yes nor no with a reason")),
                };
                (subject, action, Expected::Answer { object, allowed, reason: reason.to_owned() })
            }
            (Ask::Which { kind, subject, action }, Answer::Names(names)) => {
                let ids = names.iter().map(|name| Ok(self.of_kind(name, kind)?.id));
                let mut ids: Vec<Uuid> = ids.collect::<Result<_>>()?;
                ids.sort_unstable();
                (subject, action, Expected::List { kind, ids })
            }
            _ => return wrong(format!("'{sentence}' has an answer of the wrong form")),
        };
        Ok(Line {
            sentence: sentence.to_owned(),
            subject: self.of_kind(subject, ObjectKind::Entity)?.id,
            action: action.to_owned(),
            context: given.context.clone(),
            session: given.session.clone(),
            now: given.at.as_deref().map_or(Ok(0), moment)?,
            ceiling: given.token.as_deref().map(|rules| self.ceiling(rules)).transpose()?,
            administrative: given.administrative,
            expected,
        })
    }
}
