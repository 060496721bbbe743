//! Certificate authorities for tests, as files, valid from 2020 to 2060 unless said otherwise.

use std::path::PathBuf;

use atoll_base::settings::{CaMode, Settings};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    SignatureAlgorithm, date_time_ymd,
};
use tempfile::TempDir;

/// The parameters of an authority that is called so.
pub fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2060, 1, 1);
    params
}

/// A new key of a kind.
pub fn key(kind: &'static SignatureAlgorithm) -> KeyPair {
    KeyPair::generate_for(kind).expect("a key")
}

/// The files of an authority, in a folder that lasts as long as this.
pub struct Files {
    pub folder: TempDir,
}

impl Files {
    /// Files in an empty folder.
    pub fn new() -> Files {
        Files { folder: tempfile::tempdir().expect("a folder") }
    }

    /// A root that signs by itself.
    pub fn root(kind: &'static SignatureAlgorithm) -> Files {
        Files::root_of(authority("Test Root"), kind)
    }

    /// A root that signs by itself, made of these parameters.
    pub fn root_of(params: CertificateParams, kind: &'static SignatureAlgorithm) -> Files {
        let (files, key) = (Files::new(), key(kind));
        files.write("root.crt", &params.self_signed(&key).expect("a root").pem());
        files.write("root.key", &key.serialize_pem());
        files
    }

    /// An intermediate below a root.
    pub fn intermediate(kind: &'static SignatureAlgorithm) -> Files {
        let (files, root) = (Files::new(), key(&rcgen::PKCS_ECDSA_P384_SHA384));
        let params = authority("Test Root");
        files.write("root.crt", &params.self_signed(&root).expect("a root").pem());
        let own = key(kind);
        let issuer = Issuer::new(params, root);
        let mut below = authority("Test Intermediate");
        below.use_authority_key_identifier_extension = true;
        let below: Certificate = below.signed_by(&own, &issuer).expect("an intermediate");
        files.write("intermediate.crt", &below.pem());
        files.write("intermediate.key", &own.serialize_pem());
        files
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).expect("the folder can be written");
    }

    /// Settings that name these files.
    pub fn settings(&self) -> Settings {
        let some = |name: &str| Some(self.path(name)).filter(|path| path.exists());
        let mode = match some("intermediate.crt") {
            Some(_) => CaMode::FileIntermediateIssuer,
            None => CaMode::FileRootIssuer,
        };
        Settings {
            certs_ca_mode: mode,
            certs_root_ca_cert_path: Some(self.path("root.crt")),
            certs_root_ca_key_path: Some(self.path("root.key")),
            certs_intermediate_ca_cert_path: Some(self.path("intermediate.crt")),
            certs_intermediate_ca_key_path: Some(self.path("intermediate.key")),
            ..Settings::for_tests()
        }
    }
}
