//! The description of the routes has all of them, with all their methods.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::harness::Plant;

type Routes = BTreeMap<String, BTreeSet<String>>;

fn described() -> Routes {
    let document: Value = serde_json::from_str(&atoll_server::http::document()).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    let methods =
        |item: &Value| item.as_object().into_iter().flatten().map(|(name, _)| name.to_uppercase()).collect();
    paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect()
}

/// The paths of the router, as it shows itself.
fn paths(router: &axum::Router) -> BTreeSet<String> {
    let shown = format!("{router:?}");
    let parts = shown.split('"').skip(1).step_by(2);
    parts.filter(|part| part.starts_with('/')).map(str::to_owned).collect()
}

/// What a stranger without any proof is answered.
async fn ask(router: &axum::Router, method: &str, path: &str) -> Response {
    let filled = path.replace("{id}", &uuid::Uuid::nil().to_string());
    let filled = filled.replace("{tenant}", "x").replace("{provider}", "x").replace("{question}", "x");
    let mut request = Request::builder().method(method).uri(&filled).body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
    router.clone().oneshot(request).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_described_with_all_its_methods() {
    let plant = Plant::with(atoll_base::settings::Settings::for_tests()).await;
    let router = atoll_server::http::api(plant.app.clone());
    let mut routed = Routes::new();
    for path in paths(&router) {
        // What operators define there is theirs to describe.
        if path.starts_with("/api/custom/") {
            continue;
        }
        // A part that may hold slashes is described like any other.
        let path = path.replace("{*", "{");
        let answer = ask(&router, "TRACE", &path).await;
        // What the router shows besides leads nowhere.
        if answer.status() == StatusCode::NOT_FOUND {
            continue;
        }
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allow = answer.headers()[header::ALLOW].to_str().unwrap().to_owned();
        let methods = allow.split(',').filter(|method| *method != "HEAD").map(str::to_owned).collect();
        routed.insert(path, methods);
    }
    assert!(routed.len() > 20, "{routed:?}");
    assert_eq!(described(), routed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_asks_for_no_proof_is_described_as_such() {
    let plant = Plant::with(atoll_base::settings::Settings::for_tests()).await;
    let router = atoll_server::http::router(plant.app.clone());
    let document: Value = serde_json::from_str(&atoll_server::http::document()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    for (path, item) in paths.iter().filter(|(path, _)| path.starts_with("/auth/")) {
        for (method, operation) in item.as_object().expect("an item") {
            let status = ask(&router, &method.to_uppercase(), path).await.status();
            let open = operation["security"] == json!([{}]);
            assert_eq!(status != StatusCode::UNAUTHORIZED, open, "{method} {path}: {status}");
        }
    }
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document: Value = serde_json::from_str(&atoll_server::http::document()).expect("JSON");
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path}"));
            assert!(names.insert(name.to_owned()), "{name} twice");
            assert!(operation["responses"]["default"].is_object(), "{method} {path} may be refused");
        }
    }
}
