//! Names in the environment that look like ours and are meant for somebody else.

/// A name, or with `*` at the end the start of names, that Atoll knows and leaves alone.
#[derive(Clone, Copy, Debug)]
pub struct Ignored {
    /// The name or the start of it.
    pub name: &'static str,
    /// Whom it is for.
    pub purpose: &'static str,
}

const fn ignored(name: &'static str, purpose: &'static str) -> Ignored {
    Ignored { name, purpose }
}

/// Every name that is known and left alone.
pub const IGNORED: &[Ignored] = &[
    ignored("ATOLL_CONFIG", "the settings file, when `--config` is not given"),
    ignored("ATOLL_HTTP_PORT", "Compose: the port on the host for HTTP"),
    ignored("ATOLL_GRPC_PORT", "Compose: the port on the host for gRPC"),
    ignored("ATOLL_TEST_*", "Atoll's own tests"),
    ignored("ATOM_HTTP_PORT", "Compose: the port on the host for HTTP"),
    ignored("ATOM_GRPC_PORT", "Compose: the port on the host for gRPC"),
    ignored("ATOM_DEV_*", "Atom's development Compose profile"),
    ignored("ATOM_UI_*", "Atom's separate web interface"),
    ignored("ATOM_GRAPHQL_URL", "Atom's separate web interface"),
    ignored("ATOM_CERTS_CA_DIR", "Compose: the host folder mounted at /certs"),
    ignored("ATOM_EMAIL_TEMPLATES_HOST_DIR", "Compose: the host folder with mail templates"),
    ignored("POSTGRES_*", "Compose: the PostgreSQL container"),
    ignored("COMPOSE_*", "Compose itself"),
    ignored("DEV_*", "Atom's Makefile"),
    ignored("BUILD_TARGET", "Atom's Makefile"),
    ignored("IMAGE_NAME", "Atom's Makefile"),
    ignored("IMAGE_TAG", "Atom's Makefile"),
];

/// Whether a name in the environment claims to be a setting: it starts like one and is nobody else's.
pub(super) fn claims_to_be_ours(name: &str, value: &str) -> bool {
    let ours = name.starts_with("ATOLL_") || name.starts_with("ATOM_");
    ours && !is_ignored(name) && !is_injected(name, value)
}

fn is_ignored(name: &str) -> bool {
    IGNORED.iter().any(|known| match known.name.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == known.name,
    })
}

/// Kubernetes and container links tell every container about services; one that is called `atoll` or `atom`
/// gives names such as `ATOLL_SERVICE_HOST`, `ATOLL_PORT=tcp://…` and `ATOLL_PORT_8080_TCP_ADDR`.
fn is_injected(name: &str, value: &str) -> bool {
    let by_name = name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || ["_TCP", "_UDP", "_SCTP"].iter().any(|protocol| {
            name.split_once("_PORT_").is_some_and(|(_, rest)| {
                rest.trim_start_matches(|digit: char| digit.is_ascii_digit()).starts_with(protocol)
            })
        });
    by_name || (name.ends_with("_PORT") && value.contains("://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_cluster_injects_are_left_alone() {
        assert!(!claims_to_be_ours("ATOLL_PORT", "tcp://10.0.0.7:8080"));
        assert!(!claims_to_be_ours("ATOLL_PORT_8080_TCP_ADDR", "10.0.0.7"));
        assert!(!claims_to_be_ours("ATOM_POSTGRES_SERVICE_PORT_HTTP", "80"));
        assert!(!claims_to_be_ours("ATOM_DEV_HTTP_PORT", "1"));
        assert!(!claims_to_be_ours("PATH", "/bin"));
        assert!(claims_to_be_ours("ATOLL_PORT", "8080"));
        assert!(claims_to_be_ours("ATOM_SMTP_HOTS", "x"));
    }
}
