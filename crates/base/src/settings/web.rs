//! Addresses on the web: base addresses, links and origins, checked by hand so that each complaint is
//! specific.

use std::fmt;
use std::net::Ipv6Addr;

use super::form::Form;

/// An `http` or `https` address without a slash at the end: `https://id.example.org` or
/// `https://example.org/id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Reads one; the text says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = Parts::of(text)?;
        if parts.rest.contains(['?', '#']) {
            return Err("has a query or a fragment".into());
        }
        let path = parts.rest.trim_end_matches('/');
        Ok(BaseUrl(format!("{}{path}", parts.site())))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it starts with `https`.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// Scheme, host and port, as a browser sends them in `Origin`.
    pub fn origin(&self) -> WebOrigin {
        let after = self.0.find("://").map_or(0, |at| at + 3);
        let end = self.0[after..].find('/').map_or(self.0.len(), |at| after + at);
        WebOrigin(self.0[..end].to_owned())
    }

    /// The host alone, without a port.
    pub fn host(&self) -> &str {
        Parts::of(&self.0).map_or("", |parts| parts.host)
    }

    /// The address of a path below it. The path starts with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a mail or a redirect leads: an `http` or `https` address, or a path that starts with `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// The link as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Scheme, host and port, as a browser sends them in `Origin`: lower case, the usual port left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WebOrigin(String);

impl WebOrigin {
    /// Reads one; the text says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Err("would let every page on the web call Atoll with its visitor's cookies".into());
        }
        let parts = Parts::of(text)?;
        if !matches!(parts.rest, "" | "/") {
            return Err("has a path".into());
        }
        Ok(WebOrigin(parts.site()))
    }

    /// The origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address taken apart.
struct Parts<'a> {
    scheme: &'static str,
    host: &'a str,
    port: Option<u16>,
    rest: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Result<Self, String> {
        if text.chars().any(|letter| letter.is_control() || letter.is_whitespace() || letter == '\\') {
            return Err("contains a space, a backslash or a control character".into());
        }
        let (scheme, after) = text.split_once("://").ok_or("has no http:// or https:// in front")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => "http",
            "https" => "https",
            _ => return Err("starts with neither http:// nor https://".into()),
        };
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (site, rest) = after.split_at(end);
        if site.contains('@') {
            return Err("contains a user name or password".into());
        }
        let (host, port) = split_port(site)?;
        if !is_host(host) {
            return Err("has no valid host name".into());
        }
        Ok(Parts { scheme, host, port, rest })
    }

    /// Scheme, host and port in lower case, the usual port left out.
    fn site(&self) -> String {
        let host = self.host.to_ascii_lowercase();
        match (self.scheme, self.port) {
            ("http", Some(80)) | ("https", Some(443)) | (_, None) => format!("{}://{host}", self.scheme),
            (_, Some(port)) => format!("{}://{host}:{port}", self.scheme),
        }
    }
}

fn split_port(site: &str) -> Result<(&str, Option<u16>), String> {
    let colon = match site.rfind(']') {
        Some(bracket) => site[bracket..].find(':').map(|at| bracket + at),
        None => site.rfind(':'),
    };
    let Some(colon) = colon else { return Ok((site, None)) };
    match site[colon + 1..].parse::<u16>() {
        Ok(port) if port > 0 && !site[colon + 1..].starts_with('+') => Ok((&site[..colon], Some(port))),
        _ => Err("has no valid port after the colon".into()),
    }
}

/// A host name, an IPv4 address, or an IPv6 address in brackets.
fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']').is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok());
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    host.len() <= 253 && host.strip_suffix('.').unwrap_or(host).split('.').all(label)
}

/// The form of [`BaseUrl`].
pub(super) struct BaseUrlForm;

pub(super) const fn base_url() -> BaseUrlForm {
    BaseUrlForm
}

impl Form for BaseUrlForm {
    type Value = BaseUrl;

    fn allowed(&self) -> String {
        "an address such as https://id.example.org, without query".into()
    }

    fn read(&self, text: &str) -> Result<BaseUrl, String> {
        BaseUrl::parse(text)
    }

    fn show(&self, text: &str) -> String {
        BaseUrl::parse(text).map_or_else(|_| text.to_owned(), |url| url.0)
    }
}

/// The form of [`Link`].
pub(super) struct LinkForm;

pub(super) const fn link() -> LinkForm {
    LinkForm
}

impl Form for LinkForm {
    type Value = Link;

    fn allowed(&self) -> String {
        "an address such as https://app.example.org/verify, or a path such as /verify".into()
    }

    fn read(&self, text: &str) -> Result<Link, String> {
        if text.contains('#') {
            return Err("has a fragment".into());
        }
        if text.starts_with('/') {
            let odd = |letter: char| letter.is_control() || letter.is_whitespace() || letter == '\\';
            if text.starts_with("//") || text.contains(odd) {
                return Err("is not a plain path".into());
            }
        } else {
            Parts::of(text)?;
        }
        Ok(Link(text.to_owned()))
    }
}

/// A domain for cookies.
pub(super) struct CookieDomain;

pub(super) const fn cookie_domain() -> CookieDomain {
    CookieDomain
}

impl Form for CookieDomain {
    type Value = String;

    fn allowed(&self) -> String {
        "a domain such as example.org".into()
    }

    fn read(&self, text: &str) -> Result<String, String> {
        let domain = text.strip_prefix('.').unwrap_or(text);
        if is_host(domain) && !domain.starts_with('[') {
            Ok(domain.to_ascii_lowercase())
        } else {
            Err("is not a domain".into())
        }
    }
}
