//! A world in Cedar's terms: entities with parents, and a policy for each way in which somebody holds a block.

use std::collections::BTreeMap;

use atoll_policy::{
    Effect, EntityKind, Fact, GroupFlavour, ObjectKind, ObjectRef, Scope, Status, Subject, TenantStatus,
    Window,
};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, Policy, PolicyId, PolicySet, Request,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// A world as Cedar knows it.
pub(crate) struct Cedar {
    strict: bool,
    actions: BTreeMap<String, Uuid>,
    entities: Entities,
    policies: PolicySet,
}

/// What Cedar says: whether the subject may, and whether some policy could not be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Saying {
    pub(crate) allowed: bool,
    pub(crate) unjudged: bool,
}

impl Cedar {
    pub(crate) fn new(strict: bool, facts: &[Fact]) -> Self {
        let told = Told { facts };
        let mut actions: BTreeMap<String, Uuid> = BTreeMap::new();
        for fact in facts {
            if let Fact::Action { id, name } = fact {
                let known = actions.entry(name.clone()).or_insert(*id);
                *known = (*known).min(*id);
            }
        }
        let entities = Entities::from_json_value(Value::Array(told.entities()), None).expect("entities");
        let mut policies = PolicySet::new();
        for (number, text) in told.policies(&actions).iter().enumerate() {
            let kind = if text.starts_with("forbid") { "forbid" } else { "permit" };
            let id = PolicyId::new(format!("{kind}-{number}"));
            let policy = Policy::parse(Some(id), text).unwrap_or_else(|why| panic!("{why}: {text}"));
            policies.add(policy).expect("ids differ");
        }
        Self { strict, actions, entities, policies }
    }

    pub(crate) fn ask(
        &self,
        subject: Uuid,
        action: &str,
        object: ObjectRef,
        now: i64,
        context: &Value,
    ) -> Saying {
        let uid = |kind: &str, id: &str| -> EntityUid { format!("{kind}::\"{id}\"").parse().expect("an id") };
        let action = self.actions.get(action).map_or("unknown".to_owned(), Uuid::to_string);
        let context =
            Context::from_json_value(json!({ "now": now, "claims": context }), None).expect("a context");
        let request = Request::new(
            uid("Who", &subject.to_string()),
            uid("Action", &action),
            uid("Object", &name(object)),
            context,
            None,
        );
        let response =
            Authorizer::new().is_authorized(&request.expect("no schema"), &self.policies, &self.entities);
        let unjudged: Vec<String> = response.diagnostics().errors().map(ToString::to_string).collect();
        // In a strict world a deny that cannot be judged stands; Cedar leaves it out.
        let refused = self.strict && unjudged.iter().any(|error| error.contains("`forbid-"));
        let allowed = response.decision() == Decision::Allow && !refused;
        Saying { allowed, unjudged: !unjudged.is_empty() }
    }
}

fn name(object: ObjectRef) -> String {
    if object == ObjectRef::PLATFORM { "platform".to_owned() } else { object.id.to_string() }
}

struct Told<'a> {
    facts: &'a [Fact],
}

impl Told<'_> {
    fn active(&self, tenant: Option<Uuid>) -> bool {
        tenant.is_none_or(|wanted| {
            self.facts.iter().any(
                |fact| matches!(fact, Fact::Tenant { id, status: TenantStatus::Active, .. } if *id == wanted),
            )
        })
    }

    fn is_open_group(&self, wanted: Uuid) -> bool {
        self.facts.iter().any(|fact| {
            matches!(fact, Fact::Group { id, flavour: GroupFlavour::Principal, status: Status::Active, deleted: false, .. }
                if *id == wanted)
        })
    }

    fn entities(&self) -> Vec<Value> {
        let mut all = vec![object(ObjectRef::PLATFORM, None, None, &json!({}), true)];
        for fact in self.facts {
            match fact {
                Fact::Tenant { id, attributes, .. } => {
                    let usable = self.active(Some(*id));
                    all.push(object(
                        ObjectRef::new(ObjectKind::Tenant, *id),
                        Some(*id),
                        None,
                        attributes,
                        usable,
                    ));
                }
                Fact::Entity { id, tenant, kind, status, deleted, attributes, .. } => {
                    let usable = !deleted && *status != Status::Inactive && self.active(*tenant);
                    let this = ObjectRef::new(ObjectKind::Entity, *id);
                    all.push(object(this, *tenant, Some(kind.as_str()), attributes, usable));
                    let active = !deleted && *status == Status::Active && self.active(*tenant);
                    all.push(json!({
                        "uid": {"type": "Who", "id": id},
                        "attrs": {"active": active, "kind": kind.as_str(), "attributes": attributes},
                        "parents": [],
                    }));
                }
                Fact::Resource { id, tenant, kind, deleted, attributes, .. } => {
                    let usable = !deleted && self.active(*tenant);
                    let this = ObjectRef::new(ObjectKind::Resource, *id);
                    all.push(object(this, *tenant, Some(kind), attributes, usable));
                }
                Fact::Credential { id, tenant, kind, attributes, .. } => {
                    let this = ObjectRef::new(ObjectKind::Credential, *id);
                    all.push(object(this, *tenant, Some(kind), attributes, self.active(*tenant)));
                }
                Fact::Group { id, tenant, status, deleted, parent, attributes, .. } => {
                    let usable = !deleted && *status != Status::Inactive && self.active(*tenant);
                    all.push(object(
                        ObjectRef::new(ObjectKind::Group, *id),
                        *tenant,
                        None,
                        attributes,
                        usable,
                    ));
                    // A group out of use passes nothing on: nobody is in it, and it is in nothing.
                    let above = parent.filter(|above| self.is_open_group(*id) && self.is_open_group(*above));
                    all.push(json!({
                        "uid": {"type": "Group", "id": id},
                        "attrs": {},
                        "parents": above.iter().map(|id| json!({"type": "Group", "id": id})).collect::<Vec<_>>(),
                    }));
                }
                _ => {}
            }
        }
        all
    }

    fn policies(&self, actions: &BTreeMap<String, Uuid>) -> Vec<String> {
        let mut all = vec![
            "forbid(principal, action, resource) unless { principal has active && principal.active };"
                .to_owned(),
            "forbid(principal, action, resource) unless { resource has usable && resource.usable };"
                .to_owned(),
            format!("forbid(principal, action, resource) unless {{ {} }};", self.applicable()),
        ];
        for fact in self.facts {
            match fact {
                Fact::DirectPolicy { subject, block, tenant, window, .. } => {
                    all.extend(self.grants(*subject, *block, *tenant, window));
                }
                Fact::Assignment { subject, role, tenant, window, .. } if self.is_live_role(*role) => {
                    for part in self.facts {
                        if let Fact::RoleBlock { role: of, block } = part
                            && of == role
                        {
                            all.extend(self.grants(*subject, *block, *tenant, window));
                        }
                    }
                }
                Fact::Membership { tenant, entity, .. } if self.is_human(*entity) => {
                    if let Some(read) = actions.get("read") {
                        all.push(format!(
                            "permit(principal == Who::\"{entity}\", action == Action::\"{read}\", resource == Object::\"{tenant}\");"
                        ));
                    }
                }
                _ => {}
            }
        }
        all
    }

    fn is_human(&self, wanted: Uuid) -> bool {
        self.facts
            .iter()
            .any(|fact| matches!(fact, Fact::Entity { id, kind: EntityKind::Human, .. } if *id == wanted))
    }

    fn is_live_role(&self, wanted: Uuid) -> bool {
        self.facts.iter().any(|fact| matches!(fact, Fact::Role { id, deleted: false, .. } if *id == wanted))
    }

    /// To what each action may be done at all.
    fn applicable(&self) -> String {
        let rows = self.facts.iter().filter_map(|fact| match fact {
            Fact::Applicability { action, object_kind, object_type } => {
                let place = match object_type {
                    None => format!("Kind::\"{object_kind}\""),
                    Some(text) if text.starts_with(&format!("{object_kind}:")) => format!("Type::\"{text}\""),
                    Some(text) => format!("Type::\"{object_kind}:{text}\""),
                };
                Some(format!("(action == Action::\"{action}\" && resource in {place})"))
            }
            _ => None,
        });
        let rows: Vec<String> = rows.collect();
        if rows.is_empty() { "false".to_owned() } else { rows.join(" || ") }
    }

    /// A block as somebody holds it, during its window and within its boundaries. A member of a group holds it while the
    /// membership of the group lasts.
    fn grants(&self, subject: Subject, block: Uuid, tenant: Option<Uuid>, window: &Window) -> Vec<String> {
        let found = self.facts.iter().find_map(|fact| match fact {
            Fact::Block { id, tenant: own, scope, effect, conditions, actions } if *id == block => {
                Some((own, scope, effect, conditions, actions))
            }
            _ => None,
        });
        let Some((own, scope, effect, conditions, actions)) = found else { return Vec::new() };
        if actions.is_empty() {
            return Vec::new();
        }
        let named: Vec<String> = actions.iter().map(|id| format!("Action::\"{id}\"")).collect();
        let mut when = vec![format!("[{}].contains(action)", named.join(", "))];
        when.extend(during(window));
        when.extend([tenant, *own].into_iter().flatten().map(|id| format!("resource in Tenant::\"{id}\"")));
        when.push(match scope {
            Scope::Platform => "true".to_owned(),
            Scope::Tenant(id) => format!("resource in Tenant::\"{id}\""),
            Scope::Kind(kind) => format!("resource in Kind::\"{kind}\""),
            Scope::Type(object_type) => format!("resource in Type::\"{object_type}\""),
            Scope::Object { id, .. } => format!("resource == Object::\"{id}\""),
            other => unreachable!("{other:?} is not mapped"),
        });
        let verb = if *effect == Effect::Allow { "permit" } else { "forbid" };
        let conditions = condition(conditions);
        let policy = |who: &str, extra: Vec<String>| {
            let all: Vec<String> = when.iter().cloned().chain(extra).chain(conditions.clone()).collect();
            format!("{verb}(principal {who}, action, resource) when {{ {} }};", all.join(" && "))
        };
        match subject {
            Subject::Entity(id) => vec![policy(&format!("== Who::\"{id}\""), Vec::new())],
            // Cedar's entities know no time, so the way into a group is one policy for each member of it or of one below.
            Subject::Group(holder) => self
                .facts
                .iter()
                .filter_map(|fact| match fact {
                    Fact::Member { group, entity, window }
                        if self.is_open_group(*group) && self.is_open_group(holder) =>
                    {
                        let mut way = vec![format!("Group::\"{group}\" in Group::\"{holder}\"")];
                        way.extend(during(window));
                        Some(policy(&format!("== Who::\"{entity}\""), way))
                    }
                    _ => None,
                })
                .collect(),
        }
    }
}

fn during(window: &Window) -> Vec<String> {
    let start = window.not_before.map(|start| format!("context.now >= {start}"));
    let end = window.expires.map(|end| format!("context.now < {end}"));
    start.into_iter().chain(end).collect()
}

fn object(
    this: ObjectRef,
    tenant: Option<Uuid>,
    sub: Option<&str>,
    attributes: &Value,
    usable: bool,
) -> Value {
    let kind = this.kind.as_str();
    let sub = sub.unwrap_or(kind);
    let mut parents =
        vec![json!({"type": "Kind", "id": kind}), json!({"type": "Type", "id": format!("{kind}:{sub}")})];
    parents.extend(tenant.map(|id| json!({"type": "Tenant", "id": id})));
    json!({
        "uid": {"type": "Object", "id": name(this)},
        "attrs": {"usable": usable, "attributes": attributes},
        "parents": parents,
    })
}

/// The one entry of the conditions, if there are any.
fn condition(conditions: &Value) -> Option<String> {
    let (path, operand) = conditions.as_object().expect("an object").iter().next()?;
    let at = if let Some(below) = path.strip_prefix("resource.") {
        format!("resource.{below}")
    } else if let Some(below) = path.strip_prefix("entity.") {
        format!("principal.{below}")
    } else {
        path.replacen("context.", "context.claims.", 1)
    };
    let (operator, operand) = match operand.as_object().and_then(|operators| operators.iter().next()) {
        Some((operator, operand)) => (operator.as_str(), operand),
        None => ("eq", operand),
    };
    Some(match operator {
        "eq" => format!("{at} == {operand}"),
        "neq" => format!("{at} != {operand}"),
        "in" => format!("{operand}.contains({at})"),
        "contains" => format!("{at}.contains({operand})"),
        "gt" => format!("{at} > {operand}"),
        "gte" => format!("{at} >= {operand}"),
        "lt" => format!("{at} < {operand}"),
        "lte" => format!("{at} <= {operand}"),
        other => unreachable!("{other} is not mapped"),
    })
}
