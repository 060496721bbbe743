//! The description of every route in OpenAPI 3.1, made from the handlers.

use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, Content, OpenApi as Document, PathItem, Ref, RefOr, Required, ResponseBuilder,
};
use utoipa::{OpenApi, ToSchema};

use super::{audit, auth, authzen, certs, federation, graphql, oauth, probes, scim, steps, watch};

/// How every route but those of `/oauth` refuses.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: written by hand where refusals are made")]
pub(super) struct Refusal {
    /// What is wrong, for people.
    error: String,
    /// A stable word for programs.
    code: String,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Atoll",
        description = "Identity, authorization and what is built on them, over REST. Most of Atoll is at `/graphql`. What operators define below `/api/custom/` is theirs to describe.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(audit::export, graphql::answer, probes::live, probes::ready, probes::metrics, watch::answer, answer),
    components(schemas(Refusal)),
    security(("bearer" = []), ("cookie" = []))
)]
struct Routes;

/// All of it: what each door describes, and what handlers do not say each for themselves.
fn whole() -> Document {
    let mut document = Routes::openapi();
    for described in [
        auth::Described::openapi(),
        authzen::Described::openapi(),
        certs::Described::openapi(),
        federation::Described::openapi(),
        oauth::Described::openapi(),
        steps::Described::openapi(),
    ] {
        document.merge(described);
    }
    document.paths.paths.extend(scim::described::paths());
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    complete(&mut document);
    document
}

fn complete(document: &mut Document) {
    let components = document.components.get_or_insert_with(Components::default);
    let http = |scheme| SecurityScheme::Http(HttpBuilder::new().scheme(scheme).build());
    components.add_security_scheme("bearer", http(HttpAuthScheme::Bearer));
    components.add_security_scheme("client", http(HttpAuthScheme::Basic));
    let cookie = utoipa::openapi::security::ApiKeyValue::new(atoll_identity::sessions::http::COOKIE);
    let cookie = SecurityScheme::ApiKey(utoipa::openapi::security::ApiKey::Cookie(cookie));
    components.add_security_scheme("cookie", cookie);
    // The same under another name.
    if let Some(ready) = document.paths.paths.get("/health/ready").cloned() {
        document.paths.paths.insert("/health".into(), named(ready, "health", None));
    }
    of_tenants(document);
    for (path, item) in &mut document.paths.paths {
        match path.starts_with("/oauth/") {
            true => each(item, refuses_as_oauth),
            false => each(item, refuses),
        }
    }
}

/// Whatever is at the root for all of Atoll is below each tenant too.
fn of_tenants(document: &mut Document) {
    const CONFIGURATION: &str = "/.well-known/authzen-configuration";
    let all: Vec<(String, PathItem)> = document
        .paths
        .paths
        .iter()
        .filter(|(path, _)| {
            *path == CONFIGURATION || path.starts_with("/access/v1/") && *path != "/access/v1/watch"
        })
        .map(|(path, item)| (path.clone(), item.clone()))
        .collect();
    let tenant = ParameterBuilder::new()
        .name("tenant")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("Id or alias of a tenant"))
        .schema(Some(utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::String)))
        .build();
    for (path, item) in all {
        let below = match path.as_str() {
            CONFIGURATION => format!("{CONFIGURATION}/tenants/{{tenant}}"),
            path => format!("/tenants/{{tenant}}{path}"),
        };
        document.paths.paths.insert(below, named(item, "of_tenant", Some(&tenant)));
    }
}

fn named(mut item: PathItem, suffix: &str, parameter: Option<&Parameter>) -> PathItem {
    each(&mut item, |operation| {
        if let Some(id) = &mut operation.operation_id {
            *id = format!("{id}_{suffix}");
        }
        if let Some(parameter) = parameter {
            operation.parameters.get_or_insert_default().push(parameter.clone().into());
        }
    });
    item
}

fn each(item: &mut PathItem, change: impl Fn(&mut Operation)) {
    let all = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
    all.into_iter().flatten().for_each(change);
}

/// Those of `/oauth` refuse in the words of RFC 6749 §5.2.
fn refuses_as_oauth(operation: &mut Operation) {
    let refusal = ResponseBuilder::new().description("Refused, as RFC 6749 §5.2 says").build();
    operation.responses.responses.entry("default".into()).or_insert_with(|| refusal.into());
}

/// Every operation may refuse.
fn refuses(operation: &mut Operation) {
    let schema = Some(RefOr::Ref(Ref::from_schema_name("Refusal")));
    let content = Content::new(schema);
    let refusal = ResponseBuilder::new().description("Refused").content("application/json", content).build();
    operation.responses.responses.entry("default".into()).or_insert_with(|| refusal.into());
}

/// The document: what `docs/openapi.json` holds.
pub fn document() -> String {
    whole().to_pretty_json().unwrap_or_else(|why| json!({ "error": why.to_string() }).to_string())
}

/// The same for every visitor, so that it is made only once.
static DOCUMENT: LazyLock<String> = LazyLock::new(document);

/// This description.
#[utoipa::path(get, path = "/openapi.json", operation_id = "openapi", tag = "health", security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)))]
pub(super) async fn answer() -> Response {
    let head = [
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
    ];
    (head, DOCUMENT.as_str()).into_response()
}
