//! What sort of address it is: public, or one that strangers must not lead us to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// What sort of address it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Anybody's, on the internet.
    Public,
    /// This machine.
    Loopback,
    /// A private network.
    Private,
    /// The network of one cable; the metadata services of most clouds are there.
    LinkLocal,
    /// Between a provider and its customers.
    Shared,
    /// Many at once.
    Multicast,
    /// For documentation, tests, the future, or a protocol.
    Reserved,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(segments: [u16; 8], prefix: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix)
}

/// The registry of special addresses of IPv4 (RFC 6890 and what came after), and two of clouds.
const V4: [(Ipv4Net, Class); 17] = [
    (v4(0, 0, 0, 0, 8), Class::Loopback),
    (v4(10, 0, 0, 0, 8), Class::Private),
    (v4(100, 64, 0, 0, 10), Class::Shared),
    (v4(127, 0, 0, 0, 8), Class::Loopback),
    (v4(168, 63, 129, 16, 32), Class::LinkLocal),
    (v4(169, 254, 0, 0, 16), Class::LinkLocal),
    (v4(172, 16, 0, 0, 12), Class::Private),
    (v4(192, 0, 0, 0, 24), Class::Reserved),
    (v4(192, 0, 2, 0, 24), Class::Reserved),
    (v4(192, 31, 196, 0, 24), Class::Reserved),
    (v4(192, 88, 99, 0, 24), Class::Reserved),
    (v4(192, 168, 0, 0, 16), Class::Private),
    (v4(198, 18, 0, 0, 15), Class::Private),
    (v4(198, 51, 100, 0, 24), Class::Reserved),
    (v4(203, 0, 113, 0, 24), Class::Reserved),
    (v4(224, 0, 0, 0, 4), Class::Multicast),
    (v4(240, 0, 0, 0, 4), Class::Reserved),
];

/// The one part of IPv6 that is given out to the public, and what of it is not.
const GLOBAL: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
const NOT_GLOBAL: [Ipv6Net; 5] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

/// Addresses of IPv6 that stand for one of IPv4.
const TRANSLATED: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

/// What sort of address it is. One that stands for an address of IPv4 is what that is.
pub fn class_of(address: IpAddr) -> Class {
    match address {
        IpAddr::V4(address) => of_v4(address),
        IpAddr::V6(address) => of_v6(address),
    }
}

fn of_v4(address: Ipv4Addr) -> Class {
    V4.iter().find(|(network, _)| network.contains(&address)).map_or(Class::Public, |(_, class)| *class)
}

fn of_v6(address: Ipv6Addr) -> Class {
    if let Some(inner) = embedded(address) {
        return of_v4(inner);
    }
    let first = address.segments()[0];
    if address.is_loopback() || address.is_unspecified() {
        Class::Loopback
    } else if first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfec0 {
        Class::Private
    } else if first & 0xffc0 == 0xfe80 {
        Class::LinkLocal
    } else if first & 0xff00 == 0xff00 {
        Class::Multicast
    } else if GLOBAL.contains(&address) && !NOT_GLOBAL.iter().any(|network| network.contains(&address)) {
        Class::Public
    } else {
        Class::Reserved
    }
}

/// The address of IPv4 that packets to this one go to. Tunnels (6to4, Teredo) are reserved whatever they hold.
pub(super) fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return Some(mapped);
    }
    let [.., high, low] = address.segments();
    let bytes = (u32::from(high) << 16) | u32::from(low);
    TRANSLATED.contains(&address).then(|| Ipv4Addr::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(text: &str) -> Class {
        class_of(text.parse().unwrap_or_else(|_| panic!("{text}")))
    }

    #[test]
    fn every_special_address_is_known() {
        let table: &[(Class, &[&str])] = &[
            (Class::Public, &["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.255.255"]),
            (Class::Public, &["172.32.0.0", "192.167.255.255", "192.169.0.0", "223.255.255.255", "11.0.0.0"]),
            (Class::Public, &["2606:4700:4700::1111", "2a00:1450::1", "2001:200::1", "::ffff:8.8.8.8"]),
            (Class::Public, &["64:ff9b::8.8.8.8"]),
            (Class::Loopback, &["127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::"]),
            (Class::Loopback, &["::ffff:127.0.0.1", "64:ff9b::127.0.0.1"]),
            (Class::Private, &["10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1"]),
            (Class::Private, &["198.18.0.1", "198.19.255.255", "fc00::1", "fd00:ec2::254", "fdff::1"]),
            (Class::Private, &["fec0::1", "::ffff:10.1.2.3", "64:ff9b::192.168.0.1"]),
            (Class::LinkLocal, &["169.254.169.254", "169.254.0.0", "fe80::1", "febf::1", "168.63.129.16"]),
            (Class::LinkLocal, &["::ffff:169.254.169.254", "64:ff9b::169.254.169.254"]),
            (Class::Shared, &["100.64.0.0", "100.127.255.255", "100.100.100.200", "::ffff:100.64.0.1"]),
            (Class::Multicast, &["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"]),
            (Class::Reserved, &["192.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "240.0.0.1"]),
            (Class::Reserved, &["255.255.255.255", "192.88.99.1", "2001:db8::1", "2001::1", "2001:10::1"]),
            // 6to4 of 127.0.0.1 and of a public address, Teredo, the local form of translation, the old compatible form.
            (Class::Reserved, &["2002:7f00:1::1", "2002:808:808::1", "2001:0:4136::1", "64:ff9b:1::7f00:1"]),
            (Class::Reserved, &["::127.0.0.1", "::8.8.8.8", "100::1", "3fff::1", "4000::1", "5f00::1"]),
            // Other ways to write an IPv4 address into an IPv6 one.
            (Class::Reserved, &["::ffff:0:127.0.0.1", "0:0:0:0:1:ffff:7f00:1", "64:ff9b:0:0:0:1:7f00:1"]),
        ];
        for (expected, addresses) in table {
            for address in *addresses {
                assert_eq!(class(address), *expected, "{address}");
            }
        }
    }

    #[test]
    fn whatever_stands_for_an_address_is_what_that_is() {
        for number in (0..=u32::MAX).step_by(104_729) {
            let plain = Ipv4Addr::from(number);
            let expected = class_of(plain.into());
            assert_eq!(class_of(plain.to_ipv6_mapped().into()), expected, "{plain}");
            let [a, b, c, d] = plain.octets().map(u16::from);
            let translated = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, (a << 8) | b, (c << 8) | d);
            assert_eq!(class_of(translated.into()), expected, "{translated}");
            let tunnel = Ipv6Addr::new(0x2002, (a << 8) | b, (c << 8) | d, 0, 0, 0, 0, 1);
            assert_ne!(class_of(tunnel.into()), Class::Public, "{tunnel}");
        }
    }
}
