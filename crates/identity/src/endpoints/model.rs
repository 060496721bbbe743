//! A custom endpoint and what holds for it.

use atoll_base::ctx::Guarded;
use atoll_base::{Moment, Result, fields};
use atoll_policy::{Fact, ObjectKind, ObjectRef};
use aws_lc_rs::digest;
use serde_json::{Value, json};
use uuid::Uuid;

use super::document::Document;
use super::fault::EndpointFault;
use super::mapping;
use super::permission::{self, ServicePermission};
use crate::schemas;

/// The status in which an endpoint is served.
pub(super) const ACTIVE: &str = "active";
/// Carried out as a service.
pub(crate) const SERVICE: &str = "service_context";
/// Carried out as whoever calls.
pub(crate) const CALLER: &str = "caller_context";

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const STATUSES: [&str; 3] = ["draft", ACTIVE, "disabled"];
const PREFIX: &str = "/api/custom/";
/// Longest path, in bytes.
const MAX_PATH: usize = 512;
/// Longest GraphQL operation, in bytes.
const MAX_GRAPHQL: usize = 64 * 1024;

/// What an operator says about an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Whose it is; none for the platform.
    pub tenant: Option<Uuid>,
    /// Short name, unique in its tenant.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// HTTP method, in capitals.
    pub method: String,
    /// Path, below `/api/custom/`.
    pub path: String,
    /// `query` or `mutation`.
    pub operation_kind: String,
    /// The operation.
    pub graphql: String,
    /// `caller_context` or `service_context`.
    pub auth_mode: String,
    /// The service as which it is carried out.
    pub service_entity: Option<Uuid>,
    /// The most that it may do as that service; nothing means nothing.
    pub service_permissions: Vec<ServicePermission>,
    /// From the request to variables.
    pub variables_mapping: Value,
    /// JSON Schema of the body.
    pub request_schema: Value,
    /// From the data to the answer.
    pub response_mapping: Value,
    /// `draft`, `active` or `disabled`.
    pub status: String,
}

/// A custom endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// Id.
    pub id: Uuid,
    /// What it is.
    pub definition: Definition,
    /// Who made it.
    pub created_by: Option<Uuid>,
    /// Who changed it last.
    pub updated_by: Option<Uuid>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Option<Moment>,
}

impl Definition {
    /// The definition as it is kept, if everything about it holds. `limits` are depth and fields of a query.
    pub(crate) fn settled(mut self, limits: (usize, usize)) -> Result<Definition> {
        self.key = fields::name("key", &self.key)?;
        self.name = fields::name("name", &self.name)?;
        self.description = fields::description(self.description.as_deref())?;
        self.method = self.method.trim().to_uppercase();
        if !METHODS.contains(&self.method.as_str()) {
            return Err(EndpointFault::Method.into());
        }
        check_path(&self.path)?;
        if !["query", "mutation"].contains(&self.operation_kind.as_str()) {
            return Err(EndpointFault::OperationKind.into());
        }
        if self.graphql.len() > MAX_GRAPHQL {
            return Err(EndpointFault::Document(format!("at most {MAX_GRAPHQL} bytes")).into());
        }
        let document = Document::read(&self.graphql, limits)?;
        if document.kind() != self.operation_kind {
            let said = self.operation_kind.clone();
            return Err(EndpointFault::OtherKind { said, is: document.kind() }.into());
        }
        if ![CALLER, SERVICE].contains(&self.auth_mode.as_str()) {
            return Err(EndpointFault::AuthMode.into());
        }
        if self.is_service() && self.service_entity.is_none() {
            return Err(EndpointFault::NoService.into());
        }
        if !STATUSES.contains(&self.status.as_str()) {
            return Err(EndpointFault::Status.into());
        }
        permission::check(&self.service_permissions)?;
        self.variables_mapping = fields::object("variables_mapping", Some(self.variables_mapping))?;
        self.request_schema = fields::object("request_schema", Some(self.request_schema))?;
        self.response_mapping = fields::object("response_mapping", Some(self.response_mapping))?;
        mapping::check(&self.variables_mapping, &self.response_mapping)?;
        schemas::check(&self.request_schema).map_err(|why| EndpointFault::Schema(why.to_string()))?;
        Ok(self)
    }

    /// Whether it is carried out as a service.
    pub fn is_service(&self) -> bool {
        self.auth_mode == SERVICE
    }
}

fn check_path(path: &str) -> Result<(), EndpointFault> {
    let Some(rest) = path.strip_prefix(PREFIX) else { return Err(EndpointFault::PathPrefix) };
    let forbidden = ["//", "..", "?", "#"].iter().any(|part| path.contains(part));
    if rest.is_empty() || forbidden || path.len() > MAX_PATH || path.chars().any(char::is_control) {
        return Err(EndpointFault::Path);
    }
    Ok(())
}

impl Endpoint {
    /// The endpoint as decisions know it.
    pub fn fact(&self) -> Fact {
        Fact::ApiEndpoint { id: self.id, tenant: self.definition.tenant }
    }

    /// The endpoint as the ledger shows it. The operation and the mappings may hold values that are nobody's to read: of
    /// the one there is a fingerprint, the others are left out.
    pub fn state(&self) -> Value {
        let definition = &self.definition;
        json!({
            "tenant_id": definition.tenant,
            "key": definition.key,
            "name": definition.name,
            "method": definition.method,
            "path": definition.path,
            "operation_kind": definition.operation_kind,
            "graphql_sha256": fingerprint(&definition.graphql),
            "auth_mode": definition.auth_mode,
            "service_entity_id": definition.service_entity,
            "service_permissions": definition.service_permissions,
            "status": definition.status,
        })
    }
}

fn fingerprint(text: &str) -> String {
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    atoll_base::hex(hash.as_ref())
}

impl Guarded for Endpoint {
    type Noun = Endpoint;

    fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(ObjectKind::ApiEndpoint, self.id))
    }

    fn tenant(&self) -> Option<Uuid> {
        self.definition.tenant
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn plain() -> Definition {
        Definition {
            tenant: None,
            key: "health".into(),
            name: "Health".into(),
            description: None,
            method: "get".into(),
            path: "/api/custom/health".into(),
            operation_kind: "query".into(),
            graphql: "{ health }".into(),
            auth_mode: CALLER.into(),
            service_entity: None,
            service_permissions: Vec::new(),
            variables_mapping: Value::Null,
            request_schema: Value::Null,
            response_mapping: Value::Null,
            status: "draft".into(),
        }
    }

    fn refusal(change: impl FnOnce(&mut Definition)) -> String {
        let mut definition = plain();
        change(&mut definition);
        definition.settled((20, 1000)).unwrap_err().to_string()
    }

    #[test]
    fn a_definition_is_brought_into_form() {
        let settled = plain().settled((20, 1000)).unwrap();
        assert_eq!((settled.method.as_str(), &settled.request_schema), ("GET", &json!({})));
        let mut spaced = plain();
        spaced.path = "/api/custom/with space".into();
        assert!(spaced.settled((20, 1000)).is_ok());
    }

    #[test]
    fn what_does_not_hold_is_named() {
        assert_eq!(refusal(|d| d.method = "TRACE".into()), "unsupported api endpoint method");
        for path in ["/api/customs/x", "/graphql", "api/custom/x"] {
            assert_eq!(
                refusal(|d| d.path = path.into()),
                "api endpoint path must start with /api/custom/",
                "{path}"
            );
        }
        for path in [
            "/api/custom/",
            "/api/custom//x",
            "/api/custom/../x",
            "/api/custom/x?y",
            "/api/custom/x#y",
            "/api/custom/\n",
        ] {
            assert_eq!(refusal(|d| d.path = path.into()), "api endpoint path is invalid", "{path}");
        }
        assert_eq!(
            refusal(|d| d.operation_kind = "subscription".into()),
            "unsupported api endpoint operationKind"
        );
        assert_eq!(
            refusal(|d| d.operation_kind = "mutation".into()),
            "api endpoint operationKind is mutation, but its graphql is a query"
        );
        assert_eq!(
            refusal(|d| d.graphql = "mutation { logout }".into()),
            "api endpoint operationKind is query, but its graphql is a mutation"
        );
        assert_eq!(refusal(|d| d.auth_mode = "nobody".into()), "unsupported api endpoint authMode");
        assert_eq!(
            refusal(|d| d.auth_mode = SERVICE.into()),
            "service_context endpoints require serviceEntityId"
        );
        assert_eq!(refusal(|d| d.status = "live".into()), "unsupported api endpoint status");
        for (field, text) in [
            ("v", "variables_mapping must be a JSON object"),
            ("s", "request_schema must be a JSON object"),
            ("r", "response_mapping must be a JSON object"),
        ] {
            let refused = refusal(|d| match field {
                "v" => d.variables_mapping = json!([]),
                "s" => d.request_schema = json!("x"),
                _ => d.response_mapping = json!(1),
            });
            assert_eq!(refused, text);
        }
        assert!(
            refusal(|d| d.request_schema = json!({ "type": "x" })).starts_with("invalid requestSchema: ")
        );
        assert_eq!(refusal(|d| d.key = " ".into()), "key is required");
    }
}
