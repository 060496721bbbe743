//! A browser that signs in at the upstream provider, by hand.

use std::collections::HashMap;
use std::net::SocketAddr;

use atoll_base::Clock as _;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::upstream::{CLIENT, Upstream, at_hash};
use crate::harness::Plant;

/// What a browser left with.
#[derive(Clone, Debug)]
pub struct Away {
    pub cookie: String,
    pub sent: HashMap<String, String>,
}

pub fn query(location: &str) -> HashMap<String, String> {
    let url = url::Url::parse(location).expect("an address");
    url.query_pairs().into_owned().collect()
}

impl Plant {
    pub async fn sends(&self, request: axum::http::request::Builder, body: Body) -> Response<Body> {
        let mut request = request.body(body).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
        atoll_server::http::router(self.app.clone()).oneshot(request).await.expect("an answer")
    }

    /// Leaves for the provider; what the browser keeps, and what the provider is sent.
    pub async fn leave(&self) -> Away {
        let request = Request::get("/auth/oauth/corp/start?return_to=/dashboard");
        let answer = self.sends(request, Body::empty()).await;
        assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
        away(&answer, answer.headers()[header::LOCATION].to_str().unwrap())
    }

    /// What the provider says of whoever left with this.
    pub fn claims(&self, upstream: &Upstream, away: &Away) -> Value {
        let now = self.clock.now().seconds();
        json!({
            "iss": upstream.issuer(), "aud": CLIENT, "sub": "anna-there", "nonce": away.sent["nonce"],
            "iat": now, "exp": now + 300, "at_hash": at_hash(),
            "email": "anna@example.com", "email_verified": true,
        })
    }

    /// Comes back with these parameters and this cookie; where to.
    pub async fn comes_back(&self, parameters: &[(&str, &str)], cookie: &str) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let request =
            Request::get(format!("/auth/oauth/corp/callback?{query}")).header(header::COOKIE, cookie);
        let answer = self.sends(request, Body::empty()).await;
        assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        answer.headers()[header::LOCATION].to_str().unwrap().to_owned()
    }

    /// Signs in at the provider as it is told, and comes back; what our page is told.
    pub async fn dance(
        &self,
        upstream: &Upstream,
        away: &Away,
        change: impl FnOnce(&mut Value),
    ) -> HashMap<String, String> {
        let mut claims = self.claims(upstream, away);
        change(&mut claims);
        {
            let mut says = upstream.says.lock();
            says.claims = claims;
            says.challenge = away.sent["code_challenge"].clone();
        }
        let parameters = [("code", "a code"), ("state", &away.sent["state"]), ("iss", &upstream.issuer())];
        query(&self.comes_back(&parameters, &away.cookie).await)
    }

    /// The same from the start; the error.
    pub async fn dance_refused(&self, upstream: &Upstream, change: impl FnOnce(&mut Value)) -> String {
        let away = self.leave().await;
        let mut told = self.dance(upstream, &away, change).await;
        told.remove("error").unwrap_or_else(|| panic!("nothing was refused: {told:?}"))
    }

    /// Exchanges a code: the status, the body and the cookie.
    pub async fn exchanges(
        &self,
        code: &str,
        headers: &[(header::HeaderName, &str)],
    ) -> (u16, Value, Option<String>) {
        let mut request =
            Request::post("/auth/oauth/exchange").header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let answer = self.sends(request, Body::from(json!({ "code": code }).to_string())).await;
        let status = answer.status().as_u16();
        let cookie = answer.headers().get(header::SET_COOKIE).map(|one| one.to_str().unwrap().to_owned());
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap(), cookie)
    }

    /// Signs in as whoever the provider says by default; the answer of the exchange.
    pub async fn signs_in(&self, upstream: &Upstream) -> Value {
        let away = self.leave().await;
        let told = self.dance(upstream, &away, |_| {}).await;
        let code = told.get("code").unwrap_or_else(|| panic!("no code: {told:?}"));
        let (status, body, _) = self.exchanges(code, &[]).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Leaves for the provider to link it, with this token.
    pub async fn leave_to_link(&self, token: &str) -> Result<Away, Value> {
        let request = Request::post("/auth/oauth/corp/link")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let answer = self.sends(request, Body::from("{}")).await;
        let (head, body) = answer.into_parts();
        let body: Value = serde_json::from_slice(&body.collect().await.unwrap().to_bytes()).unwrap();
        match body["authorization_url"].as_str() {
            Some(url) => Ok(away(&Response::from_parts(head, Body::empty()), url)),
            None => Err(body),
        }
    }
}

fn away(answer: &Response<Body>, location: &str) -> Away {
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    let sent = query(location);
    Away { cookie: cookie.split(';').next().unwrap().to_owned(), sent }
}
