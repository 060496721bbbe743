//! `atoll apply`: setting a tenant up as files say.

use std::process::ExitCode;

use atoll_base::settings::Settings;
use atoll_identity::moving::configuration::{self, Change, Plan, Step, files};
use comfy_table::Color;

use crate::cli::Apply;
use crate::failure::{self, Ended, Failure};
use crate::terminal::Terminal;
use crate::{find_entity, ground};

/// Carries out `atoll apply`.
pub(crate) async fn run(terminal: Terminal, settings: Settings, args: &Apply) -> Ended {
    let wish = files::read(&args.folder).map_err(|why| {
        failure::from_fault(why)
            .advice(format!("The files are in {}; nothing was done.", args.folder.display()))
    })?;
    let ground = ground::open(settings).await?;
    let said = &wish.configuration.tenant;
    let tenant = match &args.tenant {
        Some(named) => Some(find_entity::tenant(ground.db(), named).await?),
        None => find_entity::tenant_if_there(ground.db(), said.alias.as_deref(), &said.name).await?,
    };
    let (ctx, named) = (ground::as_administrator(&ground), args.tenant.is_some());
    let nothing = |why| Failure::from(why).advice("Nothing was done.");
    let plan = configuration::preview(&ctx, tenant, named, &wish, args.prune).await.map_err(nothing)?;
    show(terminal, &said.name, &plan);
    let removed = plan.removed();
    if plan.is_empty() {
        terminal.note("There is nothing to do.");
    } else if args.dry_run {
        terminal.note("Nothing was done (--dry-run).");
    } else if removed > 0 && !args.prune {
        return Err(Failure::new(format!("{removed} things are not in the files and would be removed"))
            .advice("Add them to the files (atoll export writes them), or say --prune. Nothing was done."));
    } else {
        terminal.agreed(args.yes)?;
        configuration::apply(&ctx, tenant, named, &wish, args.prune, &plan).await.map_err(nothing)?;
        terminal.say(summary(&plan, "Made", "changed", "removed"));
    }
    ground.db().clone().close().await?;
    Ok(ExitCode::SUCCESS)
}

fn summary(plan: &Plan, made: &str, changed: &str, removed: &str) -> String {
    let count = |which: fn(&Change) -> bool| plan.steps.iter().filter(|step| which(&step.change)).count();
    let new = count(|change| *change == Change::Made) + usize::from(plan.new);
    let other = count(|change| matches!(change, Change::Changed(_)));
    format!("{made} {new}, {changed} {other}, {removed} {}.", plan.removed())
}

fn show(terminal: Terminal, tenant: &str, plan: &Plan) {
    if !plan.is_empty() {
        let mut table = terminal.table(&["", "What", "Which", "Field", "Before", "After"]);
        let plain = |text: &str| comfy_table::Cell::new(text);
        if plan.new {
            let made = terminal.cell("+", Color::Green);
            table.add_row([made, plain("tenant"), plain(tenant), plain(""), plain(""), plain("")]);
        }
        for Step { what, key, change } in &plan.steps {
            let row = |mark, field: &str, before: &str, after: &str| {
                [mark, plain(what), plain(key), plain(field), plain(before), plain(after)]
            };
            match change {
                Change::Made => table.add_row(row(terminal.cell("+", Color::Green), "", "", "")),
                Change::Removed => table.add_row(row(terminal.cell("-", Color::Red), "", "", "")),
                Change::Changed(fields) => {
                    for (field, before, after) in fields {
                        table.add_row(row(terminal.cell("~", Color::Yellow), field, before, after));
                    }
                    &mut table
                }
            };
        }
        terminal.say(table);
    }
    if !plan.left.is_empty() {
        terminal.say("\nNot here, and left out:");
        for left in &plan.left {
            terminal.say(format!("  {left}"));
        }
    }
}
