//! Addresses of pages.

use axum::http::Uri;
use url::form_urlencoded::{Serializer, parse};

/// A path with values; empty ones are left out.
pub(crate) fn of<'v>(path: &str, values: impl IntoIterator<Item = (&'v str, &'v str)>) -> String {
    let values = values.into_iter().filter(|(_, value)| !value.is_empty());
    match Serializer::new(String::new()).extend_pairs(values).finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// The same page with other values in its query, and without what was said there.
pub(crate) fn with(uri: &Uri, changed: &[(&str, &str)]) -> String {
    let kept: Vec<(String, String)> =
        parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let kept = kept.iter().filter(|(name, _)| name != "done" && !changed.iter().any(|(one, _)| one == name));
    let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
    of(uri.path(), kept.chain(changed.iter().copied()))
}

/// The page to sign in at, from where one comes back.
pub(crate) fn sign_in(next: &str) -> String {
    of("/login", [("next", if next == "/" { "" } else { next })])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_so_that_they_stay_values() {
        assert_eq!(of("/why", [("subject", "a b"), ("object", "")]), "/why?subject=a+b");
        assert_eq!(of("/why", []), "/why");
        assert_eq!(sign_in("/"), "/login");
        assert_eq!(sign_in("/roles?q=a&b=c"), "/login?next=%2Froles%3Fq%3Da%26b%3Dc");
    }

    #[test]
    fn a_page_keeps_what_is_not_changed() {
        let uri: Uri = "/roles?q=a&after=x&done=y".parse().unwrap();
        assert_eq!(with(&uri, &[("after", "")]), "/roles?q=a");
        assert_eq!(with(&uri, &[("after", "z")]), "/roles?q=a&after=z");
    }
}
