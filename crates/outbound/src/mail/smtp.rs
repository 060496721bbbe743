//! A mail server, spoken to over SMTP.

use std::time::Duration;

use atoll_base::settings::{Settings, SmtpTls};
use atoll_base::{Fault, Kind};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters, TlsVersion};
use lettre::transport::smtp::response::Category;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use uuid::Uuid;

use super::post::{Mail, NotDelivered, Post};

/// How long each step of a conversation with the mail server may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one mail may take in all; shorter than the lease of a job.
const PATIENCE_FOR_ONE: Duration = Duration::from_secs(45);
/// Connections held open at most.
const CONNECTIONS: u32 = 4;
/// How long one that is not used is held open.
const IDLE: Duration = Duration::from_secs(60);

/// Settings that do not make a mail server.
#[derive(Debug, thiserror::Error)]
#[error("{setting} cannot be used: {why}")]
pub struct BadMailServer {
    setting: &'static str,
    why: String,
}

impl Fault for BadMailServer {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "mail.server"
    }
}

/// The mail server of the settings.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// The mail server, when one is set. Nothing is called yet.
    pub fn new(settings: &Settings) -> Result<Option<Smtp>, BadMailServer> {
        let (Some(host), Some(from)) = (&settings.smtp_host, &settings.smtp_from) else { return Ok(None) };
        let bad = |setting, why: &dyn std::fmt::Display| BadMailServer { setting, why: why.to_string() };
        let from: Mailbox = from.parse().map_err(|why| bad("smtp_from", &why))?;
        let tls = || {
            let parameters = TlsParameters::builder(host.clone()).set_min_tls_version(TlsVersion::Tlsv12);
            parameters.build().map_err(|why| bad("smtp_host", &why))
        };
        let tls = match settings.smtp_tls {
            SmtpTls::None => Tls::None,
            SmtpTls::StartTls => Tls::Required(tls()?),
            SmtpTls::Tls => Tls::Wrapper(tls()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(settings.smtp_port_or_usual())
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE))
            .tls(tls);
        if let (Some(name), Some(password)) = (&settings.smtp_username, &settings.smtp_password) {
            builder = builder.credentials(Credentials::new(name.clone(), password.reveal().clone()));
        }
        Ok(Some(Smtp { transport: builder.build(), from }))
    }

    fn message(&self, id: Uuid, mail: &Mail) -> Result<Message, NotDelivered> {
        let failed = |why: &dyn std::fmt::Display| NotDelivered::Refused(why.to_string());
        let to = mail.to.parse().map_err(|why| failed(&why))?;
        // The same mail handed over twice has the same id, so that mailboxes can show it once.
        let message_id = format!("<{}@{}>", id.simple(), self.from.email.domain());
        let builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            .message_id(Some(message_id))
            .header(AutoSubmitted);
        let built = match (&mail.text, &mail.html) {
            (Some(text), Some(html)) => {
                builder.multipart(MultiPart::alternative_plain_html(text.clone(), html.clone()))
            }
            (None, Some(html)) => builder.singlepart(SinglePart::html(html.clone())),
            (text, None) => builder.singlepart(SinglePart::plain(text.clone().unwrap_or_default())),
        };
        built.map_err(|why| failed(&why))
    }
}

#[async_trait::async_trait]
impl Post for Smtp {
    async fn deliver(&self, id: Uuid, mail: &Mail) -> Result<(), NotDelivered> {
        let message = self.message(id, mail)?;
        match tokio::time::timeout(PATIENCE_FOR_ONE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(why)) if is_refused(&why) => Err(NotDelivered::Refused(why.to_string())),
            Ok(Err(why)) => Err(NotDelivered::ForNow(why.to_string())),
            Err(_) => Err(NotDelivered::ForNow("the mail server takes too long".into())),
        }
    }
}

/// Whether the mailbox will never take it (`5.5.z`, RFC 5321 §4.2.1). Whatever else a server says for good, such as to a wrong
/// password, an operator can put right.
fn is_refused(why: &lettre::transport::smtp::Error) -> bool {
    why.is_permanent() && why.status().is_some_and(|code| code.category == Category::MailSystem)
}

/// `Auto-Submitted: auto-generated` (RFC 3834 §5): absence notes are not sent in answer.
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(from: &str) -> Result<Option<Smtp>, BadMailServer> {
        Smtp::new(&Settings {
            smtp_host: Some("mail.example.com".into()),
            smtp_from: Some(from.into()),
            ..Settings::for_tests()
        })
    }

    #[tokio::test]
    async fn nothing_is_called_unless_a_server_and_a_sender_are_set() {
        assert!(Smtp::new(&Settings::for_tests()).unwrap().is_none());
        let half = Settings { smtp_host: Some("mail.example.com".into()), ..Settings::for_tests() };
        assert!(Smtp::new(&half).unwrap().is_none());
        assert!(smtp("Atoll <atoll@example.com>").unwrap().is_some());
        let refused = smtp("nobody").err().unwrap().to_string();
        assert!(refused.starts_with("smtp_from cannot be used: "), "{refused}");
    }

    #[tokio::test]
    async fn no_value_becomes_a_header() {
        let smtp = smtp("atoll@example.com").unwrap().unwrap();
        let mail = |to: &str, subject: &str| Mail {
            to: to.into(),
            subject: subject.into(),
            text: Some("x".into()),
            html: None,
        };
        let bad = mail("a@example.com\r\nBcc: b@example.com", "x");
        assert!(smtp.message(Uuid::nil(), &bad).is_err());
        let bad = mail("a@example.com", "x\r\nBcc: b@example.com");
        let written = String::from_utf8(smtp.message(Uuid::nil(), &bad).unwrap().formatted()).unwrap();
        assert!(!written.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{written}");
    }
}
