//! Calls about certificates.

use rcgen::{CertificateParams, KeyPair};
use serde_json::json;
use uuid::Uuid;

use super::make::Make;

impl Make<'_> {
    pub(super) async fn certificates(&self, operation: &str) -> Option<String> {
        Some(match operation {
            "caChain" => "caChain".into(),
            "certificates" => {
                self.certificate().await;
                format!("certificates(tenantId: \"{}\") {{ total }}", self.plot.tenant)
            }
            "certificate" => {
                format!("certificate(serialNumber: \"{}\") {{ status }}", self.certificate().await.1)
            }
            "issueCertificate" => format!(
                "{operation}(input: {{ entityId: \"{}\", dnsNames: [\"m.example\"] }}) {{ privateKeyPem }}",
                self.entity("device").await
            ),
            "issueCertificateFromCsr" => {
                let key = KeyPair::generate().expect("a key");
                let request = CertificateParams::new(vec!["m.example".into()]).expect("names");
                let pem = request.serialize_request(&key).expect("a request").pem().expect("PEM");
                let pem = pem.replace("\r\n", "\n").replace('\n', "\\n");
                let entity = self.entity("device").await;
                format!(
                    "{operation}(input: {{ entityId: \"{entity}\", csrPem: \"{pem}\" }}) {{ privateKeyPem }}"
                )
            }
            "renewCertificate" => {
                format!(
                    "{operation}(input: {{ serialNumber: \"{}\" }}) {{ privateKeyPem }}",
                    self.certificate().await.1
                )
            }
            "revokeCertificate" => {
                format!(
                    "{operation}(input: {{ serialNumber: \"{}\" }}) {{ status }}",
                    self.certificate().await.1
                )
            }
            "revokeEntityCertificates" => {
                format!("{operation}(entityId: \"{}\")", self.certificate().await.0)
            }
            _ => return None,
        })
    }

    /// A device and the serial number of a certificate of its.
    async fn certificate(&self) -> (Uuid, String) {
        let entity = self.entity("device").await;
        let call = format!(
            "mutation {{ made: issueCertificate(input: {{ entityId: \"{entity}\" }}) {{ certificate {{ serialNumber }} }} }}"
        );
        let made = self.plant.data(&self.plant.admin(), &call, json!({})).await["made"].take();
        (entity, made["certificate"]["serialNumber"].as_str().expect("a serial number").to_owned())
    }
}
