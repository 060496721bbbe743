//! `atoll export`: how a tenant is set up, as files.

use std::process::ExitCode;

use atoll_base::settings::Settings;
use atoll_identity::moving::configuration::{export, files};

use crate::cli::Export;
use crate::failure::{Ended, Failure};
use crate::terminal::Terminal;
use crate::{find_entity, ground};

/// Carries out `atoll export`.
pub(crate) async fn run(terminal: Terminal, settings: Settings, args: &Export) -> Ended {
    let ground = ground::open(settings).await?;
    let tenant = find_entity::tenant(ground.db(), &args.tenant).await?;
    let there = export(&ground::as_administrator(&ground), tenant, args.resources).await?;
    let folder = args.folder.display();
    files::write(&args.folder, &there.configuration)
        .map_err(|why| Failure::new(format!("{folder} cannot be written: {why}")))?;
    terminal.note(format!("Wrote {folder}. People and devices are not in it; they are spoken of by name."));
    ground.db().clone().close().await?;
    Ok(ExitCode::SUCCESS)
}
