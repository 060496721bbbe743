//! Headers on every response that tell browsers to be careful.

use atoll_base::settings::Settings;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

const FIXED: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-site"),
];

/// Adds what a response does not set itself.
pub(crate) fn secure(settings: &Settings) -> impl Fn(Response) -> Response + Clone + Send + Sync + 'static {
    let https = settings.public_base_url.as_str().starts_with("https://");
    move |mut response| {
        let headers = response.headers_mut();
        headers.reserve(FIXED.len() + 2);
        for (name, value) in FIXED {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        if https {
            let year = HeaderValue::from_static("max-age=31536000");
            headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(year);
        }
        response
    }
}
