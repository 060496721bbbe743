//! Whether the ports are free, or who has them.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use atoll_base::settings::Settings;

use super::finding::Finding;
use super::listener::{self, Process};

/// Looks at both ports.
pub(super) fn look(settings: &Settings) -> [Finding; 2] {
    let running = running(settings);
    [
        port("HTTP port", "listen_addr", settings.listen_addr, running),
        port("gRPC port", "grpc_addr", settings.grpc_addr, running),
    ]
}

/// The process that last took the data folder; it may have ended since.
fn running(settings: &Settings) -> Option<u32> {
    std::fs::read_to_string(settings.data_dir.join("atoll.lock")).ok()?.trim().parse().ok()
}

fn port(part: &'static str, setting: &str, address: SocketAddr, running: Option<u32>) -> Finding {
    if address.port() == 0 {
        return Finding::good(part, "any free port");
    }
    match TcpListener::bind(address) {
        Ok(_) => Finding::good(part, format!("{address} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            taken(part, setting, address, listener::of_port(address.port()), running)
        }
        Err(error) if error.kind() == ErrorKind::AddrNotAvailable => Finding::broken(
            part,
            format!("this machine does not have the address {}; choose another with {setting}", address.ip()),
        ),
        Err(error) => Finding::broken(part, format!("{address}: {error}; choose another with {setting}")),
    }
}

fn taken(
    part: &'static str,
    setting: &str,
    address: SocketAddr,
    by: Option<Process>,
    running: Option<u32>,
) -> Finding {
    match by {
        Some(process) if Some(process.id) == running => {
            Finding::good(part, format!("{address} is served by this Atoll (process {})", process.id))
        }
        Some(process) => Finding::broken(
            part,
            format!("{address} is taken by {process}; stop that, or choose another address with {setting}"),
        ),
        None => Finding::odd(
            part,
            format!(
                "{address} is taken by a process of another user; if that is not Atoll, choose another address with \
                 {setting}"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_port_is_good_when_it_is_free_or_ours() {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let ours = port("HTTP port", "listen_addr", address, Some(std::process::id()));
        assert_eq!(ours.state, State::Good, "{ours:?}");
        let somebody_elses = port("HTTP port", "listen_addr", address, None);
        assert_eq!(somebody_elses.state, State::Broken, "{somebody_elses:?}");
        assert!(somebody_elses.text.contains("listen_addr"));
        drop(socket);
        assert_eq!(port("HTTP port", "listen_addr", address, None).state, State::Good);
    }

    #[test]
    fn an_address_of_another_machine_is_broken() {
        // TEST-NET-1 (RFC 5737) belongs to nobody.
        let finding = port("gRPC port", "grpc_addr", ([192, 0, 2, 1], 8081).into(), None);
        assert_eq!(finding.state, State::Broken, "{finding:?}");
    }
}
