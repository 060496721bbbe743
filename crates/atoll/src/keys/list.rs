//! Showing which keys there are, and how much is sealed under each. Never a key itself.

use std::process::ExitCode;

use atoll_base::settings::Settings;
use atoll_base::vault;
use atoll_server::house::sealed;

use crate::failure::Ended;
use crate::ground;
use crate::terminal::Terminal;

/// Carries out `atoll keys list`.
pub(crate) async fn run(terminal: Terminal, settings: Settings) -> Ended {
    let ground = ground::open(settings).await?;
    let ring = ground.vault().ring();
    let mut counts = vault::count(&ground, &sealed()).await?;
    ground.db().clone().close().await?;
    let mut table = terminal.table(&["Key", "State", "Table", "Column", "Values"]);
    let known = std::iter::once((ring.current(), "seals and opens"));
    let known = known.chain(ring.others().iter().map(|key| (key, "opens")));
    for (key, state) in known {
        let (of_key, rest) = counts.into_iter().partition(|((id, ..), _)| id == key.id());
        counts = rest;
        let of_key: vault::Counts = of_key;
        if of_key.is_empty() {
            table.add_row([terminal.strong_cell(key.id()), state.into(), "".into(), "".into(), 0.into()]);
        }
        for ((id, name, column), values) in of_key {
            table.add_row([
                terminal.strong_cell(&id),
                state.into(),
                name.into(),
                column.into(),
                values.into(),
            ]);
        }
    }
    let missing = !counts.is_empty();
    for ((id, name, column), values) in counts {
        table.add_row([
            terminal.strong_cell(&id),
            "missing".into(),
            name.into(),
            column.into(),
            values.into(),
        ]);
    }
    terminal.say(table.trim_fmt());
    terminal.note(format!("\nThe key that seals comes {}.", ring.origin()));
    if missing {
        terminal.note("What is sealed under a key that is missing cannot be read: put that key back.");
    } else if !ring.others().is_empty() {
        terminal.note("A change of keys is not finished: run `atoll keys rotate`.");
    }
    Ok(ExitCode::SUCCESS)
}
