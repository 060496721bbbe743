//! Reading the export of a Keycloak realm, made with its users.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use atoll_base::fields;
use atoll_policy::EntityKind;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::model::{BadImport, GroupWish, IMPORTED, Import, RoleWish, SubjectWish};
use super::password;
use crate::passwords::Hash;
use crate::scim::attributes_of_user;

/// Clients that every realm has for itself.
const OWN_CLIENTS: [&str; 6] =
    ["account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"];
/// Roles that every realm has for itself.
const OWN_ROLES: [&str; 2] = ["offline_access", "uma_authorization"];
/// The deepest that groups nest, and roles hold roles.
const DEEPEST: usize = 50;

type ByClient = BTreeMap<String, Vec<String>>;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Realm {
    users: Vec<User>,
    groups: Vec<Group>,
    roles: Roles,
    clients: Vec<Client>,
    identity_providers: Vec<Value>,
    authentication_flows: Vec<Value>,
    components: BTreeMap<String, Vec<Value>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Roles {
    realm: Vec<Role>,
    client: BTreeMap<String, Vec<Role>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Role {
    name: String,
    description: Option<String>,
    composites: Composites,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Composites {
    realm: Vec<String>,
    client: ByClient,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Group {
    id: String,
    name: String,
    path: String,
    realm_roles: Vec<String>,
    client_roles: ByClient,
    sub_groups: Vec<Group>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct User {
    id: String,
    username: String,
    email: Option<String>,
    email_verified: bool,
    enabled: bool,
    first_name: Option<String>,
    last_name: Option<String>,
    attributes: BTreeMap<String, Vec<String>>,
    credentials: Vec<Value>,
    realm_roles: Vec<String>,
    client_roles: ByClient,
    groups: Vec<String>,
    service_account_client_id: Option<String>,
    federated_identities: Vec<Value>,
    required_actions: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Client {
    id: String,
    client_id: String,
    name: Option<String>,
    enabled: bool,
    service_accounts_enabled: bool,
    secret: Option<String>,
    redirect_uris: Vec<String>,
    protocol_mappers: Vec<Value>,
}

/// Reads an export.
pub fn read(text: &str) -> Result<Import, BadImport> {
    let realm: Realm = serde_json::from_str(text)
        .map_err(|why| BadImport(format!("this is no export of a Keycloak realm: {why}")))?;
    if realm.users.is_empty()
        && realm.groups.is_empty()
        && realm.clients.is_empty()
        && realm.roles.realm.is_empty()
    {
        return Err(BadImport("this is no export of a Keycloak realm, or one of an empty realm".into()));
    }
    let mut import = Import { source: "keycloak", ..Import::default() };
    let held = Held::of(&realm.roles);
    for (name, role) in named_roles(&realm.roles) {
        match fields::name("name", &name) {
            Ok(name) => import.roles.push(RoleWish { name, description: role.description.clone() }),
            Err(_) => import.leave("role whose name cannot be kept"),
        }
    }
    let mut paths = HashMap::new();
    let twice = names_used_twice(&realm.groups);
    for group in &realm.groups {
        add_group(&mut import, &held, &twice, &mut paths, group, None, 0)?;
    }
    let mut by_client: HashMap<&str, &User> = HashMap::new();
    for user in &realm.users {
        match &user.service_account_client_id {
            Some(client) => {
                by_client.insert(client, user);
            }
            None => add_user(&mut import, &held, &paths, user),
        }
    }
    for client in realm.clients.iter().filter(|client| !OWN_CLIENTS.contains(&client.client_id.as_str())) {
        add_client(&mut import, &held, client, by_client.get(client.client_id.as_str()).copied());
    }
    for (what, many) in [
        ("identity provider", realm.identity_providers.len()),
        ("authentication flow", realm.authentication_flows.len()),
        ("component (user federation, keys, policies)", realm.components.values().map(Vec::len).sum()),
    ] {
        if many > 0 {
            import.left.insert(what.into(), many as u64);
        }
    }
    Ok(import)
}

fn is_own(role: &str) -> bool {
    OWN_ROLES.contains(&role) || role.starts_with("default-roles-")
}

/// Every role with the name that it gets: those of a client have its name in front.
fn named_roles(roles: &Roles) -> impl Iterator<Item = (String, &Role)> {
    let of_realm =
        roles.realm.iter().filter(|role| !is_own(&role.name)).map(|role| (role.name.clone(), role));
    let clients = roles.client.iter().filter(|(client, _)| !OWN_CLIENTS.contains(&client.as_str()));
    of_realm.chain(
        clients.flat_map(|(client, roles)| {
            roles.iter().map(move |role| (format!("{client}/{}", role.name), role))
        }),
    )
}

/// Which roles somebody has who is given some: roles that hold roles are unfolded, because roles do not nest here.
struct Held(HashMap<String, Vec<String>>);

impl Held {
    fn of(roles: &Roles) -> Held {
        Held(
            named_roles(roles)
                .map(|(name, role)| (name, together(&role.composites.realm, &role.composites.client)))
                .collect(),
        )
    }

    fn all(&self, realm: &[String], client: &ByClient) -> Vec<String> {
        let mut all = BTreeSet::new();
        let mut next = together(realm, client);
        while let Some(name) = next.pop() {
            if let Some(inside) = self.0.get(&name)
                && all.insert(name)
            {
                next.extend(inside.iter().cloned());
            }
        }
        all.into_iter().collect()
    }
}

fn together(realm: &[String], client: &ByClient) -> Vec<String> {
    let of_clients =
        client.iter().flat_map(|(client, roles)| roles.iter().map(move |role| format!("{client}/{role}")));
    realm.iter().cloned().chain(of_clients).collect()
}

/// Names of groups that more than one has: those get their whole path as a name.
fn names_used_twice(groups: &[Group]) -> BTreeSet<String> {
    fn count(groups: &[Group], depth: usize, seen: &mut BTreeMap<String, u64>) {
        for group in groups {
            *seen.entry(group.name.clone()).or_default() += 1;
            if depth < DEEPEST {
                count(&group.sub_groups, depth + 1, seen);
            }
        }
    }
    let mut seen = BTreeMap::new();
    count(groups, 0, &mut seen);
    seen.into_iter().filter(|(_, times)| *times > 1).map(|(name, _)| name).collect()
}

fn add_group(
    import: &mut Import,
    held: &Held,
    twice: &BTreeSet<String>,
    paths: &mut HashMap<String, usize>,
    group: &Group,
    parent: Option<usize>,
    depth: usize,
) -> Result<(), BadImport> {
    if depth > DEEPEST {
        return Err(BadImport(format!("groups nest more than {DEEPEST} deep")));
    }
    let name =
        if twice.contains(&group.name) { group.path.trim_start_matches('/') } else { group.name.as_str() };
    let Ok(name) = fields::name("name", name) else {
        import.leave("group whose name cannot be kept");
        return Ok(());
    };
    let at = import.groups.len();
    paths.insert(group.path.clone(), at);
    let roles = held.all(&group.realm_roles, &group.client_roles);
    import.groups.push(GroupWish { id: group.id.clone(), name, parent, roles });
    for below in &group.sub_groups {
        add_group(import, held, twice, paths, below, Some(at), depth + 1)?;
    }
    Ok(())
}

fn add_user(import: &mut Import, held: &Held, paths: &HashMap<String, usize>, user: &User) {
    let Ok(name) = fields::name("name", &user.username) else {
        import.leave("user whose name cannot be kept");
        return;
    };
    let password = password_of(import, user);
    if !user.federated_identities.is_empty() {
        import.leave("link to an identity provider");
    }
    for action in &user.required_actions {
        import.leave(format!("required action {action}"));
    }
    let mut attributes = person(user);
    attributes.insert(IMPORTED.into(), Import::origin("keycloak", &user.id));
    if fields::object("attributes", Some(Value::Object(attributes.clone()))).is_err() {
        import.leave("user's attributes that are too large");
        attributes.retain(|name, _| name == IMPORTED || name == "email");
    }
    let (known, unknown): (Vec<_>, Vec<_>) = user.groups.iter().partition(|path| paths.contains_key(*path));
    for _ in unknown {
        import.leave("membership of a group that is not in the export");
    }
    import.subjects.push(SubjectWish {
        id: user.id.clone(),
        kind: EntityKind::Human,
        name,
        active: user.enabled,
        attributes,
        password,
        groups: known.into_iter().filter_map(|path| paths.get(path).copied()).collect(),
        roles: held.all(&user.realm_roles, &user.client_roles),
    });
}

fn password_of(import: &mut Import, user: &User) -> Option<Hash> {
    let mut found = None;
    for credential in &user.credentials {
        match credential["type"].as_str().unwrap_or_default() {
            "password" => match password::of_keycloak(credential) {
                Ok(hash) => found = Some(hash),
                Err(what) => import.leave(what),
            },
            other => import.leave(format!("credential of the kind {other}")),
        }
    }
    found
}

/// What is known about somebody, where other directories look for it too.
fn person(user: &User) -> Map<String, Value> {
    let mut fields = Map::new();
    let name: Map<String, Value> = [("givenName", &user.first_name), ("familyName", &user.last_name)]
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), Value::from(value.clone()?))))
        .collect();
    if !name.is_empty() {
        fields.insert("name".into(), Value::Object(name));
    }
    if let Some(email) = user.email.as_deref().filter(|email| !email.is_empty()) {
        fields.insert("emails".into(), json!([{ "value": email, "primary": true }]));
    }
    let mut attributes = attributes_of_user(fields);
    for (name, values) in &user.attributes {
        let value = match values.as_slice() {
            [one] => json!(one),
            many => json!(many),
        };
        attributes.entry(name.clone()).or_insert(value);
    }
    // Where something lies is said by its place, never by what somebody wrote into a profile elsewhere.
    attributes.remove("parent_group_id");
    if user.email.is_some() {
        attributes.insert("email_verified".into(), user.email_verified.into());
    }
    attributes
}

fn add_client(import: &mut Import, held: &Held, client: &Client, account: Option<&User>) {
    let Ok(name) = fields::name("name", &client.client_id) else {
        import.leave("client whose name cannot be kept");
        return;
    };
    for (what, there) in [
        ("secret of a client", client.secret.is_some()),
        ("addresses that a client may return to", !client.redirect_uris.is_empty()),
        ("protocol mappers of a client", !client.protocol_mappers.is_empty()),
    ] {
        if there {
            import.leave(what);
        }
    }
    let is_service = client.service_accounts_enabled;
    let mut attributes = Map::new();
    attributes.insert(IMPORTED.into(), Import::origin("keycloak", &client.id));
    if let Some(name) = &client.name {
        attributes.insert("display_name".into(), name.as_str().into());
    }
    import.subjects.push(SubjectWish {
        id: client.id.clone(),
        kind: if is_service { EntityKind::Service } else { EntityKind::Application },
        name,
        active: client.enabled,
        attributes,
        password: None,
        groups: Vec::new(),
        roles: account.map_or_else(Vec::new, |user| held.all(&user.realm_roles, &user.client_roles)),
    });
}
