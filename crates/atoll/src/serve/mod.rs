//! Starting Atoll, and stopping it without losing anything.

mod banner;
mod first_password;
mod log;
mod ready_file;
mod signals;
mod supervisor;

use std::process::ExitCode;
use std::sync::Arc;

use atoll_base::settings::{Loaded, Severity};
use atoll_server::graphql::SettingOrigins;
use atoll_server::{House, Server};

use crate::cli::Serve;
use crate::concerns;
use crate::failure::{Ended, Failure};
use crate::serve::banner::Banner;
use crate::serve::ready_file::ReadyFile;
use crate::serve::signals::Signals;
use crate::terminal::Terminal;

/// Carries out `atoll serve`.
pub(crate) async fn run(terminal: Terminal, loaded: Loaded, args: &Serve) -> Ended {
    let Loaded { settings, origins } = loaded;
    log::start(&settings, terminal.colours_log());
    let mut signals = Signals::listen()?;
    let mut house = tokio::select! {
        opened = House::open(settings) => opened?,
        () = signals.asked_to_stop() => return Ok(ExitCode::SUCCESS),
    };
    house.origins = SettingOrigins(origins.into());
    let ground = Arc::clone(&house.ground);
    let settings = ground.settings();
    // Before anything else can fail: nobody gets to see this password again.
    if let Some(password) = house.one_time_password.take() {
        terminal.say(first_password::boxed(terminal.paint(), settings, &password));
    }
    let server = Server::bind(house).await.map_err(with_advice)?;
    let (http, grpc) = (server.http_address(), server.grpc_address());
    let _ready_file =
        args.ready_file.as_deref().map(|path| ReadyFile::write(path, http, grpc)).transpose()?;
    if !terminal.is_quiet() {
        terminal.say(Banner { settings, http, grpc }.text(terminal.paint()));
        concerns::show(terminal, settings, Severity::Warning);
    }
    tracing::info!(%http, %grpc, "ready");
    supervisor::tell("READY=1");
    server
        .run(async {
            signals.asked_to_stop().await;
            supervisor::tell("STOPPING=1");
            tokio::spawn(signals.end_at_once_when_asked_again());
        })
        .await?;
    Ok(ExitCode::SUCCESS)
}

fn with_advice(error: atoll_base::Error) -> Failure {
    let taken = error.code() == "listen";
    let failure = Failure::from(error);
    if taken { failure.advice("`atoll doctor` shows which process uses a port.") } else { failure }
}
