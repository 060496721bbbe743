//! The administrator's password, on the very first start.

use atoll_base::Secret;
use atoll_base::settings::Settings;

use crate::colour::Paint;

/// A box that cannot be overlooked.
pub(super) fn boxed(paint: Paint, settings: &Settings, password: &Secret<String>) -> String {
    let who = match settings.admin_entity_id {
        atoll_identity::ADMIN => "name      admin".to_owned(),
        other => format!("id        {other}"),
    };
    let lines = [
        ("This is the first start. Sign in as the administrator:".to_owned(), false),
        (String::new(), false),
        (format!("  {who}"), false),
        (format!("  password  {}", password.reveal()), true),
        (String::new(), false),
        ("Shown once, and kept nowhere. Lost it? Run:".to_owned(), false),
        ("  atoll admin reset-password".to_owned(), false),
    ];
    let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0);
    let edge = "─".repeat(width + 4);
    let mut text = format!("╭{edge}╮\n");
    for (line, important) in &lines {
        let padded = format!("{line:width$}");
        let shown = if *important { paint.strong(&padded) } else { padded };
        text.push_str(&format!("│  {shown}  │\n"));
    }
    text.push_str(&format!("╰{edge}╯"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_is_straight_and_holds_the_password() {
        let password = Secret::new("correct-horse-battery".to_owned());
        let text = boxed(Paint::new(false), &Settings::for_tests(), &password);
        assert_eq!(text.matches("correct-horse-battery").count(), 1);
        let widths: Vec<usize> = text.lines().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
    }
}
