//! Where an attempt comes from, as far as attempts are counted together.

use std::net::IpAddr;

use atoll_base::ctx::Ctx;
use atoll_base::rates::Network;
use ipnet::IpNet;

/// The address of an attempt and the network around it, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Near {
    /// An address of IPv4, a /64 of IPv6.
    pub(crate) address: String,
    /// A /24 of IPv4, a /48 of IPv6: what one sender often has.
    pub(crate) network: String,
}

impl Near {
    /// Where a request came from, if that is known.
    pub(crate) fn of(ctx: &Ctx) -> Option<Near> {
        ctx.origin().address.map(Near::around)
    }

    pub(super) fn around(address: IpAddr) -> Near {
        let address = address.to_canonical();
        let length = if address.is_ipv4() { 24 } else { 48 };
        // Both lengths are ones that such addresses have.
        let network = IpNet::new(address, length).map(|net| net.trunc().to_string()).unwrap_or_default();
        Near { address: Network::of(address).to_string(), network }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_counted_together() {
        let near = |text: &str| Near::around(text.parse().unwrap());
        assert_eq!(near("203.0.113.9").address, "203.0.113.9");
        assert_eq!(near("203.0.113.9").network, "203.0.113.0/24");
        assert_eq!(near("::ffff:203.0.113.9"), near("203.0.113.9"));
        assert_eq!(near("2001:db8:1:2::5").address, "2001:db8:1:2::/64");
        assert_eq!(near("2001:db8:1:2::5").network, "2001:db8:1::/48");
    }
}
