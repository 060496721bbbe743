//! Changing the deployment key, while Atoll runs. Broken off at any point, it goes on when it is begun again.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use atoll_base::Ground;
use atoll_base::chance::SystemChance;
use atoll_base::settings::Settings;
use atoll_base::vault::{self, KeyFileLock, Keyring};
use atoll_server::house::sealed;

use crate::failure::{Ended, Failure, from_fault};
use crate::ground;
use crate::terminal::Terminal;

/// Carries out `atoll keys rotate`.
pub(crate) async fn run(terminal: Terminal, settings: Settings) -> Ended {
    let settle = settings.decision_staleness_secs + Duration::from_secs(1);
    let ground = ground::open(settings).await?;
    let lock = own(&ground.vault().ring())?;
    // Another process may have finished between the two lines above.
    ground.vault().read_again().map_err(from_fault)?;
    begin(terminal, &ground, lock.as_ref())?;
    let ring = ground.vault().ring();
    let old: Vec<String> = ring.others().iter().map(|key| key.id().to_owned()).collect();
    terminal.note(format!("From {} to {}.", old.join(", "), ring.current().id()));
    vault::announce(&ground, &old).await?;
    let mut moved = pass(terminal, &ground).await?;
    loop {
        // A replica that has not heard of the new key yet may still have sealed something with the old one.
        tokio::time::sleep(settle).await;
        match pass(terminal, &ground).await? {
            0 => break,
            more => moved += more,
        }
    }
    if let Some(lock) = &lock {
        lock.finish(&ring).map_err(from_fault)?;
    }
    ground.db().clone().close().await?;
    terminal.say(format!("Values under {} now: all; {moved} of them moved.", ring.current().id()));
    match ring.path() {
        Some(path) => terminal.note(format!(
            "{} holds the new key only. Keep a copy of it apart from the database; older backups need the old key.",
            path.display()
        )),
        None => terminal.note(
            "Remove key_encryption_key_previous from the settings of every replica; older backups need the old key.",
        ),
    }
    Ok(ExitCode::SUCCESS)
}

/// The right to change the file of keys, where the keys come from one.
fn own(ring: &Keyring) -> Result<Option<KeyFileLock>, Failure> {
    let Some(path) = ring.path() else { return Ok(None) };
    let lock = KeyFileLock::take(path).map_err(from_fault)?;
    let lock = lock.ok_or_else(|| Failure::new("another `atoll keys rotate` is at work here"))?;
    Ok(Some(lock))
}

/// Makes a new key, unless there are two already.
fn begin(terminal: Terminal, ground: &Arc<Ground>, lock: Option<&KeyFileLock>) -> Result<(), Failure> {
    let ring = ground.vault().ring();
    if !ring.others().is_empty() {
        terminal.note("Going on with a change of keys that was begun.");
        return Ok(());
    }
    let Some(lock) = lock else {
        return Err(Failure::new("the deployment key is in the settings, and there is no other one to change to").advice(
            "Set key_encryption_key_previous (and …_previous_id) to the present key, key_encryption_key to a new one \
             with another key_encryption_key_id, on every replica; then run this again. Replicas that run side by side \
             need both keys before any of them seals with the new one: docs/keys.md shows how.",
        ));
    };
    lock.add(&ring, &SystemChance).map_err(from_fault)?;
    ground.vault().read_again().map_err(from_fault)
}

async fn pass(terminal: Terminal, ground: &Arc<Ground>) -> Result<u64, Failure> {
    let bar = terminal.progress("re-wrapping", None);
    let moved = vault::rewrap(ground, &sealed(), |moved| bar.set_position(moved)).await;
    bar.finish_and_clear();
    Ok(moved?)
}
