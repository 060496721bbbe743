//! Who a request is from: a bearer token, or the cookie of a browser.

use atoll_base::ctx::{Caller, Ctx, Origin};
use atoll_base::settings::WebOrigin;
use atoll_base::{Error, Fault, Kind};
use atoll_identity::sessions::http::COOKIE;
use axum::http::{HeaderMap, Method, header};

use crate::app::App;
use crate::fresh;

/// The request's proof is not usable.
#[derive(Debug, thiserror::Error)]
pub enum BadProof {
    /// Not readable.
    #[error("invalid Authorization header")]
    Unreadable,
    /// Another scheme.
    #[error("Authorization header must use Bearer")]
    Scheme,
    /// A cookie from a page that is not allowed to send it.
    #[error("forbidden")]
    ForeignPage,
}

impl Fault for BadProof {
    fn kind(&self) -> Kind {
        match self {
            BadProof::Unreadable | BadProof::Scheme => Kind::Unauthenticated,
            BadProof::ForeignPage => Kind::Denied,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            BadProof::Unreadable | BadProof::Scheme => "authorization.header",
            BadProof::ForeignPage => "csrf",
        }
    }
}

/// The context of a request: its caller, or an error when it came with a proof that does not hold.
///
/// A cookie counts only without an `Authorization` header, and for anything that could change something only when the
/// page that sent it is one of ours (`Origin`, else `Referer`).
pub(crate) async fn of(
    app: &App,
    origin: &Origin,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Ctx, Error> {
    let ctx = Ctx::new(app.ground.clone(), Caller::Nobody, origin.clone());
    match token(app, method, headers)? {
        Some(token) => {
            let wish = headers.get(fresh::AT_LEAST).and_then(|value| value.to_str().ok());
            fresh::wait(app, wish).await?;
            let signed_in = app.identity.authenticate(&ctx, &token).await?;
            Ok(ctx.as_caller(Caller::Entity(signed_in)))
        }
        None => Ok(ctx),
    }
}

/// The token that a request came with, if its page may send it.
pub(crate) fn token(app: &App, method: &Method, headers: &HeaderMap) -> Result<Option<String>, BadProof> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = bearer(value.to_str().map_err(|_| BadProof::Unreadable)?)?;
        return Ok(Some(token.to_owned()));
    }
    let Some(token) = cookie(headers) else { return Ok(None) };
    let safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && !own_page(headers, &app.ground.settings().allowed_origins()) {
        return Err(BadProof::ForeignPage);
    }
    Ok(Some(token))
}

fn bearer(value: &str) -> Result<&str, BadProof> {
    value.strip_prefix("Bearer ").map(str::trim).filter(|token| !token.is_empty()).ok_or(BadProof::Scheme)
}

/// The token in the cookie, whatever else the cookie header holds.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<String> {
    cookie_named(headers, COOKIE)
}

/// The same, of another cookie.
pub(crate) fn cookie_named(headers: &HeaderMap, wanted: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|part| part.trim().split_once('='))
        .find(|(name, value)| *name == wanted && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// Whether the page that sent the request is one of `allowed` (scheme, host and port).
pub(crate) fn own_page(headers: &HeaderMap, allowed: &[WebOrigin]) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::ORIGIN) {
        Some(origin) => allowed.iter().any(|one| one.as_str() == origin),
        None => text(header::REFERER).is_some_and(|referer| {
            let origin = referer.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            allowed.iter().any(|one| one.as_str() == origin)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_valueless_cookie_part_does_not_hide_the_token() {
        let given = headers(&[(header::COOKIE, "flag; theme=dark; atom_token=abc")]);
        assert_eq!(cookie(&given).as_deref(), Some("abc"));
        assert_eq!(cookie(&headers(&[(header::COOKIE, "atom_token=")])), None);
    }

    #[test]
    fn only_our_own_pages_may_send_the_cookie() {
        let allowed = [WebOrigin::parse("https://atoll.example").unwrap()];
        let ours = [
            (header::ORIGIN, "https://atoll.example"),
            (header::REFERER, "https://atoll.example/some/page?x=1"),
        ];
        for page in ours {
            assert!(own_page(&headers(&[page]), &allowed));
        }
        let others = [
            (header::ORIGIN, "null"),
            (header::ORIGIN, "https://atoll.example.evil.test"),
            (header::ORIGIN, "http://atoll.example"),
            (header::REFERER, "https://evil.test/https://atoll.example/"),
            (header::REFERER, "https://atoll.example.evil.test/"),
        ];
        for page in others {
            assert!(!own_page(&headers(std::slice::from_ref(&page)), &allowed), "{page:?}");
        }
        assert!(!own_page(&HeaderMap::new(), &allowed));
    }

    #[test]
    fn the_scheme_is_bearer() {
        assert!(bearer("Bearer abc").is_ok());
        for other in ["bearer abc", "Basic abc", "Bearer ", "abc"] {
            assert!(bearer(other).is_err(), "{other:?}");
        }
    }
}
