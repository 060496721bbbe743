//! Which limit a path falls under.

use std::net::IpAddr;

use atoll_base::rates::{Class, Limited};

use crate::app::App;

/// Lets a request for `path` through, or says when to come again. What a page asks was counted with the page, except where
/// something is proved.
pub(super) async fn admit(app: &App, path: &str, address: IpAddr, of_page: bool) -> Result<(), Limited> {
    match class_of(path) {
        Some(class) if !of_page || class == Class::AuthRoutes => app.rates.admit(class, address, 1).await,
        _ => Ok(()),
    }
}

/// The class of a path; none for probes, figures, and what browsers keep.
fn class_of(path: &str) -> Option<Class> {
    let mut parts = path.strip_prefix('/')?.split('/');
    let (first, second) = (parts.next()?, parts.next().unwrap_or_default());
    Some(match (first, second) {
        ("graphql", _) => Class::Graphql,
        ("audit", _) => Class::AdminRoutes,
        ("auth", "introspect" | "session" | "sessions" | "logout" | "refresh" | "keys") => Class::AdminRoutes,
        ("oauth", "introspect") | ("auth", "credential") => Class::ServiceCalls,
        // What is new under /auth proves something, until somebody says that it does not.
        ("auth", _) => Class::AuthRoutes,
        ("oauth", "token" | "revoke") => Class::AdminRoutes,
        ("oauth", _) => Class::AuthRoutes,
        ("certs" | ".well-known", _) | ("openapi.json", "") => Class::PublicRoutes,
        ("api", "custom") => Class::CustomEndpoints,
        // Below a tenant are the same checks as at the root.
        ("access" | "scim" | "tenants", _) => Class::ServiceCalls,
        ("health" | "metrics" | "assets", _) => return None,
        // Pages, which ask GraphQL for what they show.
        _ => Class::Graphql,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_fall_under_the_limits_that_atom_has() {
        let class = |path| class_of(path).map(Class::as_str);
        for path in [
            "/auth/public-config",
            "/auth/signup",
            "/auth/login",
            "/auth/login/second-factor",
            "/auth/email/verify",
            "/auth/password/reset",
            "/auth/oauth/github/start",
            "/auth/oauth/github/callback",
            "/auth/oauth/github/link",
            "/auth/oauth/exchange",
        ] {
            assert_eq!(class(path), Some("auth_routes"), "{path}");
        }
        for path in
            ["/auth/logout", "/auth/introspect", "/auth/session", "/auth/sessions/1", "/auth/keys/rotate"]
        {
            assert_eq!(class(path), Some("admin_routes"), "{path}");
        }
        assert_eq!(class("/certs/crl"), Some("public_routes"));
        assert_eq!(class("/.well-known/jwks.json"), Some("public_routes"));
        assert_eq!(class("/graphql"), Some("graphql"));
        assert_eq!(class("/api/custom/a/b"), Some("custom_endpoints"));
        assert_eq!(class("/access/v1/evaluation"), Some("service_calls"));
        assert_eq!(class("/tenants/acme/access/v1/evaluation"), Some("service_calls"));
        for path in ["/", "/login", "/roles/1", "/nothing/here", "/api/other"] {
            assert_eq!(class(path), Some("graphql"), "{path}");
        }
        for path in ["/health", "/health/ready", "/metrics", "/assets/console.css", ""] {
            assert_eq!(class(path), None, "{path}");
        }
    }

    #[test]
    fn every_path_but_those_of_probes_and_figures_has_a_limit() {
        let document: serde_json::Value = serde_json::from_str(&crate::http::document()).unwrap();
        for path in document["paths"].as_object().unwrap().keys() {
            let free = path.starts_with("/health") || path == "/metrics";
            assert_eq!(class_of(path).is_none(), free, "{path}");
        }
    }
}
