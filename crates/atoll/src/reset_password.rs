//! Giving somebody a new password, while Atoll runs.

use std::io::{self, IsTerminal, Read};
use std::process::ExitCode;

use atoll_base::chance::{self, Chance, SystemChance};
use atoll_base::settings::Settings;
use atoll_base::{Ctx, Secret};
use atoll_identity::bootstrap;

use crate::cli::ResetPassword;
use crate::failure::{Ended, Failure};
use crate::subject::Subject;
use crate::terminal::Terminal;
use crate::{find_entity, ground};

/// Longer than any password that is accepted.
const LONGEST: u64 = 64 * 1024;

/// Carries out `atoll admin reset-password`.
pub(crate) async fn run(terminal: Terminal, settings: Settings, args: &ResetPassword) -> Ended {
    let typed = args.password_stdin.then(read).transpose()?;
    let admin = settings.admin_entity_id;
    let least = settings.min_password_chars as usize;
    let ground = ground::open(settings).await?;
    let subject = match (&args.entity, &args.name) {
        (Some(id), _) => Subject::Id(*id),
        (None, Some(name)) => name.clone(),
        (None, None) => Subject::Id(admin),
    };
    let entity = find_entity::find(ground.db(), &subject).await?;
    let made = typed.is_none();
    let password = typed.unwrap_or_else(|| make(&SystemChance, least));
    let ctx = Ctx::platform(ground.clone(), "command line");
    bootstrap::reset_password(&ctx, entity, password.clone()).await?;
    let world = ctx.world()?;
    let name = world.entity(entity).map_or("somebody", |entity| entity.name);
    ground.db().clone().close().await?;
    if made {
        terminal.note(format!("The new password of {name} ({entity}), shown once:"));
        terminal.say(password.reveal());
    }
    terminal.note(format!("All sessions of {name} have ended."));
    Ok(ExitCode::SUCCESS)
}

/// The first line of stdin.
fn read() -> Result<Secret<String>, Failure> {
    if io::stdin().is_terminal() {
        return Err(Failure::usage(
            "--password-stdin: everybody could read what you type; use a pipe or a file",
        ));
    }
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST).read_to_string(&mut text);
    let text = Secret::new(text);
    read.map_err(|why| Failure::new(format!("the password cannot be read from stdin: {why}")))?;
    let line = text.reveal().lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::usage("--password-stdin: there is no password on stdin"));
    }
    Ok(Secret::new(line.to_owned()))
}

/// Letters and digits that are not taken for each other (Crockford's base 32), in groups for reading aloud: 125 bits or
/// more.
fn make(chance: &dyn Chance, least: usize) -> Secret<String> {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    const GROUP: usize = 5;
    let groups = least.div_ceil(GROUP).max(5);
    let mut text = String::new();
    for group in 0..groups {
        if group > 0 {
            text.push('-');
        }
        for byte in chance::bytes::<GROUP>(chance) {
            text.push(char::from(LETTERS[usize::from(byte % 32)]));
        }
    }
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_passwords_are_long_enough_and_differ() {
        let one = make(&SystemChance, 12);
        assert_eq!(one.reveal().len(), 29);
        assert_ne!(one.reveal(), make(&SystemChance, 12).reveal());
        assert!(make(&SystemChance, 256).reveal().chars().count() >= 256);
    }
}
