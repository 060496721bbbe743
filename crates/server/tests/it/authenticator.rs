//! A passkey in software, and an authenticator app: what a device and a browser answer, right or wrong on purpose.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The page that asks, in tests.
pub const ORIGIN: &str = "http://localhost:8080";

/// A key pair in a device.
pub struct Device {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    rp_id: String,
    user: Vec<u8>,
    /// How often it signed.
    pub count: u32,
    /// The page the browser says it is on.
    pub origin: String,
    /// Whether its owner unlocked it.
    pub unlocked: bool,
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes_of(major: u8, content: &[u8]) -> Vec<u8> {
    let mut item = match content.len() {
        length @ 0..=23 => vec![major | length as u8],
        length @ 24..=255 => vec![major | 24, length as u8],
        length => vec![major | 25, (length >> 8) as u8, length as u8],
    };
    item.extend_from_slice(content);
    item
}

impl Device {
    /// A device that has made nothing yet.
    pub fn new() -> Device {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let id = sha256(key.public_key().as_ref());
        let (rp_id, user) = ("localhost".to_owned(), Vec::new());
        Device { key, id, rp_id, user, count: 0, origin: ORIGIN.to_owned(), unlocked: true }
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = &options["publicKey"]["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn authenticator_data(&self, made: bool) -> Vec<u8> {
        let mut data = sha256(self.rp_id.as_bytes());
        let (present, verified, attested) = (1, if self.unlocked { 4 } else { 0 }, if made { 64 } else { 0 });
        data.push(present | verified | attested);
        data.extend_from_slice(&self.count.to_be_bytes());
        if made {
            data.extend_from_slice(&[0; 16]);
            data.extend_from_slice(&(self.id.len() as u16).to_be_bytes());
            data.extend_from_slice(&self.id);
            let point = self.key.public_key().as_ref();
            // {1: 2, 3: -7, -1: 1, -2: x, -3: y} (RFC 9053 §7.1.1)
            data.extend_from_slice(&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]);
            data.extend(bytes_of(0x40, &point[1..33]));
            data.push(0x22);
            data.extend(bytes_of(0x40, &point[33..65]));
        }
        data
    }

    /// What `navigator.credentials.create` returns.
    pub fn create(&mut self, options: &Value) -> Value {
        let key = &options["publicKey"];
        self.rp_id = key["rp"]["id"].as_str().expect("an rp id").to_owned();
        self.user =
            BASE64_URL_SAFE_NO_PAD.decode(key["user"]["id"].as_str().expect("a user id")).expect("base64");
        let client = self.client_data("webauthn.create", options);
        let mut object = vec![0xa3];
        object.extend(bytes_of(0x60, b"fmt"));
        object.extend(bytes_of(0x60, b"none"));
        object.extend(bytes_of(0x60, b"attStmt"));
        object.push(0xa0);
        object.extend(bytes_of(0x60, b"authData"));
        object.extend(bytes_of(0x40, &self.authenticator_data(true)));
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "clientExtensionResults": {},
            "response": { "clientDataJSON": text(&client), "attestationObject": text(&object) },
        })
    }

    /// What `navigator.credentials.get` returns.
    pub fn get(&mut self, options: &Value) -> Value {
        self.count += 1;
        let client = self.client_data("webauthn.get", options);
        let data = self.authenticator_data(false);
        let mut signed = data.clone();
        signed.extend(sha256(&client));
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": text(&client), "authenticatorData": text(&data),
                "signature": text(signature.as_ref()), "userHandle": text(&self.user),
            },
        })
    }
}

/// The code of an authenticator app (RFC 6238) that was told this secret.
pub fn totp(secret: &str, seconds: i64) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String =
        secret.chars().map(|letter| format!("{:05b}", letters.find(letter).expect("base32"))).collect();
    let bytes: Vec<u8> = (0..bits.len() / 8)
        .map(|nth| u8::from_str_radix(&bits[nth * 8..nth * 8 + 8], 2).expect("bits"))
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = hmac::sign(&key, &(seconds / 30).to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[19] & 15);
    let number = u32::from_be_bytes([tag[at] & 127, tag[at + 1], tag[at + 2], tag[at + 3]]);
    format!("{:06}", number % 1_000_000)
}
