//! Signing messages as Standard Webhooks 1.0 wants it: HMAC-SHA256 over `id.timestamp.body`.

use atoll_base::chance::{self, Chance};
use atoll_base::{Common, Moment, Result, Secret, hex};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use uuid::Uuid;

use super::model::Webhook;

/// What every secret begins with.
const PREFIX: &str = "whsec_";

/// A new secret, as it is shown once: `whsec_` and 32 random bytes in base64.
pub fn new_secret(chance: &dyn Chance) -> Secret<String> {
    let bytes = Secret::new(chance::bytes::<32>(chance).to_vec());
    Secret::new(format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes.reveal())))
}

/// Where a secret of an endpoint is sealed.
pub(crate) fn place(webhook: impl std::fmt::Display) -> String {
    format!("webhook:{webhook}")
}

/// Signs for one endpoint, with the secret in use and with the one before while that counts.
pub struct Signer(Vec<hmac::Key>);

impl Signer {
    /// A signer with these secrets, as they were shown.
    pub fn new(secrets: &[Secret<String>]) -> Result<Signer> {
        let keys = secrets.iter().map(|secret| {
            let text = secret.reveal().strip_prefix(PREFIX);
            let bytes = text.and_then(|text| BASE64_STANDARD.decode(text).ok()).map(Secret::new);
            let bytes = bytes.ok_or_else(|| Common::bug("a webhook secret is not readable"))?;
            Ok(hmac::Key::new(hmac::HMAC_SHA256, bytes.reveal()))
        });
        Ok(Signer(keys.collect::<Result<_>>()?))
    }

    /// The value of `webhook-signature`.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let signed = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
        let each =
            self.0.iter().map(|key| format!("v1,{}", BASE64_STANDARD.encode(hmac::sign(key, &signed))));
        each.collect::<Vec<_>>().join(" ")
    }
}

/// The id of a message: the same for every attempt to tell this endpoint of this event, and different for another endpoint.
pub(super) fn message_id(webhook: &Webhook, event: Uuid) -> String {
    let both = [webhook.id.into_bytes(), event.into_bytes()].concat();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &both);
    format!("msg_{}", hex(&digest.as_ref()[..16]))
}

/// The value of `webhook-timestamp`.
pub(super) fn timestamp(now: Moment) -> i64 {
    now.seconds()
}

#[cfg(test)]
mod tests {
    use atoll_base::chance::SystemChance;

    use super::*;

    fn secret(bytes: &[u8]) -> Secret<String> {
        Secret::new(format!("whsec_{}", BASE64_STANDARD.encode(bytes)))
    }

    #[test]
    fn the_published_vector_comes_out() {
        let signer = Signer::new(&[secret(b"0123456789abcdef0123456789abcdef")]).unwrap();
        let signature = signer.sign("msg_1", 1_674_087_231, br#"{"a":1}"#);
        assert_eq!(signature, "v1,c9lhjcxcymv8/2VlKN9YRwiXq2vINjMBBrf/LxiKlvQ=");
    }

    #[test]
    fn two_secrets_make_two_signatures() {
        let (new, old) = (secret(&[1; 32]), secret(&[2; 32]));
        let both = Signer::new(&[new.clone(), old.clone()]).unwrap().sign("m", 1, b"x");
        let each = [new, old].map(|one| Signer::new(&[one]).unwrap().sign("m", 1, b"x"));
        assert_eq!(both, each.join(" "));
    }

    #[test]
    fn new_secrets_differ_and_have_the_form_that_libraries_expect() {
        let (one, other) = (new_secret(&SystemChance), new_secret(&SystemChance));
        assert_ne!(one.reveal(), other.reveal());
        let text = one.reveal().strip_prefix("whsec_").unwrap();
        assert_eq!(BASE64_STANDARD.decode(text).unwrap().len(), 32);
    }
}
