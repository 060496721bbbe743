//! Moving in: taking over people, groups and roles from another house's files.

use std::fs::File;
use std::io::{self, Read};
use std::process::ExitCode;

use atoll_base::settings::Settings;
use atoll_identity::moving::{self, Done, Import, Plan, State};

use crate::cli::{ImportFile, ImportFrom};
use crate::failure::{self, Ended, Failure};
use crate::terminal::Terminal;
use crate::{find_entity, ground};

/// Reads a file of one kind.
type Reader = fn(&str) -> Result<Import, moving::BadImport>;

/// The largest file.
const MOST_BYTES: u64 = 1 << 30;
/// How many names are shown of each kind that is in the way.
const MOST_NAMES: usize = 10;

/// Carries out `atoll import`.
pub(crate) async fn run(terminal: Terminal, settings: Settings, from: &ImportFrom) -> Ended {
    let (file, read): (&ImportFile, Reader) = match from {
        ImportFrom::Keycloak(file) => (file, moving::keycloak::read),
        ImportFrom::Csv(file) => (file, moving::csv::read),
    };
    let import = read(&text(file)?).map_err(failure::from_fault)?;
    let ground = ground::open(settings).await?;
    let tenant = find_entity::tenant(ground.db(), &file.tenant).await?;
    let ctx = ground::as_administrator(&ground);
    let plan = Plan::of(&ctx, tenant, &import).await?;
    show(terminal, &import, &plan);
    if plan.is_empty() {
        terminal.note("There is nothing to do.");
    } else if file.dry_run {
        terminal.note("Nothing was done (--dry-run).");
    } else {
        terminal.agreed(file.yes)?;
        let all =
            [&plan.roles, &plan.groups, &plan.subjects].map(|states| count(states, State::New)).iter().sum();
        let bar = terminal.progress("importing", Some(all));
        let done = moving::carry_out(&ctx, tenant, &import, &plan, &|more| bar.inc(more)).await;
        bar.finish_and_clear();
        let Done { roles, groups, subjects } = done.map_err(|why| {
            Failure::from(why).advice("What was shown as done is kept; run the same command again to go on.")
        })?;
        terminal.say(format!("Made {roles} roles, {groups} groups and {subjects} people and services."));
    }
    ground.db().clone().close().await?;
    Ok(ExitCode::SUCCESS)
}

fn text(file: &ImportFile) -> Result<String, Failure> {
    let path = file.file.display();
    let unreadable = |why: io::Error| Failure::new(format!("{path} cannot be read: {why}"));
    let mut text = String::new();
    let opened = File::open(&file.file).map_err(unreadable)?;
    opened.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    match text.len() as u64 > MOST_BYTES {
        true => Err(Failure::new(format!("{path} is larger than {MOST_BYTES} bytes"))),
        false => Ok(text),
    }
}

fn count(states: &[State], wanted: State) -> u64 {
    states.iter().filter(|state| **state == wanted).count() as u64
}

fn show(terminal: Terminal, import: &Import, plan: &Plan) {
    let mut table = terminal.table(&["What", "New", "There already", "In the way"]);
    let mut conflicts = Vec::new();
    let kinds: [(&str, &[State], Vec<&str>); 3] = [
        ("Roles", &plan.roles, import.roles.iter().map(|one| one.name.as_str()).collect()),
        ("Groups", &plan.groups, import.groups.iter().map(|one| one.name.as_str()).collect()),
        (
            "People and services",
            &plan.subjects,
            import.subjects.iter().map(|one| one.name.as_str()).collect(),
        ),
    ];
    for (what, states, names) in kinds {
        let (new, odd) = (count(states, State::New), count(states, State::Conflict));
        let same = states.len() as u64 - new - odd;
        table.add_row([what.to_owned(), new.to_string(), same.to_string(), odd.to_string()]);
        let of_kind = states.iter().zip(names).filter(|(state, _)| **state == State::Conflict);
        conflicts.extend(of_kind.map(|(_, name)| format!("{what}: {name}")));
    }
    terminal.say(table);
    if !conflicts.is_empty() {
        terminal.say("\nIn the way, because something else has the name; left out:");
        for name in conflicts.iter().take(MOST_NAMES) {
            terminal.say(format!("  {name}"));
        }
        if let Some(more) = conflicts.len().checked_sub(MOST_NAMES).filter(|more| *more > 0) {
            terminal.say(format!("  … and {more} more"));
        }
    }
    if !import.left.is_empty() {
        terminal.say("\nCannot be taken over:");
        for (what, many) in &import.left {
            terminal.say(format!("  {many} × {what}"));
        }
    }
}
