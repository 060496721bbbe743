//! What is limited, and who is counted together.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use crate::error::{Fault, Kind};
use crate::settings::{RateLimit, Settings};

/// A class of requests with a limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Signing in and up, recovery: whatever proves a secret or sends mail.
    AuthRoutes,
    /// Public keys and public certificate files.
    PublicRoutes,
    /// GraphQL.
    Graphql,
    /// Custom endpoints.
    CustomEndpoints,
    /// Other requests of signed-in callers.
    AdminRoutes,
    /// What services ask all the time: gRPC, and checks over HTTP.
    ServiceCalls,
}

impl Class {
    /// All of them.
    pub const ALL: [Class; 6] = [
        Class::AuthRoutes,
        Class::PublicRoutes,
        Class::Graphql,
        Class::CustomEndpoints,
        Class::AdminRoutes,
        Class::ServiceCalls,
    ];

    /// The name in figures and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Class::AuthRoutes => "auth_routes",
            Class::PublicRoutes => "public_routes",
            Class::Graphql => "graphql",
            Class::CustomEndpoints => "custom_endpoints",
            Class::AdminRoutes => "admin_routes",
            Class::ServiceCalls => "service_calls",
        }
    }

    /// Its limit.
    pub fn limit(self, settings: &Settings) -> RateLimit {
        match self {
            Class::AuthRoutes => settings.auth_rate_limit(),
            Class::PublicRoutes => settings.public_rate_limit(),
            Class::Graphql => settings.graphql_rate_limit(),
            Class::CustomEndpoints => settings.custom_endpoint_rate_limit(),
            Class::AdminRoutes => settings.admin_rate_limit(),
            Class::ServiceCalls => settings.service_rate_limit(),
        }
    }

    pub(super) const fn nth(self) -> usize {
        self as usize
    }
}

/// Addresses that are counted together: one of IPv4, a /64 of IPv6, which is the least that anybody is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Network {
    /// An address of IPv4.
    V4([u8; 4]),
    /// The first half of an address of IPv6.
    V6([u8; 8]),
}

impl Network {
    /// The network of an address; an IPv4 address in IPv6 clothes is one of IPv4.
    pub fn of(address: IpAddr) -> Network {
        match address.to_canonical() {
            IpAddr::V4(address) => Network::V4(address.octets()),
            IpAddr::V6(address) => {
                let mut half = [0; 8];
                half.copy_from_slice(&address.octets()[..8]);
                Network::V6(half)
            }
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Network::V4(bytes) => Ipv4Addr::from(*bytes).fmt(f),
            Network::V6(half) => {
                let mut bytes = [0; 16];
                bytes[..8].copy_from_slice(half);
                write!(f, "{}/64", Ipv6Addr::from(bytes))
            }
        }
    }
}

/// More requests than the limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rate limit exceeded")]
pub struct Limited {
    /// Until the window ends.
    pub retry_after: Duration,
}

impl Fault for Limited {
    fn kind(&self) -> Kind {
        Kind::Limited
    }

    fn code(&self) -> &'static str {
        "rate_limit.exceeded"
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(self.retry_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> String {
        Network::of(address.parse().unwrap()).to_string()
    }

    #[test]
    fn a_household_is_one_network() {
        assert_eq!(network("203.0.113.9"), "203.0.113.9");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2:ffff::1"), network("2001:db8:1:2::"));
        assert_ne!(network("2001:db8:1:3::1"), network("2001:db8:1:2::1"));
    }
}
