//! Rules between settings: each value is fine, and together they cannot be meant.

use super::form::{Attestation, CaMode};
use super::load::{Given, Problem};
use super::source::Source;
use super::table::Settings;

/// Everything that contradicts itself. Settings that could not be read are left out: they are reported
/// already.
pub(super) fn disagreements(settings: &Settings, given: &Given) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut rule = |keys: &[&str], broken: bool, wrong: &str, allowed: &str| {
        if broken && given.are_readable(keys) {
            // Reported at the one that was written rather than at one that was left alone.
            let mut written = keys.iter().map(|key| given.written(key));
            let first = given.written(keys[0]);
            let (name, source) = written.find(|(_, source)| *source != Source::Default).unwrap_or(first);
            found.push(Problem { name, source, wrong: wrong.into(), allowed: Some(allowed.into()) });
        }
    };
    let s = settings;

    rule(
        &["listen_addr", "grpc_addr"],
        s.listen_addr == s.grpc_addr && s.listen_addr.port() != 0,
        "listen_addr and grpc_addr are the same",
        "two different ports",
    );
    rule(
        &["grpc_tls_cert_path", "grpc_tls_key_path"],
        s.grpc_tls_cert_path.is_some() != s.grpc_tls_key_path.is_some(),
        "of grpc_tls_cert_path and grpc_tls_key_path only one is set",
        "both or neither",
    );
    rule(
        &["grpc_tls_client_ca_path", "grpc_tls_cert_path", "grpc_tls_key_path"],
        s.grpc_tls_client_ca_path.is_some()
            && s.grpc_tls_cert_path.is_none()
            && s.grpc_tls_key_path.is_none(),
        "grpc_tls_client_ca_path is set without grpc_tls_cert_path and grpc_tls_key_path",
        "all three, or only certificate and key",
    );
    rule(
        &["db_min_connections", "db_max_connections"],
        s.db_min_connections > s.db_max_connections,
        "db_min_connections is more than db_max_connections",
        "at most as many as db_max_connections",
    );
    rule(
        &["key_encryption_key", "key_encryption_key_file"],
        s.key_encryption_key.is_some() && s.key_encryption_key_file.is_some(),
        "key_encryption_key and key_encryption_key_file are both set",
        "one of them",
    );
    rule(
        &["key_encryption_key_id", "key_encryption_key_previous_id"],
        s.key_encryption_key_previous.is_some()
            && s.key_encryption_key_id == s.key_encryption_key_previous_id,
        "key_encryption_key_previous has the same name as the key that replaces it",
        "another key_encryption_key_id for the new key, such as local:v2",
    );
    rule(
        &["password_hash_memory_kib", "password_hash_parallelism"],
        s.password_hash_memory_kib < 8 * s.password_hash_parallelism,
        "password_hash_memory_kib is less than 8 KiB for each lane",
        "at least 8 times password_hash_parallelism",
    );
    rule(
        &["decision_staleness_secs", "feed_poll_millis"],
        s.decision_staleness_secs < 2 * s.feed_poll_millis,
        "decision_staleness_secs is less than two rounds of feed_poll_millis, so that every decision would be too old",
        "at least twice feed_poll_millis",
    );
    rule(
        &["certs_leaf_default_ttl_secs", "certs_leaf_max_ttl_secs"],
        s.certs_leaf_default_ttl_secs > s.certs_leaf_max_ttl_secs,
        "certs_leaf_default_ttl_secs is more than certs_leaf_max_ttl_secs",
        "at most certs_leaf_max_ttl_secs",
    );
    rule(
        &["passkey_attestation", "passkey_attestation_roots", "passkey_attestation_aaguids"],
        s.passkey_attestation == Attestation::Direct
            && (s.passkey_attestation_roots.is_none() || s.passkey_attestation_aaguids.is_empty()),
        "passkey_attestation is direct without passkey_attestation_roots and passkey_attestation_aaguids",
        "all three, or none",
    );
    let (files, needed) = match s.certs_ca_mode {
        CaMode::FileIntermediateIssuer => (
            ["certs_root_ca_cert_path", "certs_intermediate_ca_cert_path", "certs_intermediate_ca_key_path"]
                .as_slice(),
            "certs_ca_mode file_intermediate_issuer needs certs_root_ca_cert_path, certs_intermediate_ca_cert_path \
             and certs_intermediate_ca_key_path",
        ),
        CaMode::FileRootIssuer => (
            ["certs_root_ca_cert_path", "certs_root_ca_key_path"].as_slice(),
            "certs_ca_mode file_root_issuer needs certs_root_ca_cert_path and certs_root_ca_key_path",
        ),
    };
    rule(
        &[&["certs_ca_mode"], files].concat(),
        s.certs_enabled && s.any_ca_file() && s.ca_files().is_none(),
        needed,
        "all of them; or none, for no certificates",
    );
    found
}
