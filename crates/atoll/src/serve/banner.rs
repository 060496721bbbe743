//! What people see when Atoll has started.

use std::fmt::Write;
use std::net::SocketAddr;

use atoll_base::db::Location;
use atoll_base::settings::Settings;

use crate::colour::Paint;

/// Where to go, and where the data is.
pub(super) struct Banner<'a> {
    pub(super) settings: &'a Settings,
    pub(super) http: SocketAddr,
    pub(super) grpc: SocketAddr,
}

impl Banner<'_> {
    /// The banner as text.
    pub(super) fn text(&self, paint: Paint) -> String {
        let mut text = paint.strong(&format!("Atoll {} is ready.\n", env!("CARGO_PKG_VERSION")));
        for (name, value) in self.places() {
            let _ = write!(text, "\n  {name:8}{}", value);
        }
        text
    }

    fn places(&self) -> Vec<(&'static str, String)> {
        let here = format!("http://{}", as_typed(self.http));
        let public = self.settings.public_base_url.as_str();
        let mut places = vec![("open", here.clone())];
        // The default names port 8080 of this machine, which says nothing that the line above does not.
        if self.settings.public_base_url.host() != "localhost" {
            places.push(("public", public.to_owned()));
        }
        places.push(("gRPC", as_typed(self.grpc)));
        let data = self.settings.data_dir.display();
        places.push(match self.settings.database() {
            Location::File(path) if path.starts_with(&self.settings.data_dir) => ("data", data.to_string()),
            elsewhere => ("data", format!("{data} and {elsewhere}")),
        });
        places.push(("stop", "Ctrl-C".to_owned()));
        places
    }
}

/// An address as people type it: one that listens everywhere, or on this machine only, is called localhost.
fn as_typed(address: SocketAddr) -> String {
    if address.ip().is_unspecified() || address.ip().is_loopback() {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_where_to_go_and_where_the_data_is() {
        let (http, grpc) = (([0, 0, 0, 0], 8080).into(), ([10, 0, 0, 7], 8081).into());
        let text = Banner { settings: &Settings::for_tests(), http, grpc }.text(Paint::new(false));
        for expected in ["http://localhost:8080", "10.0.0.7:8081", "./data", "Ctrl-C"] {
            assert!(text.contains(expected), "{expected} is missing in {text}");
        }
        assert!(!text.contains("public"));
    }
}
