//! A provider that says whatever a test wants it to say.

use std::net::SocketAddr;
use std::sync::Arc;

use atoll_base::Secret;
use atoll_base::settings::OidcProvider;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use parking_lot::Mutex;
use serde_json::{Value, json};

pub const CLIENT: &str = "atoll-here";
pub const SECRET: &str = "between us";
const ACCESS: &str = "an access token";

/// How the next token is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signed {
    #[default]
    Well,
    /// Not at all, and says so.
    Not,
    /// With the secret that both know.
    WithSecret,
    /// With a key that is not published.
    ByAnother,
}

/// What it answers.
#[derive(Default)]
pub struct Says {
    pub claims: Value,
    pub signed: Signed,
    /// What PKCE expects.
    pub challenge: String,
    pub userinfo: Option<Value>,
    pub no_id_token: bool,
    pub refuses: bool,
    pub discovered: usize,
    pub down: bool,
}

pub struct Upstream {
    pub address: SocketAddr,
    pub says: Mutex<Says>,
    key: Mutex<(String, EcdsaKeyPair)>,
}

pub fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn new_key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key")
}

impl Upstream {
    pub async fn start() -> Arc<Upstream> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let key = Mutex::new(("first".to_owned(), new_key()));
        let upstream = Arc::new(Upstream { address, says: Mutex::default(), key });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(upstream.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        upstream
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn provider(&self) -> OidcProvider {
        OidcProvider {
            name: "corp".into(),
            issuer: self.issuer(),
            client_id: CLIENT.into(),
            client_secret: Secret::new(SECRET.into()),
            scopes: ["openid", "email", "profile"].map(str::to_owned).to_vec(),
        }
    }

    /// Signs with another key from now on.
    pub fn rotate(&self, kid: &str) {
        *self.key.lock() = (kid.to_owned(), new_key());
    }

    fn id_token(&self) -> String {
        let says = self.says.lock();
        let key = self.key.lock();
        let algorithm = match says.signed {
            Signed::Not => "none",
            Signed::WithSecret => "HS256",
            _ => "ES256",
        };
        let head = base64(json!({ "alg": algorithm, "kid": key.0, "typ": "JWT" }).to_string());
        let message = format!("{head}.{}", base64(says.claims.to_string()));
        let sign = |key: &EcdsaKeyPair| {
            base64(key.sign(&SystemRandom::new(), message.as_bytes()).expect("a signature"))
        };
        let signature = match says.signed {
            Signed::Well => sign(&key.1),
            Signed::ByAnother => sign(&new_key()),
            Signed::Not => String::new(),
            Signed::WithSecret => {
                let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
                base64(aws_lc_rs::hmac::sign(&key, message.as_bytes()))
            }
        };
        format!("{message}.{signature}")
    }
}

/// What `at_hash` of the access token is.
pub fn at_hash() -> String {
    base64(&digest(&SHA256, ACCESS.as_bytes()).as_ref()[..16])
}

async fn discovery(State(upstream): State<Arc<Upstream>>) -> Response {
    let mut says = upstream.says.lock();
    says.discovered += 1;
    if says.down {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let issuer = upstream.issuer();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // More than is taken.
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    }))
    .into_response()
}

async fn jwks(State(upstream): State<Arc<Upstream>>) -> Json<Value> {
    let key = upstream.key.lock();
    let point = key.1.public_key().as_ref();
    let (x, y) = (base64(&point[1..33]), base64(&point[33..65]));
    Json(json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": key.0, "use": "sig", "x": x, "y": y }] }))
}

async fn token(State(upstream): State<Arc<Upstream>>, headers: HeaderMap, body: String) -> Response {
    let given: std::collections::HashMap<String, String> =
        url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let encoded = SECRET.replace(' ', "+");
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{CLIENT}:{encoded}")));
    assert_eq!(headers[header::AUTHORIZATION], basic, "the client proves itself");
    let proof = base64(digest(&SHA256, given["code_verifier"].as_bytes()));
    let refused = {
        let says = upstream.says.lock();
        says.refuses || proof != says.challenge
    };
    if refused {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    let mut answer = json!({ "access_token": ACCESS, "token_type": "Bearer", "expires_in": 60 });
    if !upstream.says.lock().no_id_token {
        answer["id_token"] = upstream.id_token().into();
    }
    Json(answer).into_response()
}

async fn userinfo(State(upstream): State<Arc<Upstream>>, headers: HeaderMap) -> Response {
    assert_eq!(headers[header::AUTHORIZATION], format!("Bearer {ACCESS}"));
    match upstream.says.lock().userinfo.clone() {
        Some(told) => Json(told).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
