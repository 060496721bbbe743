//! The routes of SCIM in the description of the REST interface. What the bodies hold is said by `Schemas` itself.

use utoipa::openapi::path::{
    Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{Content, Object, ObjectBuilder, Required, Response, ResponseBuilder, Type};

const SCIM_JSON: &str = "application/scim+json";
const ONE: &[&str] = &["get", "put", "patch", "delete"];
/// Every path below a tenant, with its methods.
const PATHS: [(&str, &[&str]); 16] = [
    ("", &["get"]),
    ("/", &["get"]),
    ("/ServiceProviderConfig", &["get"]),
    ("/ResourceTypes", &["get"]),
    ("/ResourceTypes/{id}", &["get"]),
    ("/Schemas", &["get"]),
    ("/Schemas/{id}", &["get"]),
    ("/Bulk", &["post"]),
    ("/Me", ONE),
    ("/.search", &["post"]),
    ("/Users", &["get", "post"]),
    ("/Users/.search", &["post"]),
    ("/Users/{id}", ONE),
    ("/Groups", &["get", "post"]),
    ("/Groups/.search", &["post"]),
    ("/Groups/{id}", ONE),
];

/// Every path of SCIM, described.
pub(in crate::http) fn paths() -> Vec<(String, PathItem)> {
    PATHS.iter().map(|(path, methods)| (format!("/scim/v2/{{tenant}}{path}"), item(path, methods))).collect()
}

fn item(path: &str, methods: &[&str]) -> PathItem {
    let mut item = PathItem::default();
    for method in methods {
        let described = Some(operation(path, method));
        match *method {
            "get" => item.get = described,
            "put" => item.put = described,
            "patch" => item.patch = described,
            "delete" => item.delete = described,
            _ => item.post = described,
        }
    }
    item
}

fn operation(path: &str, method: &str) -> Operation {
    let word: String = path.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '_' }).collect();
    let makes = method == "post" && (path == "/Users" || path == "/Groups");
    let mut described = OperationBuilder::new()
        .tag("scim")
        .operation_id(Some(format!("scim_{method}{word}")))
        .summary(Some("SCIM 2.0 (RFC 7644)"))
        .parameter(parameter("tenant", "Id or alias of a tenant"));
    if path.ends_with("{id}") {
        described = described.parameter(parameter("id", "Id"));
    }
    if ["post", "put", "patch"].contains(&method) {
        let body = RequestBodyBuilder::new().content(SCIM_JSON, Content::new(Some(object())));
        described = described.request_body(Some(body.required(Some(Required::True)).build()));
    }
    described = match method {
        "delete" => described.response("204", ResponseBuilder::new().description("It is gone").build()),
        "post" if makes => described.response("201", answer("It is made")),
        _ => described.response("200", answer("What was asked for")),
    };
    described.response("default", answer("Refused")).build()
}

fn object() -> Object {
    ObjectBuilder::new().schema_type(Type::Object).build()
}

fn answer(text: &str) -> Response {
    let content = || Content::new(Some(object()));
    let answer = ResponseBuilder::new().description(text).content(SCIM_JSON, content());
    answer.content("application/json", content()).build()
}

fn parameter(name: &str, text: &str) -> Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    let described = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path);
    described.required(Required::True).description(Some(text)).schema(Some(schema)).build()
}
