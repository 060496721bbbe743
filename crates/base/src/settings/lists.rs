//! Lists: separated by commas in text, arrays in the settings file.

use ipnet::IpNet;
use std::net::IpAddr;
use uuid::Uuid;

use super::form::Form;
use super::web::WebOrigin;

/// The items of a comma separated list; blanks are left out.
fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// Web origins.
pub(super) struct Origins;

pub(super) const fn origins() -> Origins {
    Origins
}

impl Form for Origins {
    type Value = Vec<WebOrigin>;

    fn allowed(&self) -> String {
        "origins such as https://app.example.org, separated by commas".into()
    }

    fn read(&self, text: &str) -> Result<Vec<WebOrigin>, String> {
        let mut origins = Vec::new();
        for item in items(text) {
            let shown = if item.contains('@') { "an item" } else { item };
            let origin =
                WebOrigin::parse(item).map_err(|wrong| format!("contains {shown}, which {wrong}"))?;
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        Ok(origins)
    }
}

/// UUIDs.
pub(super) struct Ids;

pub(super) const fn ids() -> Ids {
    Ids
}

impl Form for Ids {
    type Value = Vec<Uuid>;

    fn allowed(&self) -> String {
        "UUIDs, separated by commas".into()
    }

    fn read(&self, text: &str) -> Result<Vec<Uuid>, String> {
        let id = |item| Uuid::try_parse(item).map_err(|_| format!("contains {item}, which is not a UUID"));
        items(text).map(id).collect()
    }
}

/// Networks in CIDR notation; an address alone is a network of one.
pub(super) struct Networks;

pub(super) const fn networks() -> Networks {
    Networks
}

impl Form for Networks {
    type Value = Vec<IpNet>;

    fn allowed(&self) -> String {
        "networks such as 10.0.0.0/8 or fd00::/8, or single addresses, separated by commas".into()
    }

    fn read(&self, text: &str) -> Result<Vec<IpNet>, String> {
        let network = |item: &str| {
            let address = || item.parse::<IpAddr>().ok().map(IpNet::from);
            item.parse::<IpNet>().ok().or_else(address).map(|network| network.trunc())
        };
        items(text)
            .map(|item| network(item).ok_or_else(|| format!("contains {item}, which is not a network")))
            .collect()
    }
}

/// Somewhere else, as an operator names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Whatever has an address in this network.
    Network(IpNet),
    /// The host of this name, in small letters, whatever its addresses are.
    Host(String),
}

/// Networks and hosts.
pub(super) struct Destinations;

pub(super) const fn destinations() -> Destinations {
    Destinations
}

impl Form for Destinations {
    type Value = Vec<Destination>;

    fn allowed(&self) -> String {
        "networks such as 10.0.0.0/8, single addresses, or host names, separated by commas".into()
    }

    fn read(&self, text: &str) -> Result<Vec<Destination>, String> {
        let destination = |item: &str| {
            if let Ok(networks) = Networks.read(item) {
                return networks.into_iter().next().map(Destination::Network);
            }
            let of_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
            let named = item.bytes().all(of_host) && item.bytes().any(|byte| byte.is_ascii_alphabetic());
            named.then(|| Destination::Host(item.to_ascii_lowercase()))
        };
        items(text)
            .map(|item| {
                let shown = if item.contains('@') { "an item" } else { item };
                destination(item)
                    .ok_or_else(|| format!("contains {shown}, which is neither a network nor a host"))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_networks_addresses_and_hosts() {
        let read = Destinations.read("10.0.0.0/8, ::1,Hooks.internal").unwrap();
        let network = |text: &str| Destination::Network(text.parse().unwrap());
        assert_eq!(
            read,
            [network("10.0.0.0/8"), network("::1/128"), Destination::Host("hooks.internal".into())]
        );
        for wrong in ["http://a.example", "10.0.0.0/33", "user@host", "a b"] {
            assert!(Destinations.read(wrong).is_err(), "{wrong}");
        }
    }
}
