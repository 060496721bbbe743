//! Templates: the ones that are built in, and those an operator puts in their place.
//!
//! A file is a `Subject:` line, perhaps a `Content-Type:` line (`text/html` or nothing), an empty line and the body. A mail
//! in plain text can have an HTML part beside it, in `<name>.html.tmpl`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use atoll_base::settings::Settings;
use atoll_base::{Fault, Kind};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

use super::letter::{Letter, Template};
use super::post::Mail;

/// Longest subject, in characters.
const MAX_SUBJECT: usize = 200;
/// Largest file of a template, in bytes.
const MAX_FILE: u64 = 256 * 1024;

/// A template that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mail template {file}, line {line}: {why}")]
pub struct BadTemplate {
    /// Which file.
    pub file: String,
    /// Which line of it, from 1.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

impl Fault for BadTemplate {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "mail.template"
    }
}

macro_rules! page {
    ($name:literal) => {
        concat!(
            include_str!("templates/head.html"),
            include_str!(concat!("templates/", $name, ".html")),
            include_str!("templates/foot.html")
        )
    };
}

/// The text and the HTML of a built-in template.
const fn built_in(template: Template) -> (&'static str, &'static str) {
    match template {
        Template::Verification => (include_str!("templates/verification.tmpl"), page!("verification")),
        Template::PasswordReset => (include_str!("templates/password_reset.tmpl"), page!("password_reset")),
        Template::Invitation => (include_str!("templates/invitation.tmpl"), page!("invitation")),
        Template::AddressTaken => (include_str!("templates/address_taken.tmpl"), page!("address_taken")),
        Template::PasswordChanged => {
            (include_str!("templates/password_changed.tmpl"), page!("password_changed"))
        }
    }
}

/// A file, taken apart.
#[derive(Debug)]
struct Part {
    file: String,
    html: bool,
    subject: String,
    body: String,
    /// Lines of the file before the body.
    before: usize,
}

impl Part {
    /// Reads the head of a file.
    fn read(file: String, text: &str) -> Result<Part, BadTemplate> {
        let bad = |line, why: &str| BadTemplate { file: file.clone(), line, why: why.to_owned() };
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (mut subject, mut html, mut before) = (None, false, 0);
        let mut rest = text.as_str();
        loop {
            let Some((line, after)) = rest.split_once('\n') else {
                return Err(bad(before + 1, "the head is not ended by an empty line"));
            };
            before += 1;
            rest = after;
            if line.trim().is_empty() {
                break;
            }
            let (name, value) =
                line.split_once(':').ok_or_else(|| bad(before, "expected `Subject:` or `Content-Type:`"))?;
            match name.trim().to_ascii_lowercase().as_str() {
                "subject" => subject = Some(value.trim().to_owned()),
                "content-type" => html = value.trim().to_ascii_lowercase().starts_with("text/html"),
                _ => return Err(bad(before, "expected `Subject:` or `Content-Type:`")),
            }
        }
        let subject = subject.filter(|subject| !subject.is_empty());
        let subject = subject.ok_or_else(|| bad(1, "there is no `Subject:` line"))?;
        Ok(Part { html, subject, body: rest.to_owned(), before, file })
    }

    fn bad(&self, error: &minijinja::Error, before: usize) -> BadTemplate {
        let why = match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        };
        BadTemplate { file: self.file.clone(), line: before + error.line().unwrap_or(1), why }
    }

    fn subject(&self, environment: &Environment<'_>, values: &Value) -> Result<String, BadTemplate> {
        let written = environment.render_named_str("subject.txt", &self.subject, values.clone());
        let written = written.map_err(|error| self.bad(&error, 0))?;
        let words = written.split(|letter: char| letter.is_control() || letter.is_whitespace());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        Ok(words.join(" ").chars().take(MAX_SUBJECT).collect())
    }

    fn body(&self, environment: &Environment<'_>, values: &Value) -> Result<String, BadTemplate> {
        let name = if self.html { "body.html" } else { "body.txt" };
        let written = environment.render_named_str(name, &self.body, values.clone());
        written.map_err(|error| self.bad(&error, self.before))
    }
}

/// The templates in force, all tried.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    parts: BTreeMap<Template, (Part, Option<Part>)>,
    site: String,
}

impl Templates {
    /// The built-in ones, and in their places those in the folder of the settings. Each is written once with samples.
    ///
    /// # Errors
    /// [`BadTemplate`] names the file and the line.
    pub fn load(settings: &Settings) -> Result<Templates, BadTemplate> {
        let folder = settings.email_templates_dir.as_deref();
        let mut parts = BTreeMap::new();
        for template in Template::ALL {
            parts.insert(template, of(template, folder)?);
        }
        let site = settings.public_base_url.as_str().to_owned();
        let templates = Templates { environment: environment(), parts, site };
        for template in Template::ALL {
            templates.write(&sample(template))?;
        }
        Ok(templates)
    }

    /// Writes a letter.
    pub fn write(&self, letter: &Letter) -> Result<Mail, BadTemplate> {
        let (main, beside) = &self.parts[&letter.template];
        let values = self.values(letter);
        let subject = main.subject(&self.environment, &values)?;
        let body = main.body(&self.environment, &values)?;
        let (text, html) = match (main.html, beside) {
            (true, _) => (None, Some(body)),
            (false, None) => (Some(body), None),
            (false, Some(beside)) => (Some(body), Some(beside.body(&self.environment, &values)?)),
        };
        Ok(Mail { to: letter.to.clone(), subject, text, html })
    }

    /// What is filled in: a value of a letter is one line, whatever it came from.
    fn values(&self, letter: &Letter) -> Value {
        let one_line = |text: &str| text.replace(char::is_control, " ");
        let mut values: BTreeMap<String, String> =
            letter.values.iter().map(|(name, value)| (name.clone(), one_line(value))).collect();
        values.insert("site".into(), self.site.clone());
        values.insert("email".into(), one_line(&letter.to));
        Value::from_pairs(values)
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
        true => AutoEscape::Html,
        false => AutoEscape::None,
    });
    environment
}

/// The parts of a template: the operator's file if there is one, else the built-in text and HTML. An operator's text has
/// an HTML part beside it only if there is a file for that too.
fn of(template: Template, folder: Option<&Path>) -> Result<(Part, Option<Part>), BadTemplate> {
    let name = template.name();
    let (text, html) = built_in(template);
    let own = own(folder, &format!("{name}.tmpl"))?;
    let own_html = self::own(folder, &format!("{name}.html.tmpl"))?;
    let replaced = own.is_some();
    let main = match own {
        Some((file, text)) => Part::read(file, &text)?,
        None => Part::read(format!("{name}.tmpl (built in)"), text)?,
    };
    let beside = match own_html {
        Some((file, text)) => Some(Part { html: true, ..Part::read(file, &text)? }),
        None if replaced => None,
        None => Some(Part {
            file: format!("{name}.html (built in)"),
            html: true,
            subject: String::new(),
            body: html.to_owned(),
            before: 0,
        }),
    };
    Ok((main, beside))
}

/// The operator's file of this name.
fn own(folder: Option<&Path>, name: &str) -> Result<Option<(String, String)>, BadTemplate> {
    let Some(folder) = folder else { return Ok(None) };
    let path: PathBuf = folder.join(name);
    let file = path.display().to_string();
    let bad = |why: String| BadTemplate { file: file.clone(), line: 1, why };
    if !folder.is_dir() {
        return Err(bad("its folder, email_templates_dir, does not exist".into()));
    }
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(bad(error.to_string())),
        Ok(about) if about.len() > MAX_FILE => return Err(bad(format!("larger than {MAX_FILE} bytes"))),
        Ok(_) => {}
    }
    let text = std::fs::read_to_string(&path).map_err(|error| bad(error.to_string()))?;
    Ok(Some((file, text)))
}

fn sample(template: Template) -> Letter {
    let letter = Letter::new(template, "anna@example.com");
    template.values().iter().fold(letter, |letter, name| {
        let value = if name.ends_with("_url") { "https://atoll.example/page?token=sample" } else { "Anna" };
        letter.with(name, value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(files: &[(&str, &str)]) -> Result<Templates, BadTemplate> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let dir = Some(folder.path().to_owned());
        Templates::load(&Settings { email_templates_dir: dir, ..Settings::for_tests() })
    }

    #[test]
    fn every_built_in_template_is_written_in_text_and_html() {
        let templates = Templates::load(&Settings::for_tests()).unwrap();
        for template in Template::ALL {
            let mail = templates.write(&sample(template)).unwrap();
            let (text, html) = (mail.text.unwrap(), mail.html.unwrap());
            assert!(!mail.subject.is_empty() && text.len() > 40, "{template:?}");
            assert!(html.contains("<html") && html.contains("</html>"), "{template:?}");
            if template.link().is_some() {
                assert!(text.contains("https://atoll.example/page?token=sample"), "{template:?}");
                assert!(html.contains("token=sample\""), "{template:?}");
            }
        }
    }

    #[test]
    fn values_are_escaped_in_html_and_stay_on_their_line() {
        let templates = load(&[("invitation.tmpl", "Subject: To {{ tenant }}\n\n{{ inviter }}\n")]).unwrap();
        let letter = |tenant: &str, inviter: &str| {
            sample(Template::Invitation).with("tenant", tenant).with("inviter", inviter)
        };
        let mail = templates.write(&letter("x\r\nBcc: b@example.com", "a\nb")).unwrap();
        assert_eq!(mail.subject, "To x Bcc: b@example.com");
        assert_eq!(mail.text.as_deref(), Some("a b"));
        let html = Templates::load(&Settings::for_tests()).unwrap();
        let mail = html.write(&letter("<script>", "\"><img>")).unwrap();
        assert!(!mail.html.as_deref().unwrap().contains("<script>"), "{:?}", mail.html);
        assert!(!mail.html.as_deref().unwrap().contains("<img>"));
        let long = templates.write(&letter(&"x".repeat(999), "a")).unwrap();
        assert_eq!(long.subject.chars().count(), MAX_SUBJECT);
    }

    #[test]
    fn a_file_takes_the_place_of_one_template() {
        let templates = load(&[(
            "verification.tmpl",
            "Subject: Hello\r\nContent-Type: text/html\r\n\r\n<b>{{ verification_url }}</b>",
        )])
        .unwrap();
        let mail = templates.write(&sample(Template::Verification)).unwrap();
        assert_eq!((mail.subject.as_str(), mail.text), ("Hello", None));
        assert!(mail.html.unwrap().starts_with("<b>https:"));
        assert!(templates.write(&sample(Template::PasswordReset)).unwrap().text.is_some());
    }

    #[test]
    fn a_broken_file_is_named_with_its_line() {
        let refusal = |text: &str| load(&[("password_reset.tmpl", text)]).unwrap_err();
        let at = |text: &str| refusal(text).line;
        assert_eq!(at("Subject: x\n\nfine\n{{ }}\n"), 4);
        assert_eq!(at("Subject: x\n\n\n\n{{ nothing_known }}\n"), 5);
        assert_eq!(at("Subject: {{ nothing_known }}\n\nbody\n"), 1);
        assert_eq!(at("Subject: x\nX-Other: y\n\nbody\n"), 2);
        assert_eq!(at("Content-Type: text/html\n\nbody\n"), 1);
        assert_eq!(refusal("Subject: x").why, "the head is not ended by an empty line");
        assert!(refusal("rubbish\n\n").file.ends_with("/password_reset.tmpl"));
        let nowhere = Some(PathBuf::from("/nowhere/at/all"));
        let settings = Settings { email_templates_dir: nowhere, ..Settings::for_tests() };
        assert!(Templates::load(&settings).unwrap_err().to_string().contains("email_templates_dir"));
    }
}
