//! Which files make an authority, and what is said of those that do not.

use atoll_base::Moment;
use atoll_base::settings::Settings;
use atoll_pki::{Authority, IssuerKind, Pki};
use rcgen::{IsCa, KeyUsagePurpose, date_time_ymd};

use crate::files::{Files, authority, key};

/// 2027-01-15.
const NOW: Moment = Moment(1_800_000_000_000_000);

fn refusal(files: &Files) -> String {
    match Authority::load(&files.settings(), NOW) {
        Ok(_) => panic!("these files make an authority"),
        Err(error) => {
            assert_eq!(error.code(), "settings.certificate_authority");
            error.to_string()
        }
    }
}

#[test]
fn every_kind_of_key_signs_as_root_and_as_intermediate() {
    for kind in [
        &rcgen::PKCS_ECDSA_P256_SHA256,
        &rcgen::PKCS_ECDSA_P384_SHA384,
        &rcgen::PKCS_RSA_SHA256,
        &rcgen::PKCS_ED25519,
    ] {
        let root = Authority::load(&Files::root(kind).settings(), NOW).unwrap().unwrap();
        assert_eq!(root.kind(), IssuerKind::Root);
        assert_eq!(root.chain_pem().matches("BEGIN CERTIFICATE").count(), 1);
        let below = Authority::load(&Files::intermediate(kind).settings(), NOW).unwrap().unwrap();
        assert_eq!(below.kind(), IssuerKind::Intermediate);
        assert_eq!(below.chain_pem().matches("BEGIN CERTIFICATE").count(), 2);
        assert_ne!(below.fingerprint(), root.fingerprint());
    }
}

#[test]
fn without_files_certificates_are_off() {
    let off = Pki::load(&Settings::for_tests(), NOW).unwrap();
    assert_eq!(off.authority().err().unwrap().to_string(), "certificate support is disabled");
    let files = Files::root(&rcgen::PKCS_ECDSA_P256_SHA256);
    let off = Settings { certs_enabled: false, ..files.settings() };
    assert!(Pki::load(&off, NOW).unwrap().authority().is_err());
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_setting_and_what_to_do() {
    let kind = &rcgen::PKCS_ECDSA_P256_SHA256;
    let root = || Files::root(kind);
    let with = |change: &dyn Fn(&mut rcgen::CertificateParams)| {
        let mut params = authority("Test Root");
        change(&mut params);
        Files::root_of(params, kind)
    };
    let cases: Vec<(Files, &str)> = vec![
        (with(&|params| params.is_ca = IsCa::ExplicitNoCa), "is not a certificate authority; make it with"),
        (with(&|params| params.is_ca = IsCa::NoCa), "is not a certificate authority; make it with"),
        (
            with(&|params| params.key_usages = vec![KeyUsagePurpose::KeyCertSign]),
            "may not sign certificates and lists of revoked ones",
        ),
        (
            with(&|params| params.not_after = date_time_ymd(2026, 1, 1)),
            "expired at 2026-01-01T00:00:00+00:00",
        ),
        (with(&|params| params.not_before = date_time_ymd(2050, 1, 1)), "is not valid before 2050-01-01"),
    ];
    for (files, text) in &cases {
        let said = refusal(files);
        assert!(said.starts_with("certs_root_ca_cert_path (") && said.contains(text), "{said}");
    }

    let broken = root();
    broken.write("root.crt", "no certificate");
    assert!(refusal(&broken).contains("holds no certificate in PEM"));
    broken.write("root.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assert!(refusal(&broken).contains("holds no certificate in PEM"));
    std::fs::remove_file(broken.path("root.crt")).unwrap();
    assert!(refusal(&broken).contains("cannot be read"));

    let other = root();
    other.write("root.key", &key(kind).serialize_pem());
    let said = refusal(&other);
    assert!(
        said.starts_with("certs_root_ca_key_path (") && said.contains("is not the private key of"),
        "{said}"
    );
    other.write("root.key", &key(&rcgen::PKCS_RSA_SHA256).serialize_pem());
    assert!(refusal(&other).contains("is not the private key of"));
    other.write(
        "root.key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    assert!(refusal(&other).contains("holds no private key in PEM without a passphrase"));

    // The root is another one of the same name.
    let below = Files::intermediate(kind);
    below.write("root.crt", &authority("Test Root").self_signed(&key(kind)).unwrap().pem());
    let said = refusal(&below);
    assert!(
        said.starts_with("certs_intermediate_ca_cert_path (") && said.contains("does not verify"),
        "{said}"
    );
    // The root is not self-signed.
    let below = Files::intermediate(kind);
    std::fs::copy(below.path("intermediate.crt"), below.path("root.crt")).unwrap();
    assert!(refusal(&below).contains("does not verify as signed by itself"));
}
