//! Where the client may go.

use std::net::IpAddr;

use atoll_base::settings::{Destination, Settings};
use atoll_base::{Fault, Kind};
use url::{Host, Url};

use super::address::{Class, class_of, embedded};

/// Where a client may go.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Destinations that an operator has named: their addresses and ports are not judged.
    pub allow: Vec<Destination>,
    /// Whether plain http will do.
    pub plain_http: bool,
}

/// Why a destination is refused. The texts are for whoever named it and say nothing about what is behind a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a URL at all, or one that is too long.
    #[error("url must be an absolute https URL of at most 2048 characters")]
    Unreadable,
    /// Another scheme.
    #[error("url must use https")]
    NotHttps,
    /// A name or password in the URL.
    #[error("url must not hold a user name or password")]
    UserInfo,
    /// A part after `#`, which is never sent.
    #[error("url must not have a fragment")]
    Fragment,
    /// A port where something else than the web answers.
    #[error("url has a port that may not be called")]
    Port,
    /// The host has no address that may be called.
    #[error("the host does not resolve to an address that may be called")]
    Address,
}

impl Fault for Refusal {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Refusal::Unreadable | Refusal::NotHttps | Refusal::UserInfo | Refusal::Fragment => "url.invalid",
            Refusal::Port => "url.port",
            Refusal::Address => "url.address",
        }
    }
}

/// Longest URL, in bytes.
const MAX_URL: usize = 2048;

/// Ports above 1023 where databases, caches, container engines and the like answer, or that browsers refuse.
const ODD_PORTS: [u16; 38] = [
    1433, 1434, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060,
    5061, 5432, 5672, 5984, 6000, 6379, 6443, 6566, 6697, 8500, 9042, 9092, 9200, 9300, 10080, 10250, 11211,
    15672, 27017, 27018, 50051,
];

impl Policy {
    /// What the settings allow to destinations that anybody may have named.
    pub fn of(settings: &Settings) -> Policy {
        Policy { allow: settings.outbound_allow.clone(), plain_http: settings.outbound_plain_http }
    }

    /// The same for peers that an operator has configured by URL: their hosts are allowed.
    #[must_use]
    pub fn with_peers<'u>(mut self, peers: impl IntoIterator<Item = &'u Url>) -> Policy {
        for peer in peers {
            self.plain_http |= peer.scheme() == "http";
            match peer.host() {
                Some(Host::Domain(host)) => self.allow.push(Destination::Host(host.to_ascii_lowercase())),
                Some(Host::Ipv4(address)) => {
                    self.allow.push(Destination::Network(IpAddr::V4(address).into()));
                }
                Some(Host::Ipv6(address)) => {
                    self.allow.push(Destination::Network(IpAddr::V6(address).into()));
                }
                None => {}
            }
        }
        self
    }

    /// The URL, if it may be called as far as can be told without looking up its host.
    pub fn check(&self, text: &str) -> Result<Url, Refusal> {
        if text.len() > MAX_URL || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(Refusal::Unreadable);
        }
        let url = Url::parse(text).map_err(|_| Refusal::Unreadable)?;
        self.check_url(&url)?;
        // What is sent is written in the narrower form of requests.
        url.as_str().parse::<http::Uri>().map_err(|_| Refusal::Unreadable)?;
        Ok(url)
    }

    pub(super) fn check_url(&self, url: &Url) -> Result<(), Refusal> {
        match url.scheme() {
            "https" => {}
            "http" if self.plain_http => {}
            _ => return Err(Refusal::NotHttps),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(Refusal::Fragment);
        }
        let named = match url.host() {
            Some(Host::Domain("")) | None => return Err(Refusal::Unreadable),
            Some(Host::Domain(host)) => self.names(host),
            Some(Host::Ipv4(address)) => self.check_literal(address.into())?,
            Some(Host::Ipv6(address)) => self.check_literal(address.into())?,
        };
        let port = url.port_or_known_default().ok_or(Refusal::Port)?;
        let usual = matches!(port, 80 | 443) || (port >= 1024 && !ODD_PORTS.contains(&port));
        if named || usual { Ok(()) } else { Err(Refusal::Port) }
    }

    /// Whether an operator has named an address that stands in a URL; refused unless it may be called.
    fn check_literal(&self, address: IpAddr) -> Result<bool, Refusal> {
        let named = self.lists(address);
        if named || self.may_connect_to(None, address) { Ok(named) } else { Err(Refusal::Address) }
    }

    /// Whether to connect to an address that a host has.
    pub(super) fn may_connect_to(&self, host: Option<&str>, address: IpAddr) -> bool {
        class_of(address) == Class::Public || host.is_some_and(|host| self.names(host)) || self.lists(address)
    }

    /// Whether an operator has named this host.
    fn names(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        self.allow
            .iter()
            .any(|one| matches!(one, Destination::Host(named) if named.eq_ignore_ascii_case(host)))
    }

    /// Whether an operator has named a network with this address in it.
    fn lists(&self, address: IpAddr) -> bool {
        let inner = match address {
            IpAddr::V6(address) => embedded(address).map(IpAddr::V4),
            IpAddr::V4(_) => None,
        };
        let holds = |address: &IpAddr| {
            self.allow
                .iter()
                .any(|one| matches!(one, Destination::Network(network) if network.contains(address)))
        };
        holds(&address) || inner.as_ref().is_some_and(holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Destination {
        Destination::Network(text.parse().unwrap())
    }

    #[test]
    fn only_https_to_public_hosts_without_tricks() {
        let policy = Policy::default();
        for good in [
            "https://hooks.example.com/atoll?x=1",
            "https://hooks.example.com:8443/",
            "https://1.1.1.1/",
            "https://[2606:4700::1111]/",
        ] {
            assert!(policy.check(good).is_ok(), "{good}");
        }
        let refused = [
            ("http://hooks.example.com/", Refusal::NotHttps),
            ("ftp://hooks.example.com/", Refusal::NotHttps),
            ("file:///etc/passwd", Refusal::NotHttps),
            ("gopher://127.0.0.1:6379/_x", Refusal::NotHttps),
            ("hooks.example.com", Refusal::Unreadable),
            ("https://", Refusal::Unreadable),
            ("https://hooks.example.com/a b", Refusal::Unreadable),
            ("https://hooks.example.com/\r\nX: y", Refusal::Unreadable),
            ("https://user@hooks.example.com/", Refusal::UserInfo),
            ("https://user:pw@hooks.example.com/", Refusal::UserInfo),
            ("https://hooks.example.com/#x", Refusal::Fragment),
            ("https://hooks.example.com:22/", Refusal::Port),
            ("https://hooks.example.com:25/", Refusal::Port),
            ("https://hooks.example.com:6379/", Refusal::Port),
            ("https://127.0.0.1/", Refusal::Address),
            // The same address in other spellings, as URLs allow them.
            ("https://2130706433/", Refusal::Address),
            ("https://0x7f.1/", Refusal::Address),
            ("https://0177.0.0.1/", Refusal::Address),
            ("https://127.1/", Refusal::Address),
            ("https://%31%32%37.0.0.1/", Refusal::Address),
            ("https://１２７.0.0.1/", Refusal::Address),
            ("https://[::1]/", Refusal::Address),
            ("https://[::ffff:127.0.0.1]/", Refusal::Address),
            ("https://[64:ff9b::a9fe:a9fe]/", Refusal::Address),
            ("https://169.254.169.254/latest/meta-data/", Refusal::Address),
        ];
        for (url, why) in refused {
            assert_eq!(policy.check(url).err(), Some(why), "{url}");
        }
        assert_eq!(
            policy.check(&format!("https://a.example/{}", "x".repeat(2048))),
            Err(Refusal::Unreadable)
        );
    }

    #[test]
    fn what_an_operator_names_is_allowed_and_nothing_beside_it() {
        let allow = vec![network("10.1.0.0/16"), Destination::Host("hooks.internal".into())];
        let policy = Policy { allow, plain_http: true };
        assert!(policy.check("http://10.1.2.3:6379/").is_ok());
        assert!(policy.check("http://[::ffff:10.1.2.3]/").is_ok());
        assert!(policy.check("http://hooks.internal:22/").is_ok());
        assert!(policy.may_connect_to(Some("hooks.internal."), [127, 0, 0, 1].into()));
        assert!(!policy.may_connect_to(Some("not-hooks.internal"), [127, 0, 0, 1].into()));
        assert!(!policy.may_connect_to(Some("hooks.internal.evil.example"), [127, 0, 0, 1].into()));
        assert_eq!(policy.check("http://10.2.0.1/").err(), Some(Refusal::Address));
        let peer = Url::parse("http://[fd00::7]:9000/realm").unwrap();
        let peers = Policy::default().with_peers([&peer]);
        assert!(peers.check("http://[fd00::7]:9000/token").is_ok());
        assert_eq!(peers.check("http://[fd00::8]:9000/token").err(), Some(Refusal::Address));
    }
}
