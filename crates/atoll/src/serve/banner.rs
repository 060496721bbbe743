//! What people see when Atoll has started.

use std::fmt::Write;
use std::net::SocketAddr;

use atoll_base::db::Location;
use atoll_base::settings::{Concern, Settings, Severity};

use crate::colour::Paint;

/// Where to go, where the data is, and what looks wrong.
pub(super) struct Banner<'a> {
    pub(super) settings: &'a Settings,
    pub(super) http: SocketAddr,
    pub(super) grpc: SocketAddr,
    pub(super) concerns: &'a [Concern],
}

impl Banner<'_> {
    /// The banner as text.
    pub(super) fn text(&self, paint: Paint) -> String {
        let mut text = paint.strong(&format!("Atoll {} is ready.\n", env!("CARGO_PKG_VERSION")));
        for (name, value) in self.places() {
            let _ = write!(text, "\n  {name:8}{}", value);
        }
        text.push('\n');
        for concern in self.concerns.iter().filter(|concern| concern.severity >= Severity::Warning) {
            let word = concern.severity.to_string();
            let painted =
                if concern.severity == Severity::Danger { paint.bad(&word) } else { paint.odd(&word) };
            let _ = write!(text, "\n  {painted}: {}\n", concern.text);
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

    fn banner(settings: &Settings, concerns: &[Concern]) -> String {
        let (http, grpc) = (([0, 0, 0, 0], 8080).into(), ([10, 0, 0, 7], 8081).into());
        Banner { settings, http, grpc, concerns }.text(Paint::new(false))
    }

    #[test]
    fn it_says_where_to_go_and_where_the_data_is() {
        let text = banner(&Settings::for_tests(), &[]);
        for expected in ["http://localhost:8080", "10.0.0.7:8081", "./data", "Ctrl-C"] {
            assert!(text.contains(expected), "{expected} is missing in {text}");
        }
        assert!(!text.contains("public"));
    }

    #[test]
    fn it_shows_what_is_dangerous_and_not_what_is_good_to_know() {
        let concern = |severity, text: &str| Concern { severity, text: text.to_owned() };
        let concerns = [
            concern(Severity::Danger, "the door is open"),
            concern(Severity::Warning, "the window is open"),
            concern(Severity::Note, "the sun is shining"),
        ];
        let text = banner(&Settings::for_tests(), &concerns);
        assert!(text.contains("danger: the door is open") && text.contains("warning: the window is open"));
        assert!(!text.contains("sun"));
    }
}
