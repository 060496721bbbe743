//! Where a request came from: its network address behind trusted proxies, and its id.

use std::net::{IpAddr, SocketAddr};

use atoll_base::ctx::Origin;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;

use super::limits;
use crate::app::App;
use crate::status::Failure;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Finds the origin of the request, makes it available to handlers, names it in the log, and answers with its id. An
/// origin that sends too many is refused here.
pub(crate) async fn attach(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = client(peer.ip(), request.headers(), &app.ground.settings().trusted_proxy_cidrs);
    let request_id = given_id(request.headers()).unwrap_or_else(|| app.new_request_id());
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let user_agent = user_agent.and_then(Origin::bounded_user_agent);
    let origin = Origin { address: Some(address), request_id: Some(request_id.clone()), user_agent };
    request.extensions_mut().insert(origin);
    let span = tracing::info_span!("request", id = %request_id, method = %request.method(), path = %request.uri().path());
    let of_page = request.extensions().get::<atoll_console::Inside>().is_some();
    let mut response = match limits::admit(&app, request.uri().path(), address, of_page).await {
        Ok(()) => {
            use tracing::Instrument as _;
            next.run(request).instrument(span).await
        }
        Err(limited) => Failure::from(limited).into_response(),
    };
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The id that the client gave, if it is one that may go into logs and headers.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte);
    (!id.is_empty() && id.len() <= 128 && id.bytes().all(safe)).then(|| id.to_owned())
}

/// The client's address: the peer, unless that is a trusted proxy; then the right-most forwarded address that is not
/// itself one.
pub(crate) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(&address.to_canonical()));
    if !is_trusted(&peer) {
        return peer;
    }
    let all = headers.get_all("x-forwarded-for").iter().map(|value| value.to_str().unwrap_or_default());
    let parts: Vec<&str> = all.flat_map(|value| value.split(',')).collect();
    let mut forwarded = None;
    for part in parts.into_iter().rev() {
        // What a trusted proxy wrote and cannot be read says nothing; what is left of it the client may have made up.
        let Some(address) = address(part.trim()) else { return peer };
        if !is_trusted(&address) {
            forwarded = Some(address);
            break;
        }
    }
    let real = || headers.get("x-real-ip").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    forwarded.or_else(real).unwrap_or(peer)
}

/// An address, perhaps with a port.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.parse().ok();
    plain.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(forwarded: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        headers
    }

    #[test]
    fn forwarded_addresses_count_only_behind_a_trusted_proxy() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let stranger = "203.0.113.9".parse().unwrap();
        let proxy = "10.0.0.2".parse().unwrap();
        let forwarded = headers("198.51.100.7, 203.0.113.50, 10.0.0.7");
        assert_eq!(client(stranger, &forwarded, &trusted), stranger);
        assert_eq!(client(proxy, &forwarded, &trusted).to_string(), "203.0.113.50");
        assert_eq!(client(proxy, &HeaderMap::new(), &trusted), proxy);
        assert_eq!(
            client(proxy, &headers("198.51.100.7, 203.0.113.50:4711"), &trusted).to_string(),
            "203.0.113.50"
        );
        assert_eq!(
            client(proxy, &headers("198.51.100.7, unknown"), &trusted),
            proxy,
            "made up by the client"
        );
    }

    #[test]
    fn request_ids_that_could_forge_log_lines_are_replaced() {
        for bad in ["", "a b", "a\tb", &"x".repeat(129)] {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_str(bad) {
                headers.insert(REQUEST_ID, value);
            }
            assert_eq!(given_id(&headers), None, "{bad:?}");
        }
    }
}
