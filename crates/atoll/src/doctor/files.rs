//! Mail, certificates and the files they need.

use std::path::Path;

use atoll_base::settings::{GrpcTls, Settings};
use atoll_base::time::{Clock, SystemClock};
use atoll_pki::{Authority, IssuerKind};

use super::finding::Finding;

/// Looks at what the settings name.
pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    vec![mail(settings), certificates(settings), grpc_tls(settings)]
}

fn mail(settings: &Settings) -> Finding {
    let (Some(host), Some(from)) = (&settings.smtp_host, &settings.smtp_from) else {
        return Finding::off("mail", "none is sent; set smtp_host and smtp_from");
    };
    let templates = settings.email_templates_dir.as_deref();
    if let Some(why) = templates.and_then(|folder| std::fs::read_dir(folder).err()) {
        let folder = templates.unwrap_or(Path::new("")).display();
        return Finding::broken("mail", format!("email_templates_dir {folder} cannot be read: {why}"));
    }
    Finding::good("mail", format!("sent as {from} through {host}:{}", settings.smtp_port_or_usual()))
}

fn certificates(settings: &Settings) -> Finding {
    const PART: &str = "certificates";
    match Authority::load(settings, SystemClock.now()) {
        Ok(None) => Finding::off(PART, "none are issued; no certificate authority is given"),
        Ok(Some(authority)) => {
            let by = match authority.kind() {
                IssuerKind::Root => "the root",
                IssuerKind::Intermediate => "the intermediate",
            };
            Finding::good(PART, format!("issued by {by}, until {}", authority.ends_at().rfc3339()))
        }
        Err(error) => Finding::broken(PART, error.to_string()),
    }
}

fn grpc_tls(settings: &Settings) -> Finding {
    const PART: &str = "gRPC over TLS";
    match settings.grpc_tls() {
        None => Finding::off(PART, "gRPC is plain text"),
        Some(GrpcTls { cert, key, client_ca: None }) => {
            files(PART, &[&cert, &key], "clients need no certificate")
        }
        Some(GrpcTls { cert, key, client_ca: Some(authority) }) => {
            files(PART, &[&cert, &key, &authority], "clients need a certificate")
        }
    }
}

fn files(part: &'static str, paths: &[&Path], good: &str) -> Finding {
    let unreadable = paths.iter().find_map(|path| Some((path, std::fs::File::open(path).err()?)));
    match unreadable {
        Some((path, why)) => Finding::broken(part, format!("{} cannot be read: {why}", path.display())),
        None => Finding::good(part, good),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn nothing_configured_is_off_and_not_broken() {
        let states: Vec<State> = look(&Settings::for_tests()).iter().map(|finding| finding.state).collect();
        assert_eq!(states, [State::Off; 3]);
    }

    #[test]
    fn an_authority_that_cannot_issue_is_broken() {
        let settings = Settings {
            certs_ca_mode: atoll_base::settings::CaMode::FileRootIssuer,
            certs_root_ca_cert_path: Some("/nonexistent/root.crt".into()),
            certs_root_ca_key_path: Some("/nonexistent/root.key".into()),
            ..Settings::for_tests()
        };
        let finding = certificates(&settings);
        assert_eq!(finding.state, State::Broken);
        assert!(finding.text.contains("certs_root_ca_cert_path (/nonexistent/root.crt)"), "{finding:?}");
    }

    #[test]
    fn a_file_that_is_not_there_is_broken() {
        let settings = Settings {
            grpc_tls_cert_path: Some("/nonexistent/cert.pem".into()),
            grpc_tls_key_path: Some("/nonexistent/key.pem".into()),
            ..Settings::for_tests()
        };
        let finding = grpc_tls(&settings);
        assert_eq!(finding.state, State::Broken);
        assert!(finding.text.contains("/nonexistent/cert.pem"), "{finding:?}");
    }
}
